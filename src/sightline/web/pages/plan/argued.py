"""Challenges beside what they are about: the target, the thesis, cells, people, plays, renewals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.records.queries.challenges_beside import OpenChallenge, open_challenges
from sightline.records.queries.hidden_parts import hidden_keys
from sightline.web.pages.account.shell import Shell

MOST = 3
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "bridge": ("no_credible_path",),
    "thesis": ("thesis_without_whitespace",),
    "whitespace": ("fantasy_in_plan",),
    "people": ("single_thread", "buyer_unreached", "stance_rosier"),
    "plays": ("play_incomplete", "date_too_early", "plan_and_pipeline", "busy_not_moving"),
    "renewals": ("renewal_without_strategy",),
    "losing": ("losing_ground_hidden",),
}
# Everything else, a company's own rules too, is about the plan as a whole.
ELSE = "target"
# A light plan has no grid and no map of its own.
LIGHT = {"whitespace": "plays", "people": "plays"}


@dataclass(frozen=True, slots=True)
class Argued:
    """What stands in one section: a few, and how many more there are."""

    rows: tuple[OpenChallenge, ...]
    more: int


def argued_by_section(shell: Shell) -> dict[str, Argued]:
    """The open challenges of the running plan by the section that they are about."""
    plan = shell.plan
    assert plan is not None
    found = open_challenges(
        plan.id,
        currency=plan.currency,
        rights=shell.rights,
        hidden=hidden_keys(shell.scope.hidden_ids),
    )
    by_section: dict[str, list[OpenChallenge]] = {}
    for one in found:
        by_section.setdefault(_section(one.rule, light=shell.light), []).append(one)
    return {
        name: Argued(tuple(rows[:MOST]), max(0, len(rows) - MOST))
        for name, rows in by_section.items()
    }


def _section(rule: str, *, light: bool) -> str:
    name = next((name for name, rules in SECTIONS.items() if rule in rules), ELSE)
    return LIGHT.get(name, name) if light else name
