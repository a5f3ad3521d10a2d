"""Challenges: the plan argues back. Rules on plain facts, with evidence, money and a way out.

Gaps are kept apart from contradictions. Definitions: docs/method/challenges.md.
"""

from sightline.planning.challenges.collect import (
    Answer,
    Answered,
    AnswerKind,
    Challenge,
    ChallengeList,
    Unanswered,
    challenges_of,
    each_plan,
    merged,
    sponsor_digest,
)
from sightline.planning.challenges.facts import (
    AssumptionFacts,
    CellFacts,
    ChallengeParameters,
    HealthStanding,
    LostGround,
    LostKind,
    MetricStanding,
    PathFacts,
    PathToCell,
    PersonFacts,
    Pipeline,
    PlanFacts,
    PlayFacts,
    RenewalFacts,
    ReviewFacts,
    SizeFacts,
    ThreadFacts,
    Usable,
)
from sightline.planning.challenges.finding import Finding, evidence_hash
from sightline.planning.challenges.gaps import Gaps, gaps_of
from sightline.planning.challenges.losing_ground import LosingGround, losing_ground
from sightline.planning.challenges.money_rules import pipeline_differences
from sightline.planning.challenges.rule_check import Fault, faults_in
from sightline.planning.challenges.rule_file import BadRule, OwnRule, read_rules
from sightline.planning.challenges.rules import RULES, TITLES, Rule

__all__ = [
    "RULES",
    "TITLES",
    "Answer",
    "AnswerKind",
    "Answered",
    "AssumptionFacts",
    "BadRule",
    "CellFacts",
    "Challenge",
    "ChallengeList",
    "ChallengeParameters",
    "Fault",
    "Finding",
    "Gaps",
    "HealthStanding",
    "LosingGround",
    "LostGround",
    "LostKind",
    "MetricStanding",
    "OwnRule",
    "PathFacts",
    "PathToCell",
    "PersonFacts",
    "Pipeline",
    "PlanFacts",
    "PlayFacts",
    "RenewalFacts",
    "ReviewFacts",
    "Rule",
    "SizeFacts",
    "ThreadFacts",
    "Unanswered",
    "Usable",
    "challenges_of",
    "each_plan",
    "evidence_hash",
    "faults_in",
    "gaps_of",
    "losing_ground",
    "merged",
    "pipeline_differences",
    "read_rules",
    "sponsor_digest",
]
