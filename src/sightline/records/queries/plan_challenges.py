"""A plan's challenges as they stand, with the answers in force."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sightline.planning.bridge import BridgeParameters, build_bridge, chance_of_target
from sightline.planning.challenges import (
    Challenge,
    ChallengeList,
    ChallengeParameters,
    challenges_of,
)
from sightline.records.queries import bridging, company
from sightline.records.queries.account_scope import Rights
from sightline.records.queries.challenge_answers import answers_of
from sightline.records.queries.challenge_lost import SHARE_KEY
from sightline.records.queries.challenge_rules import rules_in_force
from sightline.records.queries.challenging import Challenged, challenge_facts


def plan_challenges(plan_id: int, *, now: datetime) -> ChallengeList:
    """Compute the bridge and ask every rule. Raises `MissingRate`. About thirty queries."""
    told = company.company_facts()
    today = told.today(now)
    setting = bridging.bridge_setting(today)
    plan = bridging.plan_rows([plan_id])[0]
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    bridge = build_bridge(
        bridging.bridge_facts(plan, setting=setting), today=today, parameters=numbers
    )
    chance = chance_of_target(bridge, parameters=numbers)
    own = rules_in_force()
    return challenges_of(
        challenge_facts(Challenged(plan, setting, bridge, chance, now)),
        parameters=setting.parameters.section(ChallengeParameters, "challenges"),
        answers=answers_of(plan_id, zone=setting.company.time_zone),
        extra=own.extra,
        switched_off=own.switched_off,
    )


# Rules whose very title says what somebody thinks of a person.
OF_OPINIONS = frozenset({"stance_rosier"})


def may_read(rule: str, about: Collection[str], rights: Rights) -> bool:
    """Whether a challenge of a rule about some causes may be shown to somebody with these rights."""
    if rule in OF_OPINIONS and not rights.opinions:
        return False
    return tuple(about) != (SHARE_KEY,) or rights.wallet


def readable(listed: ChallengeList, rights: Rights) -> ChallengeList:
    """Without what rests on opinions of people, or on wallets alone, for those who may not see it."""

    def seen(row: Challenge) -> bool:
        return may_read(row.rule, row.about, rights)

    return replace(
        listed,
        shown=tuple(row for row in listed.shown if seen(row)),
        waiting=tuple(row for row in listed.waiting if seen(row)),
        folded=tuple(row for row in listed.folded if seen(row)),
        answered=tuple(row for row in listed.answered if seen(row.challenge)),
    )
