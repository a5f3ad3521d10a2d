"""The panel of one person: three choices first, one click more, and what Operations switched on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sightline.planning.stakeholders import (
    LEVEL_WORDS,
    contradictory_pairs,
    how_telling,
    managers,
    person_view,
)
from sightline.records.queries import stakeholders
from sightline.records.queries.account_people import KnownPerson
from sightline.records.queries.stakeholders import Choice, Dossier, OpinionFact
from sightline.web.pages.account import cards
from sightline.web.pages.challenges.beside import Beside, about_person, beside
from sightline.web.pages.stakeholders import helping
from sightline.web.pages.stakeholders.crm_words import deals_to_tell, writes_words
from sightline.web.pages.stakeholders.desk import Desk
from sightline.web.pages.stakeholders.helping import Question
from sightline.wording import dates

NO_CHOICE = "–"


@dataclass(frozen=True, slots=True)
class Control:
    """One field that saves itself. `version` is what the edit is made on, `crm` the field of the
    CRM that it is, where it is one."""

    name: str
    label: str
    value: str
    url: str
    version: str
    options: tuple[tuple[str, str], ...] = ()
    long: bool = False
    hint: str = ""
    questions: tuple[Question, ...] = ()
    error: str = ""
    listed: str = ""
    crm: str = ""


@dataclass(frozen=True, slots=True)
class Rated:
    """How one of ours sees the relationship."""

    who: str
    level: int
    words: str
    wanted: int | None
    on: str
    evidence: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What is shown of one person, and what can be changed."""

    key: str
    name: str
    title: str
    units: str
    status: str
    status_tone: str
    status_source: str
    level: int | None
    level_words: str
    why: tuple[str, ...]
    ratings: tuple[Rated, ...]
    spread: str
    questions: tuple[str, ...]
    first: tuple[Control, ...]
    more: tuple[Control, ...]
    extra: tuple[Control, ...]
    dossier: Dossier
    deals: tuple[tuple[str, str], ...]
    next_key: str
    next_name: str
    last_two_way: str
    executive_line: str
    writes: str
    argued: tuple[Beside, ...]


def panel_of(desk: Desk, contact_id: int) -> Panel:
    """The panel of one person on the map; 404 for anybody else."""
    one = desk.known(contact_id)
    found = stakeholders.dossier(desk.shell.scope, contact_id, crm_user_id=desk.person.crm_user_id)
    assert found is not None  # the map holds exactly the people the dossier finds
    view = person_view(one.person, known=one.known, reader=desk.reader)
    text, tone = cards.status_words(one.status.status)
    following = _next(desk, one)
    ratings = _ratings(desk, found)
    return Panel(
        key=one.person.key,
        name=one.person.name,
        title=one.person.title,
        units=", ".join(desk.people.units.get(unit, "") for unit in one.person.units),
        status=text,
        status_tone=tone,
        status_source=_source(desk, one, found),
        level=view.level,
        level_words=desk.names.strength(view.level) if view.level is not None else "",
        why=_why(one) if desk.opinions else (),
        ratings=ratings,
        spread=_spread(one) if desk.opinions else "",
        questions=tuple(why.text for why in contradictory_pairs(one.person))
        if desk.opinions
        else (),
        first=_first(desk, one, found) if desk.may_say else (),
        more=_more(desk, found) if desk.may_move else (),
        extra=_extra(desk, found) if desk.may_say else (),
        dossier=found,
        deals=deals_to_tell(desk, found),
        next_key=following.person.key if following else "",
        next_name=following.person.name if following else "",
        last_two_way=dates.day(one.log.last_two_way) if one.log.last_two_way else "",
        executive_line=_above(desk, one),
        writes=writes_words(desk.writes) if desk.may_move else "",
        argued=beside(desk.shell, about_person(contact_id)) if desk.asked.at is None else (),
    )


def _url(desk: Desk, key: str, field: str) -> str:
    return reverse("stakeholders:say", args=[desk.account_id, int(key), field])


def newest(found: Sequence[OpinionFact], kind: str, *, mine: bool = False) -> OpinionFact | None:
    """The newest opinion of a kind, or of a kind by the reader."""
    return next((one for one in found if one.kind == kind and (one.mine or not mine)), None)


def _first(desk: Desk, one: KnownPerson, found: Dossier) -> tuple[Control, ...]:
    """Role, stance and why, strength and what shows it: never more than five."""
    key = one.person.key
    role = cards.main_role(tuple(held.role for held in one.person.roles if _general(held)))
    stance = newest(found.opinions, "stance")
    own = newest(found.opinions, "strength", mine=True)
    controls = [
        Control(
            *("role", _("Buying role"), role, _url(desk, key, "role"), f"={role}"),
            options=(("", NO_CHOICE), *desk.names.roles(held=role)),
            questions=_named(helping.role_questions(), desk.names.role),
        ),
        Control(
            *("stance", _("Stance"), one.person.stance.value, _url(desk, key, "stance")),
            version=str(stance.id if stance else 0),
            options=tuple(desk.names.stances()),
            questions=_named(helping.stance_questions(), desk.names.stance),
        ),
    ]
    if stance is not None:
        controls.append(
            Control(
                *("reason", _("Why this stance"), stance.reason, _url(desk, key, "reason")),
                version=str(stance.id),
            )
        )
    if desk.person.crm_user_id is None:
        return tuple(controls)
    controls.append(
        Control(
            *("strength", _("Relationship, as you see it"), own.value if own else ""),
            url=_url(desk, key, "strength"),
            version=str(own.id if own else 0),
            options=(("", _("Not rated by you")), *desk.names.strengths()),
            questions=_named(
                helping.strength_questions(), lambda code: desk.names.strength(int(code))
            ),
        )
    )
    if own is not None:
        controls.append(
            Control(
                *("evidence", _("What shows it"), own.reason, _url(desk, key, "evidence")),
                version=str(own.id),
                hint=_("4 and 5 count only with evidence."),
            )
        )
    return tuple(controls)


def _general(held: object) -> bool:
    return getattr(held, "unit", None) is None and getattr(held, "line", None) is None


def _named(questions: Sequence[Question], name: object) -> tuple[Question, ...]:
    assert callable(name)
    return tuple(Question(one.text, one.value, str(name(one.value))) for one in questions)


def _more(desk: Desk, found: Dossier) -> tuple[Control, ...]:
    """Where they stand: manager, unit, whether they are still there."""
    key = str(found.contact_id)
    units = tuple((str(one.key), one.name) for one in desk.offers.units)
    manager = desk.by_key.get(str(found.manager_id or ""))
    status = [("active", _("Here")), ("moved", _("Moved")), ("left", _("Left"))]
    controls = [
        Control(
            *("manager", _("Reports to"), label_of(desk, manager) if manager else ""),
            url=_url(desk, key, "manager"),
            version=f"={found.manager_id or ''}",
            listed="map-names",
            hint=_("Type a name; empty for nobody."),
            crm=f"Contact:{found.contact_id}:reports_to" if found.from_crm else "",
        ),
    ]
    if units:
        unit, second = str(found.unit_id or ""), str(found.second_unit_id or "")
        controls += [
            Control(
                *("unit", _("Unit"), unit, _url(desk, key, "unit"), f"={unit}"),
                options=(("", NO_CHOICE), *units),
            ),
            Control(
                *("second_unit", _("Also in"), second, _url(desk, key, "second_unit")),
                version=f"={second}",
                options=(("", NO_CHOICE), *units),
            ),
        ]
    controls.append(
        Control(
            *("status", _("Still here?"), found.status, _url(desk, key, "status")),
            version=f"={found.status}",
            options=tuple(status),
        )
    )
    if not found.from_crm:
        one = desk.by_key[key].person
        controls += [
            Control("name", _("Name"), one.name, _url(desk, key, "name"), f"={one.name}"),
            Control("title", _("Title"), one.title, _url(desk, key, "title"), f"={one.title}"),
        ]
    return tuple(controls)


def _extra(desk: Desk, found: Dossier) -> tuple[Control, ...]:
    """What Operations switched on."""
    key, on = str(found.contact_id), desk.names.choices.fields
    own = newest(found.opinions, "strength", mine=True)
    controls = []
    if "wanted" in on and own is not None:
        wanted = "" if own.wanted is None else str(own.wanted)
        controls.append(
            Control(
                *("wanted", _("Strength wanted"), wanted, _url(desk, key, "wanted")),
                version=str(own.id),
                options=(("", NO_CHOICE), *desk.names.strengths()),
            )
        )
    for field, kind, label, options in (
        ("interests", "interest", _("Interests"), None),
        ("standing", "standing", _("Political standing"), helping.standing_choices()),
        ("style", "style", _("How they decide"), helping.style_choices()),
        ("communication", "comm", _("How to speak with them"), None),
    ):
        if field not in on:
            continue
        held = newest(found.opinions, kind)
        value = "" if held is None else held.reason if kind == "comm" else held.value
        controls.append(
            Control(
                *(field, label, value, _url(desk, key, field)),
                version=str(held.id if held else 0),
                options=(("", NO_CHOICE), *options) if options else (),
                long=kind == "comm",
            )
        )
    return tuple(controls)


def label_of(desk: Desk, one: KnownPerson) -> str:
    """A person as a list offers them: by name, with the title, and the number where both are
    doubled, so that what is typed means one person."""
    label = ", ".join(part for part in (one.person.name, one.person.title) if part)
    same = desk.called[one.person.name, one.person.title]
    return f"{label} (#{one.person.key})" if same > 1 else label


def _ratings(desk: Desk, found: Dossier) -> tuple[Rated, ...]:
    return tuple(
        Rated(
            who=one.rater,
            level=int(one.value),
            words=desk.names.strength(int(one.value)),
            wanted=one.wanted,
            on=dates.day(timezone.localtime(one.on).date()),
            evidence=one.reason,
            mine=one.mine,
        )
        for one in found.opinions
        if one.kind == "strength" and one.value.isdecimal() and int(one.value) in LEVEL_WORDS
    )


def _why(one: KnownPerson) -> tuple[str, ...]:
    computed = one.known.computed
    shown_score = _("Activity shows %(level)s of 5 (%(score).0f of 100 points).") % {
        "level": computed.level,
        "score": computed.score,
    }
    return (shown_score, *(reason.text for reason in one.known.reasons))


def _spread(one: KnownPerson) -> str:
    if not one.known.spread:
        return ""
    return _("Our people differ by %s.") % one.known.spread


def _source(desk: Desk, one: KnownPerson, found: Dossier) -> str:
    if found.status_source == "person":
        day = f", {dates.day(found.left_on)}" if found.left_on else ""
        return _("said by a person") + day
    if one.status.status.value == "quiet":
        return _("by their own rhythm of contact")
    if one.status.status.value == "new" and one.added_on is not None:
        return _("first seen %s") % dates.day(one.added_on)
    return _("from the CRM") if found.status_source else ""


def _above(desk: Desk, one: KnownPerson) -> str:
    above = managers([other.person for other in desk.people.people])
    manager = desk.by_key.get(above.get(one.person.key) or "")
    return manager.person.name if manager else ""


def _next(desk: Desk, one: KnownPerson) -> KnownPerson | None:
    """Whom to fill in next: people with a role first, as the table orders them."""
    order = sorted(
        desk.people.people,
        key=lambda other: (
            *how_telling(desk.views[other.person.key], two_way_days=len(other.log.two_way)),
            other.person.key,
        ),
    )
    at = order.index(one)
    return order[(at + 1) % len(order)] if len(order) > 1 else None


def offered_labels(desk: Desk) -> dict[str, str]:
    """Everybody on the map by what a list calls them."""
    return {label_of(desk, one): one.person.key for one in desk.people.people}


def choices_of(found: Sequence[Choice]) -> tuple[tuple[str, str], ...]:
    """Keys and names as options."""
    return tuple((str(one.key), one.name) for one in found)
