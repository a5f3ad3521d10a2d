"""The shipped rules by code, in the order in which equals are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from sightline.planning.challenges import money_rules, people_rules
from sightline.planning.challenges.facts import ChallengeParameters, PlanFacts
from sightline.planning.challenges.finding import Finding


class Rule(Protocol):
    """A rule: findings of one plan."""

    def __call__(self, plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
        """Every time it fires."""
        ...


RULES: Mapping[str, Rule] = {
    "no_credible_path": money_rules.no_credible_path,
    "thesis_without_whitespace": money_rules.thesis_without_whitespace,
    "fantasy_in_plan": money_rules.fantasy_in_plan,
    "play_incomplete": money_rules.play_incomplete,
    "date_too_early": money_rules.date_too_early,
    "single_thread": people_rules.single_thread,
    "buyer_unreached": people_rules.buyer_unreached,
    "renewal_without_strategy": money_rules.renewal_without_strategy,
    "plan_and_pipeline": money_rules.plan_and_pipeline,
    "stance_rosier": people_rules.stance_rosier,
    "health_rosier": people_rules.health_rosier,
    "plan_too_large": people_rules.plan_too_large,
    "busy_not_moving": money_rules.busy_not_moving,
    "commitments_missed": people_rules.commitments_missed,
    "nothing_changed": people_rules.nothing_changed,
    "sponsor_absent": people_rules.sponsor_absent,
    "losing_ground_hidden": people_rules.losing_ground_hidden,
    "assumption_due": people_rules.assumption_due,
    "metric_without_play": people_rules.metric_without_play,
}

TITLES: Mapping[str, str] = {
    "no_credible_path": "The target has no credible path",
    "thesis_without_whitespace": "The growth thesis has too little whitespace behind it",
    "fantasy_in_plan": "Whitespace without a path is in the plan",
    "play_incomplete": "A play is not whole",
    "date_too_early": "A play closes earlier than its stage allows",
    "single_thread": "Access rests on one person",
    "buyer_unreached": "The economic buyer is not reached",
    "renewal_without_strategy": "A renewal in sight has no strategy",
    "plan_and_pipeline": "Plan and pipeline disagree",
    "stance_rosier": "A stance is rosier than contact shows",
    "health_rosier": "Health is rosier than the figures show",
    "plan_too_large": "The plan is larger than its tier deserves",
    "busy_not_moving": "Busy, not moving",
    "commitments_missed": "Commitments are missed again",
    "nothing_changed": "The last review changed nothing",
    "sponsor_absent": "The sponsor is absent",
    "losing_ground_hidden": "Ground is lost and the plan does not say so",
    "assumption_due": "An assumption is due or no longer holds",
    "metric_without_play": "A metric has no play",
}
