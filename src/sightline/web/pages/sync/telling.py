"""What is said of people, as switches of the mapping: each names who in the org could then read it,
and is switched on only by somebody to whom that was shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.agreement.rules import Rules
from sightline.agreement.telling import PERSON, TOLD, ReadBy, telling, told_of_people
from sightline.agreement.values import ObjectShape
from sightline.crm.errors import CrmError
from sightline.records.queries.sync import ConnectionFacts
from sightline.web.pages.sync.values import field_word

_KEY = "told"


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One switch: its field there, and who could read it, in words; empty where nobody asked yet."""

    key: str
    ours: str
    theirs: str
    on: bool
    readers: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form says of the switches: the mapping with them, lines as typed, and what is wrong or
    not confirmed yet."""

    rules: Rules
    lines: list[ToldLine]
    error: str = ""


def lines_of(rules: Rules) -> list[ToldLine]:
    """The switches as they stand."""
    told = told_of_people(rules)
    return [
        ToldLine(_key(name), field_word(name), told.get(name, ""), name in told) for name in TOLD
    ]


def chosen(
    rules: Rules, given: Any, shapes: dict[str, ObjectShape], facts: ConnectionFacts
) -> Asked:
    """The mapping with the switches of a form. A switch that is turned on, or moved to another field,
    is asked about first: who could read it is shown, and the form has to come once more."""
    before = told_of_people(rules)
    if f"{_KEY}.known" not in given:
        return Asked(rules, lines_of(rules))
    wanted = {
        name: str(given.get(f"{_key(name)}.theirs", "")).strip()[:80]
        for name in TOLD
        if given.get(f"{_key(name)}.on") == "1"
    }
    problems = _problems(wanted, rules, shapes)
    anew = {
        name: theirs
        for name, theirs in wanted.items()
        if theirs and before.get(name) != theirs and name not in problems
    }
    readers: dict[str, tuple[str, ...]] = {}
    error = " ".join(problems.values())
    if anew:
        # the client of the CRM is loaded where somebody asks it, not with every page
        from sightline.crm import eyes

        try:
            found = eyes.readers_of(facts, sorted(set(anew.values())), clock=timezone.now)
        except CrmError as refusal:
            error = _("The org did not say who could read it: %(why)s") % {"why": str(refusal)}
        else:
            readers = {name: readers_in_words(found[theirs]) for name, theirs in anew.items()}
            unseen = [n for n, theirs in anew.items() if given.get(f"{_key(n)}.seen") != theirs]
            if unseen and not error:
                error = _(
                    "Look under “What we think of people” who could read it in the org, then try or "
                    "save again to switch it on."
                )
    drawn = [
        ToldLine(
            _key(name),
            field_word(name),
            wanted.get(name, str(given.get(f"{_key(name)}.theirs", "")).strip()[:80]),
            name in wanted,
            readers.get(name, ()),
            problems.get(name, ""),
        )
        for name in TOLD
    ]
    return Asked(telling(rules, wanted) if not error else rules, drawn, error)


def _problems(
    wanted: dict[str, str], rules: Rules, shapes: dict[str, ObjectShape]
) -> dict[str, str]:
    """Why a switch cannot be turned on as it stands, by ours."""
    person = rules.two_way.get(PERSON)
    others = {one.theirs for one in person.fields if one.ours not in TOLD} if person else set()
    shape, found = shapes.get(PERSON), {}
    for name, theirs in wanted.items():
        said = {"what": field_word(name), "field": theirs}
        known = shape.fields.get(theirs) if shape is not None else None
        if not theirs:
            found[name] = _("%(what)s: name the field of the org that it is written to.") % said
        elif known is None:
            found[name] = _("%(what)s: the org shows no field %(field)s.") % said
        elif not known.updateable:
            found[name] = _("%(what)s: %(field)s cannot be written.") % said
        elif theirs in others or list(wanted.values()).count(theirs) > 1:
            found[name] = _("%(what)s: %(field)s is mapped already.") % said
    return found


def readers_in_words(readers: list[ReadBy] | None) -> tuple[str, ...]:
    """Who could read a field, one by one."""
    if readers is None:
        return (_("everybody who sees the record: no profile can hide this field"),)
    if not readers:
        return (_("nobody: no profile and no permission set opens this field"),)
    return tuple(_reader(one) for one in readers)


def _reader(one: ReadBy) -> str:
    if one.people is None:
        return one.name
    said = ngettext("%(name)s (%(n)s person)", "%(name)s (%(n)s people)", one.people)
    return said % {"name": one.name, "n": one.people}


def _key(name: str) -> str:
    return f"{_KEY}.{name}"
