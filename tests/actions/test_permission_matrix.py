"""Every verb against everybody: generated from the actions, so that a verb nobody listed fails.

`tests/actions/permissions.txt` records what right each verb asks for. The test calls the verb as
every role in every relation and compares with the table of docs/method/permissions.md. A new verb
changes the file, and the change is reviewed: say in `tests/actions/calls.py` how it is called, then
`SIGHTLINE_RECORD=1 ./run test tests/actions/test_permission_matrix.py` writes the line.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import pytest
from django.db import transaction

from sightline.actions.asks import QuestionGone
from sightline.actions.monday import AnswerGone, NotOffered
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category, Part, may, relations_that_may
from sightline.records.models import JournalEntry
from sightline.records.scoping import Person
from sightline.web.gate import DeclaredUrl, declared_urls
from tests.actions.calls import CALLS, OWN, Call
from tests.actions.guesses import CannotGuess, guessed
from tests.actions.scene import Scene, make_scene
from tests.actions.verbs import Verb, pages_that_call, verbs_behind_a_gate, verbs_of_people

pytestmark = pytest.mark.django_db
RECORDED = Path(__file__).with_name("permissions.txt")
UNTRIED = Path(__file__).with_name("untried.txt")
RECORDING = bool(os.environ.get("SIGHTLINE_RECORD"))
# Its pages sign in and out, and change the password of whoever asks or holds the link.
OF_ONES_OWN = frozenset({"people"})
PARTS = {Part.OWN_NOTES: Category.PRIVATE_NOTES}
OWN_ROWS, GATE, ANYWHERE = "own rows", "gate", "anywhere"


class _Back(Exception):
    """Takes back what a call did."""


def outcome(call: Call, scene: Scene, person: Person) -> str:
    """`allowed` where the verb did its work, `refused` where the person has no right to it."""
    try:
        with transaction.atomic():
            call(scene, person)
            raise _Back
    except _Back:
        return "allowed"
    except NotAllowed:
        return "refused"


def outcomes(call: Call, scene: Scene) -> dict[str, str]:
    """What everybody gets, by standing."""
    return {standing: outcome(call, scene, one) for standing, one in scene.people.items()}


def wanted(right: str, scene: Scene) -> dict[str, str]:
    """What the table gives everybody who asks for this right."""
    return {
        standing: "allowed" if _may(right, scene, one) else "refused"
        for standing, one in scene.people.items()
    }


def _may(right: str, scene: Scene, person: Person) -> bool:
    return any(_may_one(one.split(), scene, person) for one in right.split(" or "))


def _may_one(words: list[str], scene: Scene, person: Person) -> bool:
    act, category = Act(words[0]), Category(words[1])
    if words[2:] == [ANYWHERE]:
        return bool(relations_that_may(person.roles, category=category, act=act))
    relations = scene.relations[person.id]
    decision = may(person.roles, relations=relations, category=category, act=act)
    parts = {Part(one) for one in words[2:]}
    return decision.allowed and (decision.only is None or bool(parts & decision.only))


def recorded() -> dict[str, str]:
    lines = RECORDED.read_text(encoding="utf-8").splitlines() if RECORDED.exists() else []
    return {name: right for name, _, right in (line.partition("  ") for line in lines)}


def rights() -> list[str]:
    """Every right that a single line can ask for; the narrower reading first."""
    acts = sorted(Act, key=lambda act: act is not Act.WRITE)
    plain = [f"{act} {category}" for category in Category for act in acts]
    of_parts = [
        f"{act} {category} {part}"
        for part, category in PARTS.items()
        for act in (Act.WRITE, Act.READ)
    ]
    return [*plain, *(f"{one} {ANYWHERE}" for one in plain), *of_parts]


def test_every_verb_is_recorded_and_no_other() -> None:
    """A verb is called by hand, or by guess; those that nobody calls yet are named, by name."""
    calls = all_calls(make_scene())
    missing = sorted(verbs_of_people().keys() - calls.keys() - OWN.keys())
    if RECORDING:
        UNTRIED.write_text("".join(f"{name}\n" for name in missing), encoding="utf-8")
        return
    waiting = UNTRIED.read_text(encoding="utf-8").split()
    assert missing == waiting, "say in tests/actions/calls.py how these are called"
    found = {*calls, *OWN, *verbs_behind_a_gate()}
    assert sorted(found) == sorted(recorded()), "Verbs changed: record them, then read the file"


def all_calls(scene: Scene) -> dict[str, Call]:
    """Calls written by hand, and guessed ones: recorded, or while recording those that fit."""
    found, known = dict(CALLS), recorded()
    for name, verb in verbs_of_people().items():
        if name in CALLS or name in OWN:
            continue
        if _fits(guess_of(verb), scene) if RECORDING else name in known:
            found[name] = guess_of(verb)
    return found


def guess_of(verb: Verb) -> Call:
    return lambda scene, person: guessed(verb, scene, person)


def _fits(call: Call, scene: Scene) -> bool:
    """Whether everybody is served or refused as some right of the table would have it."""
    try:
        got = outcomes(call, scene)
    except (CannotGuess, LookupError, PlanningError, TypeError, ValueError, AttributeError):
        return False
    served = "allowed" in got.values()
    return served and any(wanted(right, scene) == got for right in rights())


def test_each_verb_gives_everybody_what_the_table_says() -> None:
    scene, right_of, wrong = make_scene(), recorded(), {}
    should_be = {right: wanted(right, scene) for right in rights()} if RECORDING else {}
    calls = all_calls(scene)
    for name, call in calls.items():
        got = outcomes(call, scene)
        if RECORDING and wanted_or_none(right_of.get(name), scene) != got:
            fitting = [right for right, given in should_be.items() if given == got]
            right_of[name] = fitting[0] if fitting else f"nothing in the table: {got}"
        should = wanted_or_none(right_of.get(name), scene)
        if should != got:
            differ = {who: got[who] for who in got if should is None or should[who] != got[who]}
            wrong[name] = (right_of.get(name), differ)
    if RECORDING:
        write(right_of, calls)
    assert not wrong


def wanted_or_none(right: str | None, scene: Scene) -> dict[str, str] | None:
    known = right is not None and right.split()[0] in {act.value for act in Act}
    return wanted(right, scene) if right is not None and known else None


def write(right_of: dict[str, str], calls: Collection[str]) -> None:
    """The file, in the order of names, without verbs that are gone."""
    found = {name: right_of[name] for name in calls}
    found |= dict.fromkeys(OWN, OWN_ROWS)
    found |= {name: gate_of(name) for name in verbs_behind_a_gate()}
    lines = [f"{name}  {found[name]}\n" for name in sorted(found)]
    RECORDED.write_text("".join(lines), encoding="utf-8")


def gate_of(name: str) -> str:
    """The pages that ask for the right before they call a verb that only notes who acted."""
    return f"{GATE}: {', '.join(pages_that_call(name)) or 'none'}"


def test_verbs_that_only_note_who_acted_are_called_behind_a_gate() -> None:
    """Every page that calls one is for whoever may change settings, or about one's own sign-in."""
    right_of = recorded()
    for name in verbs_behind_a_gate():
        assert RECORDING or right_of.get(name) == gate_of(name), (
            "another page calls it: read, record"
        )
        for page in sorted(set(pages_that_call(name)) - OF_ONES_OWN):
            asked = {said(url) for url in declared_urls() if url.name.startswith(f"{page}:")}
            writing = {one for one in asked if not one.startswith("read ")}
            assert writing == {"write settings"}, f"{name} is called by {page}"


def said(url: DeclaredUrl) -> str:
    found = url.declaration
    return f"{found.act} {found.category}" if found is not None else "undeclared"


def test_a_refused_verb_leaves_no_trace() -> None:
    scene = make_scene()
    before, nobody = JournalEntry.objects.count(), scene.people["no role"]
    for call in CALLS.values():
        with pytest.raises(NotAllowed):
            call(scene, nobody)
    assert JournalEntry.objects.count() == before


def test_what_is_ones_own_nobody_else_touches() -> None:
    scene = make_scene()
    for name, (call, rows) in OWN.items():
        before = list(rows(scene).order_by("pk").values())
        for standing, person in scene.people.items():
            if person == scene.owner:
                assert outcome(call, scene, person) == "allowed", name
                continue
            try:
                with transaction.atomic():
                    call(scene, person)
            except (NotAllowed, NotOffered, AnswerGone, QuestionGone):
                pass
            assert list(rows(scene).order_by("pk").values()) == before, f"{standing}: {name}"
