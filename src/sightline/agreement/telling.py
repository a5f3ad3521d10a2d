"""What is said of people and never told unless somebody switches it on, field by field.

Each is written to a field of the org's own choosing on the person's record, outward only, and is ours
to say (docs/method/agreement.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sightline.agreement.merge import Owner, Way
from sightline.agreement.records import Write
from sightline.agreement.rules import FieldRule, Rules

PERSON = "Contact"
# Named apart from what imports read, so that nothing of it is ever read back.
TOLD = ("told_stance", "told_strength", "told_standing", "told_blocker", "told_notes")


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Who there may read a field: a profile or permission set, and how many active people have it;
    None where the service does not say."""

    name: str
    people: int | None = None


def told_of_people(rules: Rules) -> dict[str, str]:
    """What a mapping tells of people, ours to their field."""
    rule = rules.two_way.get(PERSON)
    found = rule.fields if rule is not None else ()
    return {one.ours: one.theirs for one in found if one.ours in TOLD}


def shown(rules: Rules, write: Write, *, instead: str) -> dict[str, Any]:
    """A write's values for those who look after the mapping: they need not see what is thought of
    people, and read `instead` in its place."""
    hidden = set(told_of_people(rules).values()) if write.object == PERSON else set()
    return {name: instead if name in hidden else said for name, said in write.values.items()}


def called(write: Write, named: Mapping[str, str]) -> str:
    """What a row that would be written is called: as known here by its id there, else as it says."""
    said = write.values.get("Name") or write.values.get("Subject")
    return named.get(write.id) or str(said or write.id)


def telling(rules: Rules, told: Mapping[str, str]) -> Rules:
    """A mapping that tells exactly this of people. Without a rule for people it tells nothing."""
    rule = rules.two_way.get(PERSON)
    if rule is None:
        return rules
    kept = tuple(one for one in rule.fields if one.ours not in TOLD)
    added = tuple(
        FieldRule(name, told[name], owner=Owner.PLAN, way=Way.OUT)
        for name in TOLD
        if told.get(name)
    )
    person = replace(rule, fields=(*kept, *added))
    return replace(rules, two_way={**rules.two_way, PERSON: person})
