"""Mapping rules as data: which of our fields is which of theirs, in what direction, whose it is.

A mapping is checked against the other system's describe before it is used: what cannot be written
is said, never tried.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from typing import Any

from sightline.agreement.merge import Owner, Way
from sightline.agreement.values import FieldKind, FieldShape, ObjectShape


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field of ours and theirs. `also` are fields of ours that follow from this one and are
    held back with it. `create_only`: sent when a row is made, and never after."""

    ours: str
    theirs: str
    owner: Owner = Owner.SHARED
    way: Way = Way.BOTH
    create_only: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectRule:
    """One object. `key_field` is their unique external id, under which a row of ours is created;
    without it nothing is created there. `natural` names their fields that identify a row instead.
    """

    object: str
    fields: tuple[FieldRule, ...]
    create: bool = False
    delete_there: bool = False
    key_field: str = ""
    natural: tuple[str, ...] = ()

    def field(self, ours: str) -> FieldRule | None:
        """The rule of one of our fields."""
        return next((one for one in self.fields if one.ours == ours), None)


@dataclass(frozen=True, slots=True)
class Rules:
    """A whole mapping. `objects` are mirrored in this order; `two_way` have field rules.
    `columns` overrules which of their columns is read as which field of ours; `meanings` says what
    their values of a field mean here, by the value in lower case."""

    objects: tuple[str, ...]
    two_way: Mapping[str, ObjectRule]
    columns: Mapping[str, Mapping[str, str]]
    profile: str = ""
    meanings: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a rule cannot work as it stands. `blocking`: nothing of the field would cross."""

    object: str
    field: str
    code: str
    message: str
    blocking: bool = True


class BadRules(ValueError):
    """A mapping that is not one; the message says where."""


def default_rules(brand: str) -> Rules:
    """The mapping a new connection of a brand begins with."""
    text = files(__package__).joinpath("mappings", f"{brand}.toml").read_text(encoding="utf-8")
    return rules_from(tomllib.loads(text))


def rules_from(plain: Mapping[str, Any]) -> Rules:
    """A mapping from its plain form. Raises BadRules."""
    try:
        two_way = {
            name: ObjectRule(
                object=name,
                fields=_with_currency(_field(name, one) for one in given.get("fields", ())),
                create=bool(given.get("create", False)),
                delete_there=bool(given.get("delete_there", False)),
                key_field=str(given.get("key_field", "")),
                natural=tuple(given.get("natural", ())),
            )
            for name, given in plain.get("two_way", {}).items()
        }
        objects = tuple(str(name) for name in plain["objects"])
        columns = {name: dict(one) for name, one in plain.get("columns", {}).items()}
        meanings = _meanings(plain.get("meanings", {}))
    except (KeyError, TypeError, AttributeError) as problem:
        raise BadRules(f"this is not a mapping: {problem}") from None
    unknown = sorted(two_way.keys() - set(objects))
    if unknown:
        raise BadRules(f"{', '.join(unknown)} is written but never read: list it under objects")
    return Rules(objects, two_way, columns, str(plain.get("profile", "")), meanings)


def _with_currency(fields: Iterable[FieldRule]) -> tuple[FieldRule, ...]:
    """An amount goes out with its own currency, whenever the mapping was made: without it an org that
    keeps several would take the amount in another. Orgs that keep one show no such field."""
    given = tuple(fields)
    if "Amount" not in {one.theirs for one in given} or CURRENCY in {one.theirs for one in given}:
        return given
    return (*given, FieldRule("currency", CURRENCY, owner=Owner.CRM, create_only=True))


CURRENCY = "CurrencyIsoCode"


def _meanings(plain: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    return {
        name: {field: dict(table) for field, table in fields.items()}
        for name, fields in plain.items()
    }


def _field(name: str, given: Mapping[str, Any]) -> FieldRule:
    try:
        return FieldRule(
            ours=str(given["ours"]),
            theirs=str(given["theirs"]),
            owner=Owner(given.get("owner", "shared")),
            way=Way(given.get("way", "both")),
            create_only=bool(given.get("create_only", False)),
            also=tuple(given.get("also", ())),
        )
    except (KeyError, ValueError) as problem:
        raise BadRules(f"{name}: {problem}") from None


def plain_rules(rules: Rules) -> dict[str, Any]:
    """The inverse of `rules_from`, as JSON keeps it."""
    two_way = {}
    for name, rule in rules.two_way.items():
        kept = asdict(rule)
        del kept["object"]
        kept["natural"] = list(rule.natural)
        kept["fields"] = [
            {**asdict(one), "owner": one.owner.value, "way": one.way.value, "also": list(one.also)}
            for one in rule.fields
        ]
        two_way[name] = kept
    columns = {name: dict(one) for name, one in rules.columns.items()}
    return {
        "objects": list(rules.objects),
        "two_way": two_way,
        "columns": columns,
        "profile": rules.profile,
        "meanings": _meanings(rules.meanings),
    }


def reading(
    rules: Rules,
    *,
    columns: Mapping[str, Mapping[str, str]],
    meanings: Mapping[str, Mapping[str, Mapping[str, str]]],
) -> Rules:
    """A mapping that reads these columns (their name to ours) and meanings, as imports say them."""
    named = {
        name: {ours: theirs for theirs, ours in one.items() if ours}
        for name, one in columns.items()
    }
    return replace(rules, columns=named, meanings=meanings)


def check_rules(rules: Rules, shapes: Mapping[str, ObjectShape]) -> list[Problem]:
    """What of a mapping cannot work in this org, by its describe."""
    found: list[Problem] = []
    for name in rules.objects:
        if name not in shapes and name in rules.two_way:
            found.append(Problem(name, "", "no_object", f"{name} is not visible in this org."))
    for name, rule in rules.two_way.items():
        if name in shapes:
            found += _check_object(rule, shapes[name])
    return found


def _check_object(rule: ObjectRule, shape: ObjectShape) -> Iterable[Problem]:
    if rule.create:
        yield from _check_create(rule, shape)
    for one in rule.fields:
        known = shape.fields.get(one.theirs)
        if known is None and one.theirs == CURRENCY:
            continue
        if known is None:
            yield Problem(
                rule.object,
                one.theirs,
                "no_field",
                f"{rule.object}.{one.theirs} is not there, or hidden from the connection's user.",
            )
        elif one.way is not Way.IN:
            yield from _check_write(rule, one, known)


def _check_create(rule: ObjectRule, shape: ObjectShape) -> Iterable[Problem]:
    key = shape.fields.get(rule.key_field)
    if not shape.createable:
        text = f"The connection's user may not create {rule.object}."
        yield Problem(rule.object, "", "not_createable", text)
    elif not rule.natural and (key is None or not key.unique_key):
        text = (
            f"{rule.object} has no unique external id field {rule.key_field or '(none named)'}: "
            "rows made here stay here, because a lost answer could make them twice."
        )
        yield Problem(rule.object, rule.key_field, "no_key", text)


def _check_write(rule: ObjectRule, one: FieldRule, known: FieldShape) -> Iterable[Problem]:
    if known.formula:
        text = f"{rule.object}.{one.theirs} is computed there and cannot be written."
        yield Problem(rule.object, one.theirs, "formula", text)
    elif not known.updateable and not one.create_only:
        text = f"{rule.object}.{one.theirs} cannot be changed by the connection's user."
        yield Problem(rule.object, one.theirs, "read_only", text)
    elif known.kind is FieldKind.TEXT and known.length and known.length < _SHORT:
        text = f"{rule.object}.{one.theirs} holds {known.length} characters; longer text is cut."
        yield Problem(rule.object, one.theirs, "short", text, blocking=False)


# Shorter than this, a text field is likely to cut what people write.
_SHORT = 40


def writable(rule: FieldRule, shape: ObjectShape, *, creating: bool) -> bool:
    """Whether a field may be in a write at all: mapped outward, visible, and allowed by describe."""
    known = shape.fields.get(rule.theirs)
    if known is None or rule.way is Way.IN or known.formula:
        return False
    if creating:
        return known.createable
    return known.updateable and not rule.create_only
