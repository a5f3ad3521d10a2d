"""How the verbs of selling are called on the scene: the library, the board, stages, many cells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sightline.actions import (
    play_actions,
    play_figures,
    play_library,
    play_moves,
    playbooks,
    plays,
    selling,
    whitespace_bulk,
)
from sightline.planning.plays import Column
from sightline.records.models import Play
from sightline.records.scoping import Person
from tests import makers
from tests.actions.scene import NOW, SOON, TODAY, Scene

Call = Callable[[Scene, Person], Any]


def _save_play(scene: Scene, person: Person) -> None:
    """As the verbs do that save what they changed: it is the loading that asks for the right."""
    play = plays.locked_play(person, scene.play.pk)
    change = {"name": (play.name, "Rollout")}
    plays.save_play(play, {"name": "Rollout"}, change, "change_play", person, NOW)


def _take_figures(scene: Scene, person: Person) -> None:
    """Of a play that has an opportunity."""
    deal = makers.opportunity(scene.account, "Rollout")
    Play.objects.filter(pk=scene.play.pk).update(opportunity=deal)
    play_figures.take_crm_figures(person, scene.play.pk, now=NOW)


PLAYBOOK: Final = playbooks.PlaybookText(
    "Quiet account", "adoption_drop", (("Call the sponsor", "call", 7, "account_owner"),)
)

SELLING: dict[str, Call] = {
    "play_actions.add_actions": lambda s, p: play_actions.add_actions(
        p, s.account.pk, [play_actions.NewAction("Call", due_on=SOON)]
    ),
    "play_figures.take_crm_figures": _take_figures,
    "play_library.retire_template": lambda s, p: play_library.retire_template(
        p, s.template, retired=True, now=NOW
    ),
    "play_library.start_many": lambda s, p: play_library.start_many(
        p, s.template, [s.account.pk], close_in=timedelta(days=90), now=NOW, on=TODAY
    ),
    "play_library.write_template": lambda s, p: play_library.write_template(
        p, play_library.TemplateText("Second pilot"), now=NOW
    ),
    "play_moves.move_play": lambda s, p: play_moves.move_play(
        p, s.play.pk, Column.PARKED, now=NOW, on=TODAY
    ),
    "plays.save_play": _save_play,
    "playbooks.standard.add_standard": lambda s, p: playbooks.add_standard(p, now=NOW),
    "playbooks.write.ask_for_trial": lambda s, p: playbooks.ask_for_trial(p, s.playbook, now=NOW),
    "playbooks.write.stop_run": lambda s, p: playbooks.stop_run(
        p, s.playbook_run, why="in hand", now=NOW
    ),
    "playbooks.write.switch_playbook": lambda s, p: playbooks.switch_playbook(
        p, s.playbook_on, on=False, seen_version=s.playbook_version, now=NOW
    ),
    "playbooks.write.write_playbook": lambda s, p: playbooks.write_playbook(p, PLAYBOOK, now=NOW),
    "selling.set_category_lines": lambda s, p: selling.set_category_lines(p, "IT", [s.line.pk]),
    "selling.set_family_rule": lambda s, p: selling.set_family_rule(
        p, s.family, least=50, most=None, reason="too small for it"
    ),
    "selling.set_stage_column": lambda s, p: selling.set_stage_column(
        p, s.open_stage, "in_motion", now=NOW
    ),
    "whitespace_bulk.change_cells": lambda s, p: whitespace_bulk.change_cells(
        [
            whitespace_bulk.CellChange(
                s.place, whitespace_bulk.Bulk("need", {"level": 1}), s.need_seen
            )
        ],
        saying=s.saying(p),
    ),
}
