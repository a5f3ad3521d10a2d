"""Their people as a page shows them: a table, a map, what changed, and whether one carries it all.

What a reader may not see is left out and said once, never shown as "none".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from sightline.drawing.org_map import Words, org_map
from sightline.drawing.sheet import Drawing
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    PersonView,
    Reader,
    StakeholderParameters,
    Status,
    Verdict,
    how_telling,
    is_executive,
    managers,
    person_view,
)
from sightline.planning.stakeholders.rhythm import decides
from sightline.records.queries.account_people import AccountPeople, KnownPerson
from sightline.web.pages.account.cards import node_of, spoken, status_words
from sightline.wording import labels

MOST_ON_MAP = 40
CHANGED_DAYS = 180
STATUS_ORDER = (Status.LEFT, Status.MOVED, Status.QUIET, Status.NEW, Status.ACTIVE)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the table. `level` None where it may not be shown."""

    key: str
    name: str
    title: str
    unit: str
    roles: str
    stance: str | None
    level: int | None
    level_note: str
    holders: str
    last_two_way: date | None
    two_way_days: int
    status: str
    status_text: str
    status_tone: str
    only_thread: bool
    interests: str


@dataclass(frozen=True, slots=True)
class Threads:
    """Whether the account hangs on one person: a word, its tone, and why in sentences."""

    flag: str
    tone: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Who left, went quiet, or came, with the day."""

    name: str
    title: str
    what: str
    tone: str
    icon: str
    on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class ShownPeople:
    """The people page: `hidden` says what this reader is not shown."""

    rows: tuple[PersonRow, ...]
    threads: Threads | None
    changes: tuple[Change, ...]
    here: int
    opinions: bool
    roles: bool

    @property
    def hidden(self) -> str:
        """What is not shown here, in one sentence; empty where everything is."""
        if self.opinions:
            return ""
        if self.roles:
            return _("Stance and relationship strength are shown to the account team only.")
        return _("Buying roles, stance and strength are shown to the account team only.")


def shown_people(
    found: AccountPeople, *, reader: Reader, today: date, parameters: Parameters
) -> ShownPeople:
    """Everybody this reader may see, those with a role and the well known first."""
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    opinions = reader is Reader.TEAM
    only = only_thread(found) if opinions else ""
    rows = [_row(one, found, reader, only, today, numbers) for one in found.people]
    views = [person_view(one.person, known=one.known, reader=reader) for one in found.people]
    roles = any(view.roles is not None for view in views)
    return ShownPeople(
        rows=tuple(sorted(rows, key=_importance)),
        threads=_threads(found) if opinions else None,
        changes=_changes(found.people, today=today, numbers=numbers),
        here=sum(one.person.here for one in found.people),
        opinions=opinions,
        roles=roles or opinions or reader is Reader.MARKETING,
    )


def people_heading(found: AccountPeople, *, reader: Reader) -> ShownPeople:
    """Only what stands above the map: threads, how many there are, what this reader is not shown."""
    opinions = reader is Reader.TEAM
    return ShownPeople(
        rows=(),
        threads=_threads(found) if opinions else None,
        changes=(),
        here=sum(one.person.here for one in found.people),
        opinions=opinions,
        roles=opinions or reader is Reader.MARKETING,
    )


def people_drawing(
    found: AccountPeople, *, reader: Reader, today: date, key: str, most: int = MOST_ON_MAP
) -> Drawing | None:
    """The map of at most `most` people: those with a role or a relationship, and who leads to them.

    None with nobody to show.
    """
    above = managers([one.person for one in found.people])
    views = {
        one.person.key: person_view(one.person, known=one.known, reader=reader)
        for one in found.people
    }
    drawn = chosen(found.people, views, above, most)
    if not drawn:
        return None
    opinions = reader is Reader.TEAM
    only = only_thread(found) if opinions else ""
    said = spoken()
    nodes = [
        node_of(one, views[key], found, above, drawn, said=said, only=only)
        for key, one in drawn.items()
    ]
    words = Words(
        title=_("Relationship map"),
        count=_("{count} people"),
        columns=(_("Person"), _("Title"), _("Reports to"), _("Role"), _("Strength"), _("Stance")),
    )
    return org_map(nodes, key=key, words=words)


def _row(
    one: KnownPerson,
    found: AccountPeople,
    reader: Reader,
    only: str,
    today: date,
    numbers: StakeholderParameters,
) -> PersonRow:
    view = person_view(one.person, known=one.known, reader=reader)
    text, tone = status_words(one.status.status)
    recent = one.log.within(on=today, days=numbers.window_days)
    return PersonRow(
        key=view.key,
        name=view.name,
        title=view.title,
        unit=one.unit,
        roles=", ".join(_(labels.BUYING_ROLES[role.value].text) for role in view.roles or ()),
        stance=view.stance.value if view.stance is not None else None,
        level=view.level,
        level_note=_level_note(one, view),
        holders=_holders(one, found),
        last_two_way=one.log.last_two_way,
        two_way_days=len(recent.two_way),
        status=one.status.status.value,
        status_text=text,
        status_tone=tone,
        only_thread=only == view.key,
        interests=", ".join(one.interests),
    )


def _level_note(one: KnownPerson, view: PersonView) -> str:
    """How the strength came about, for those who may read it."""
    if view.level is None:
        return ""
    return "; ".join(reason.text for reason in one.known.reasons)


def _holders(one: KnownPerson, found: AccountPeople) -> str:
    names = [found.ours[key] for key in one.known.holders if key in found.ours]
    shown = ", ".join(names[:2])
    return (
        _("%(names)s and %(more)s more") % {"names": shown, "more": len(names) - 2}
        if (len(names) > 2)
        else shown
    )


def _importance(row: PersonRow) -> tuple[int, int, int, str]:
    return (0 if row.roles else 1, -(row.level or 0), -row.two_way_days, row.name.casefold())


def only_thread(found: AccountPeople) -> str:
    """The one person on whom everything rests, where the account hangs on one of theirs."""
    if found.threads.verdict is not Verdict.SINGLE:
        return ""
    for reason in found.threads.reasons:
        if reason.code == "threads.theirs":
            return str(reason.inputs.get("key", ""))
    return found.threads.threads[0] if len(found.threads.threads) == 1 else ""


def _threads(found: AccountPeople) -> Threads:
    check = found.threads
    words = {
        Verdict.SINGLE: (_("Single-threaded"), "warn"),
        Verdict.HELD: (_("Held by several"), "pos"),
        Verdict.TOO_LITTLE: (_("Too little logged to judge"), ""),
        Verdict.INCOMPLETE: (_("Nobody mapped yet"), ""),
        Verdict.NOTHING_AT_STAKE: (_("Nothing at stake"), ""),
    }
    flag, tone = words[check.verdict]
    reasons = [reason.text for reason in check.reasons]
    carrier = found.name(only_thread(found))
    if carrier:
        reasons.insert(0, _("It rests on %s.") % carrier)
    return Threads(flag, tone, tuple(reasons))


def _changes(
    people: Sequence[KnownPerson], *, today: date, numbers: StakeholderParameters
) -> tuple[Change, ...]:
    since = today - timedelta(days=CHANGED_DAYS)
    found = []
    for one in people:
        text, tone = status_words(one.status.status)
        day = _day_of_change(one)
        gone = one.status.status in (Status.LEFT, Status.MOVED)
        if one.status.status is Status.ACTIVE or (day is not None and day < since and gone):
            continue
        minor = one.status.status is Status.NEW and not (
            decides(one.person) or is_executive(one.person, parameters=numbers)
        )
        if minor:
            continue
        icon = {Status.NEW: "users", Status.QUIET: "clock"}.get(one.status.status, "person-gone")
        found.append(
            Change(
                one.person.name,
                one.person.title,
                text,
                tone,
                icon,
                day,
                one.status.reason.text,
            )
        )
    return tuple(sorted(found, key=lambda change: change.on or date.min, reverse=True))


def _day_of_change(one: KnownPerson) -> date | None:
    if one.status.status in (Status.LEFT, Status.MOVED):
        return one.left_on or one.log.last_two_way
    if one.status.status is Status.NEW:
        return one.added_on
    return one.log.last_two_way


def chosen(
    people: Sequence[KnownPerson],
    views: Mapping[str, PersonView],
    above: Mapping[str, str | None],
    most: int,
) -> dict[str, KnownPerson]:
    """Who is on the map: those who tell most to this reader, each with the managers above as far as
    there is room."""
    by_key = {one.person.key: one for one in people}
    telling = sorted(
        people,
        key=lambda one: how_telling(views[one.person.key], two_way_days=len(one.log.two_way)),
    )
    kept: set[str] = set()
    for one in telling:
        chain, key = [one.person.key], above.get(one.person.key)
        while key is not None and key in by_key and key not in kept and key not in chain:
            chain.append(key)
            key = above.get(key)
        if len(kept) + len(chain) > most:
            break
        kept |= set(chain)
    return {key: one for key, one in by_key.items() if key in kept}
