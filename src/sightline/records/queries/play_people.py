"""Whom a play rests on: people linked to it, on its opportunity, or with a role said for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sightline.records.models import HeldRole, OpportunityContactRole, Play, PlayCell, PlayPerson
from sightline.records.queries.account_scope import AccountScope


@dataclass(frozen=True, slots=True)
class PlayPeople:
    """One open play with the keys of the people linked to it."""

    key: str
    name: str
    people: tuple[str, ...]


def plays_with_people(scope: AccountScope) -> tuple[PlayPeople, ...]:
    """The open plays of an account by name; none for a reader of no plan. Six queries."""
    if not scope.rights.plan:
        return ()
    rows = list(
        Play.objects.filter(
            account_id=scope.planning_id, removed_at=None, outcome="", parked=False, renewal=None
        )
        .order_by("name", "pk")
        .values_list("pk", "name", "opportunity_id")
    )
    if not rows:
        return ()
    plays = [pk for pk, _, _ in rows]
    found: dict[int, list[str]] = defaultdict(list)
    for play, contact in PlayPerson.objects.filter(play__in=plays).values_list(
        "play_id", "contact_id"
    ):
        found[play].append(str(contact))
    deals = {deal: pk for pk, _, deal in rows if deal is not None}
    parts = OpportunityContactRole.objects.filter(opportunity__in=deals, removed_at=None)
    for deal, contact in parts.values_list("opportunity_id", "contact_id"):
        found[deals[deal]].append(str(contact))
    for play, contacts in said_for_plays(plays).items():
        found[play] += contacts
    return tuple(PlayPeople(str(pk), name, tuple(dict.fromkeys(found[pk]))) for pk, name, _ in rows)


def said_for_plays(plays: Collection[int]) -> dict[int, list[str]]:
    """People with a role said for a play, or for a unit × line that it covers, by play. A role
    that weighs nothing links nobody. Three queries."""
    found: dict[int, list[str]] = defaultdict(list)
    held = HeldRole.objects.filter(holds=True, ended_at=None, contact__erased_at=None)
    weighs = held.exclude(influence=0).order_by("pk")
    own = weighs.filter(play__in=plays).values_list("play_id", "contact_id")
    for play, contact in own:
        found[play or 0].append(str(contact))
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    covered = PlayCell.objects.filter(play__in=plays, unit__isnull=False)
    for play, unit, line in covered.values_list("play_id", "unit_id", "product_line_id"):
        cells[unit or 0, line].append(play)
    said = weighs.filter(unit__in={unit for unit, _ in cells}, product_line__isnull=False)
    for contact, unit, line in said.values_list("contact_id", "unit_id", "product_line_id"):
        for play in cells.get((unit or 0, line or 0), ()):
            found[play].append(str(contact))
    return {play: list(dict.fromkeys(contacts)) for play, contacts in found.items()}
