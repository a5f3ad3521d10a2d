"""Which fields of a person the company asks for, and its own names for scales and roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from sightline.actions import journal
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.planning.stakeholders import BuyingRole, Stance
from sightline.records.models import MapSettings
from sightline.records.scoping import Person

FIELDS = ("wanted", "interests", "standing", "style", "communication", "notes")
"""What Operations may switch on beyond role, stance and strength; all off at first."""
SCALES: Mapping[str, tuple[str, ...]] = {
    "roles": tuple(BuyingRole),
    "strength": ("0", "1", "2", "3", "4", "5"),
    "stances": tuple(Stance),
}
LONGEST = 40


class StaleMapSettings(PlanningError):
    """Somebody saved in the meantime."""

    code = "stale_map_settings"


@dataclass(frozen=True, slots=True)
class MapChoices:
    """What is asked, which switchable roles are offered, and names by scale and code."""

    fields: tuple[str, ...]
    roles: tuple[str, ...]
    names: Mapping[str, Mapping[str, str]]


def set_map_settings(person: Person, wanted: MapChoices, *, seen_version: int) -> int:
    """Save the company's choices; answers the new version.

    Raises NotAllowed for all but Operations, InvalidValue, StaleMapSettings.
    """
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations may change the settings.", field="settings")
    names = _checked(wanted)
    with transaction.atomic():
        row, _ = MapSettings.objects.select_for_update().get_or_create(pk=1)
        if row.version != seen_version:
            raise StaleMapSettings("Somebody saved these settings meanwhile: look again.")
        before = (list(row.fields), list(row.roles), dict(row.names))
        row.fields = [one for one in FIELDS if one in wanted.fields]
        row.roles = [one for one in SCALES["roles"] if one in wanted.roles]
        row.names = names
        after = (row.fields, row.roles, row.names)
        if before == after:
            return row.version
        row.version += 1
        row.save()
        journal.record(
            "set_map_settings",
            actor_id=person.id,
            subject=row,
            changes=dict(
                zip(("fields", "roles", "names"), zip(before, after, strict=True), strict=True)
            ),
        )
    return row.version


def _checked(wanted: MapChoices) -> dict[str, dict[str, str]]:
    unknown = set(wanted.fields) - set(FIELDS)
    if unknown:
        raise InvalidValue("That is no field of a person.", field=min(unknown))
    names: dict[str, dict[str, str]] = {}
    for scale, words in wanted.names.items():
        for code, word in words.items():
            text = " ".join(word.split())
            if scale not in SCALES or code not in SCALES[scale]:
                raise InvalidValue("That is not on the scale.", field=f"{scale}-{code}")
            if len(text) > LONGEST:
                raise InvalidValue(f"At most {LONGEST} letters.", field=f"{scale}-{code}")
            if text:
                names.setdefault(scale, {})[code] = text
        taken = [one.casefold() for one in names.get(scale, {}).values()]
        if len(taken) != len(set(taken)):
            raise InvalidValue("Two of one scale have the same name.", field=scale)
    return names
