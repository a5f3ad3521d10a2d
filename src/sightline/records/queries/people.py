"""Their people as the stakeholder rules take them: who, contact by day, ratings, roles, lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Any

from django.db.models import Q, QuerySet

from sightline.planning.stakeholders import ContactLog, Line, LineKind, Person, Rating
from sightline.records.models import Contact, ContactActivity, MapLine, Opinion
from sightline.records.prepared import prepared
from sightline.records.queries.company import company_zone
from sightline.records.queries.people_said import OpinionRow, Said

UNNAMED_RATER = "crm"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the records keep somebody on a map; `guest` where they were put on it by hand."""

    account_id: int
    unit: str
    left_on: date | None
    added_on: date | None
    guest: bool


@dataclass(slots=True)
class AccountPeople:
    """The people of one planning account, children included; keys are contact ids as text.

    `held` names by contact those of ours who hold them, as somebody said. `lines` are influence
    and conflict; they are opinions, and read only with them. `units` are the names of their units.
    """

    people: list[Person] = field(default_factory=list)
    logs: dict[str, ContactLog] = field(default_factory=dict)
    ratings: list[Rating] = field(default_factory=list)
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    def seen_in(self, account_ids: Collection[int]) -> list[Person]:
        """Who may be listed where only these accounts of the family are seen; guests always."""
        return [
            one
            for one in self.people
            if self.kept[one.key].guest or self.kept[one.key].account_id in account_ids
        ]


def accounts_of_contacts() -> dict[int, int]:
    """The account of every contact that is there, by contact id."""
    rows = Contact.objects.filter(removed_at=None, erased_at=None)
    return dict(rows.values_list("pk", "account_id"))


def people_of(
    planning_ids: Sequence[int],
    *,
    with_opinions: bool,
    on: date | None = None,
    back: Mapping[int, int] | None = None,
) -> dict[int, AccountPeople]:
    """Everybody on the maps of some planning accounts: their contacts less those taken off, and
    guests. Opinions only where the caller may see them. `on` takes statements and reporting lines
    back to the end of that day of the company's; without it they are as they stand. `back` puts
    contacts on the map of a planning account that the CRM has moved or deleted since.

    Eight queries, four more with opinions, two more with `on`.
    """
    zone = company_zone() if with_opinions or on is not None else UTC
    found: dict[int, AccountPeople] = {}
    place: dict[int, list[int]] = {}
    said = Said(planning_ids, on, zone=zone, with_opinions=with_opinions, back=back)
    for contact, planning in said.on_maps():
        place.setdefault(contact.pk, []).append(planning)
        of = found.setdefault(planning, AccountPeople(units=said.unit_names))
        of.people.append(said.person(contact))
        of.kept[str(contact.pk)] = Kept(
            account_id=contact.account_id,
            unit=contact.unit or "",
            left_on=contact.left_on,
            added_on=contact.created_on,
            guest=said.places.get((planning, contact.pk), False),
        )
        of.ratings.extend(_ratings(contact.pk, said.opinions.get(contact.pk, ()), zone))
        if contact.pk in said.held:
            of.held[str(contact.pk)] = said.held[contact.pk]
    _add_logs(found, place, planning_ids, said.strangers)
    _add_lines(found, place, said.lines)
    return found


def everybody(planning_id: int) -> AccountPeople:
    """Everybody on one map with every opinion, as it stands. Twelve queries."""
    return people_of([planning_id], with_opinions=True).get(planning_id) or AccountPeople()


@prepared
def _logged(contact_ids: list[int]) -> QuerySet[ContactActivity, Any]:
    rows = ContactActivity.objects.filter(contact__in=contact_ids)
    return rows.values_list("contact_id", "log")


def _add_logs(
    found: Mapping[int, AccountPeople],
    place: Mapping[int, Sequence[int]],
    planning_ids: Sequence[int],
    strangers: Sequence[int],
) -> None:
    if len(place) > _MANY:
        own = Q(contact__account__planning_account_id__in=planning_ids)
        logged = ContactActivity.objects.filter(own | Q(contact__in=strangers[:_MANY]))
        rows = list(logged.values_list("contact_id", "log"))
    else:
        rows = _logged(sorted(place)) if place else []
    for contact_id, log in rows:
        kept = log_from_json(log)
        for planning in place.get(contact_id, ()):
            found[planning].logs[str(contact_id)] = kept


def _add_lines(
    found: Mapping[int, AccountPeople],
    place: Mapping[int, Sequence[int]],
    lines: Sequence[tuple[int, int, str]],
) -> None:
    """A line is on every map that both its ends are on."""
    for start, end, kind in lines:
        if kind in _LINES:
            for planning in {*place.get(start, ())} & {*place.get(end, ())}:
                found[planning].lines.append(Line(_LINES[kind], str(start), str(end)))


_MANY = 900
_LINES = {
    MapLine.Kind.INFLUENCES.value: LineKind.INFLUENCES,
    MapLine.Kind.CONFLICTS.value: LineKind.CONFLICTS,
    MapLine.Kind.MATRIX.value: LineKind.REPORTS_TO,
}


def log_as_json(log: ContactLog) -> dict[str, Any]:
    """A log as the records keep it."""
    return {
        "two_way": [day.isoformat() for day in log.two_way],
        "outbound": [day.isoformat() for day in log.outbound],
        "unknown": [day.isoformat() for day in log.unknown],
        "by_ours": [[day.isoformat(), list(ours)] for day, ours in log.by_ours],
    }


def log_from_json(kept: Mapping[str, Any]) -> ContactLog:
    """The inverse of `log_as_json`."""
    return ContactLog(
        two_way=_days(kept.get("two_way", ())),
        outbound=_days(kept.get("outbound", ())),
        unknown=_days(kept.get("unknown", ())),
        by_ours=tuple(
            (date.fromisoformat(day), tuple(ours)) for day, ours in kept.get("by_ours", ())
        ),
    )


def _days(texts: Sequence[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


def _ratings(contact_id: int, opinions: Sequence[OpinionRow], zone: tzinfo) -> list[Rating]:
    return [
        Rating(
            person=str(contact_id),
            ours=str(one.rater_id) if one.rater_id else UNNAMED_RATER,
            level=int(one.value),
            on=one.rated_at.astimezone(zone).date(),
            evidence=one.reason if one.has_evidence else "",
            wanted=one.wanted if one.wanted is not None and one.wanted <= 5 else None,
        )
        for one in opinions
        if one.kind == Opinion.Kind.STRENGTH and one.value.isdecimal() and int(one.value) <= 5
    ]
