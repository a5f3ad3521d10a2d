"""Calls that need no writing: arguments filled in from the scene by name, values by their fields.

What cannot be guessed is called in `calls.py`, or named in `untried.txt` until somebody does.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import timedelta
from typing import Any

from sightline.records.scoping import Person
from tests.actions.scene import NOW, SOON, TODAY, Scene
from tests.actions.verbs import Verb


class CannotGuess(Exception):
    """No value is known for a parameter of that name."""


def guessed(verb: Verb, scene: Scene, person: Person) -> Any:
    """Call a verb as somebody, every argument guessed. Raises `CannotGuess`."""
    place, named = [], {}
    for name, one in inspect.signature(verb).parameters.items():
        if one.default is not inspect.Parameter.empty or one.kind is one.VAR_KEYWORD:
            continue
        kind = verb.__globals__.get(str(one.annotation))
        value = person if kind is Person else _value(name, kind, scene, person)
        if one.kind is one.KEYWORD_ONLY:
            named[name] = value
        else:
            place.append(value)
    return verb(*place, **named)


def _value(name: str, kind: Any, scene: Scene, person: Person) -> Any:
    known = _known(scene)
    if name in known:
        return known[name]
    if name == "saying" and kind is type(scene.saying(person)):
        return scene.saying(person)
    if inspect.isclass(kind) and is_dataclass(kind):
        return kind(**_fields(kind, scene, person))
    raise CannotGuess(name)


def _fields(kind: type, scene: Scene, person: Person) -> dict[str, Any]:
    """Values for the fields that have no default."""
    module = inspect.getmodule(kind)
    found = {}
    for one in fields(kind):
        if one.default is MISSING and one.default_factory is MISSING:
            inner = getattr(module, str(one.type), None)
            found[one.name] = person if inner is Person else _value(one.name, inner, scene, person)
    return found


def _known(scene: Scene) -> Mapping[str, Any]:
    words = ("reason", "why", "text", "note", "name", "title", "subject", "words", "evidence")
    days = {"today": TODAY, "on": TODAY, "day": SOON, "due": SOON, "until": SOON, "now": NOW}
    return {
        **dict.fromkeys(words, "Said in the meeting"),
        **days,
        **_keys(scene),
        "starts_on": TODAY,
        "ends_on": SOON,
        "seen": None,
        "seen_version": 1,
        "currency": "GBP",
        "year": TODAY.year,
        "done": True,
        "parked": True,
        "away": True,
        "close_in": timedelta(days=90),
        "keys": [],
    }


def _keys(scene: Scene) -> Mapping[str, Any]:
    world, account = scene.world, scene.account.pk
    return {
        "account_id": account,
        "planning_id": account,
        "account_ids": [account],
        "plan_id": scene.plan.pk,
        "contact_id": world.champion.pk,
        "contact_ids": [world.champion.pk],
        "person_id": world.champion.pk,
        "manager_id": None,
        "user_id": world.owner.pk,
        "owner_id": world.owner.pk,
        "play_id": scene.play.pk,
        "action_id": scene.action,
        "opportunity_id": world.deal.pk,
        "unit_id": world.unit.pk,
        "line_id": world.extra.pk,
        "place": scene.place,
        "start_id": world.champion.pk,
        "end_id": world.buyer.pk,
    }
