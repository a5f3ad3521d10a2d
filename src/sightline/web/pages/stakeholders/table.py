"""The table beside the map: the same people, a page at a time, every choice edited in its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.stakeholders import how_telling, managers, person_view
from sightline.records.queries import stakeholders
from sightline.records.queries.account_people import KnownPerson
from sightline.web.pages.account import cards
from sightline.web.pages.stakeholders.desk import Desk
from sightline.web.pages.stakeholders.drawn import front_of
from sightline.web.pages.stakeholders.naming import Names
from sightline.web.pages.stakeholders.panel import Control, label_of
from sightline.wording import dates

PAGE = 25
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One person: what is known, and controls for those who may change it."""

    key: str
    name: str
    title: str
    units: str
    url: str
    manager: str
    role: str
    stance: str | None
    level: int | None
    holders: str
    last: str
    status: str
    status_tone: str
    placeholder: bool
    faded: bool
    controls: dict[str, Control]


@dataclass(frozen=True, slots=True)
class TablePage:
    """One page of the table, with the pages before and after."""

    rows: tuple[Row, ...]
    first: int
    last: int
    everybody: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Scales:
    """What selects offer, worded once for all rows; `roles` by the one that is held."""

    roles: Callable[[str], Options]
    stances: Options
    levels: Options


@dataclass(frozen=True, slots=True)
class Ratings:
    """Opinions' versions by person and kind, the reader's own ratings by person, and scales."""

    said: dict[tuple[int, str], int]
    own: dict[int, str]
    scales: Scales


def table_of(desk: Desk) -> TablePage:
    """Those in front first, then the telling ones; twenty-five a page."""
    front = front_of(desk)
    ordered = sorted(
        desk.people.people,
        key=lambda one: (
            one.person.key not in front,
            *how_telling(desk.views[one.person.key], two_way_days=len(one.log.two_way)),
            one.person.name.casefold(),
            int(one.person.key),
        ),
    )
    start = (desk.asked.page - 1) * PAGE
    page = ordered[start : start + PAGE]
    ids = [int(one.person.key) for one in page]
    said = (
        stakeholders.opinion_ids(ids, crm_user_id=desk.person.crm_user_id) if desk.may_say else {}
    )
    own = stakeholders.own_ratings(ids, crm_user_id=desk.person.crm_user_id) if desk.may_say else {}
    above = managers([one.person for one in desk.people.people])
    ratings = Ratings(said, own, _scales(desk.names))
    rows = tuple(_row(one, desk, ratings, above, faded=one.person.key not in front) for one in page)
    number = desk.asked.page
    url = desk.asked.url
    return TablePage(
        rows=rows,
        first=start + 1 if rows else 0,
        last=start + len(rows),
        everybody=len(ordered),
        before=url(desk.account_id, page=number - 1) if number > 1 else "",
        after=url(desk.account_id, page=number + 1) if start + PAGE < len(ordered) else "",
    )


def _row(
    one: KnownPerson,
    desk: Desk,
    ratings: Ratings,
    above: dict[str, str | None],
    *,
    faded: bool,
) -> Row:
    view = person_view(one.person, known=one.known, reader=desk.reader)
    role = cards.main_role(view.roles or ())
    text, tone = cards.status_words(one.status.status)
    manager = desk.by_key.get(above.get(one.person.key) or "")
    holders = [desk.people.ours[key] for key in one.known.holders if key in desk.people.ours]
    query = desk.asked.query(person="", page=1)
    url = reverse("stakeholders:person", args=[desk.account_id, int(one.person.key)])
    return Row(
        key=one.person.key,
        name=one.person.name,
        title=one.person.title,
        units=", ".join(desk.people.units.get(unit, "") for unit in one.person.units),
        url=f"{url}?{query}" if query else url,
        manager=manager.person.name if manager else "",
        role=desk.names.role(role) if role else "",
        stance=view.stance.value if view.stance is not None else None,
        level=view.level,
        holders=", ".join(holders[:3]) if desk.opinions else "",
        last=dates.day(one.log.last_two_way) if one.log.last_two_way else "",
        status="" if one.status.status.value == "active" else text,
        status_tone=tone,
        placeholder=one.person.placeholder,
        faded=faded,
        controls=_controls(one, desk, ratings, manager),
    )


def _controls(
    one: KnownPerson,
    desk: Desk,
    ratings: Ratings,
    manager: KnownPerson | None,
) -> dict[str, Control]:
    if not desk.may_move:
        return {}
    pk = int(one.person.key)

    def control(name: str, label: str, value: str, version: str, options: Options) -> Control:
        url = reverse("stakeholders:say", args=[desk.account_id, pk, name])
        return Control(
            name,
            _("%(field)s of %(person)s") % {"field": label, "person": one.person.name},
            value,
            url,
            version,
            options,
            listed="map-names" if name == "manager" else "",
        )

    found = {
        "manager": control(
            "manager",
            _("Manager"),
            label_of(desk, manager) if manager else "",
            f"={one.person.reports_to or ''}",
            (),
        )
    }
    if desk.may_say:
        found |= _opinions(one, desk, ratings, control)
    return found


def _opinions(
    one: KnownPerson,
    desk: Desk,
    ratings: Ratings,
    control: Callable[[str, str, str, str, Options], Control],
) -> dict[str, Control]:
    """Role, stance and the reader's own rating."""
    pk, said, scales = int(one.person.key), ratings.said, ratings.scales
    general = [held.role for held in one.person.roles if held.unit is None and held.line is None]
    role = cards.main_role(tuple(general))
    stance, stances = one.person.stance.value, scales.stances
    found = {
        "role": control("role", _("Role"), role, f"={role}", scales.roles(role)),
        "stance": control("stance", _("Stance"), stance, str(said.get((pk, "stance"), 0)), stances),
    }
    if desk.person.crm_user_id is not None:
        version, own = str(said.get((pk, "strength"), 0)), ratings.own.get(pk, "")
        found["strength"] = control("strength", _("Own rating"), own, version, scales.levels)
    return found


def _scales(names: Names) -> Scales:
    return Scales(
        roles=cache(lambda held: (("", "–"), *names.roles(held=held))),
        stances=tuple(names.stances()),
        levels=(("", "–"), *names.strengths()),
    )


def bulk_choices(desk: Desk) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a bulk edit may change, by group."""
    names = desk.names
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    if desk.may_say:
        groups.append((_("Role"), [(f"role:{code}", text) for code, text in names.roles()]))
        groups.append((_("Stance"), [(f"stance:{code}", text) for code, text in names.stances()]))
        if desk.person.crm_user_id is not None:
            rated = [(f"strength:{code}", text) for code, text in names.strengths()]
            groups.append((_("My rating"), rated))
        held = [(f"holder:{one.key}", one.name) for one in desk.offers.ours]
        groups.append((_("Held by"), held))
    bosses = {one.person.reports_to for one in desk.people.people} - {None}
    above = [
        (f"manager:{one.person.key}", one.person.name)
        for one in desk.people.people
        if one.person.key in bosses or one.person.roles
    ]
    groups.append((_("Reports to"), [("manager:", _("Nobody")), *above[:40]]))
    groups.append((_("Map"), [("off:", _("Take off the map"))]))
    return [group for group in groups if group[1]]
