"""The demonstration's stories, found by the product's own rules on an imported export.

Each seed is imported by the path that customers use, once with its stories and once with their
causes taken out: what was found must be gone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sightline.actions.company_setup import set_up_company
from sightline.actions.measuring import measure
from sightline.actions.plan_drafts import draft_plans
from sightline.actions.progress import Silent
from sightline.actions.qualifying import requalify
from sightline.exchange.demonstration import CODES, generate
from sightline.exchange.demonstration.load import import_export
from sightline.planning.bridge import BridgeParameters, build_bridge, chance_of_target
from sightline.planning.challenges import ChallengeParameters, challenges_of
from sightline.records.models import Account, Contact, Plan, TierResult
from sightline.records.queries import bridging
from sightline.records.queries.challenging import Challenged, challenge_facts

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2026, 11, 23)
NOW = datetime.combine(TODAY, time(9), ZoneInfo("Europe/London"))


@dataclass(frozen=True)
class Found:
    """What the rules say of the whole demonstration."""

    challenges: dict[str, set[str]]
    attention: dict[str, float]
    potential_rank: dict[str, int]
    change: dict[str, float]
    gone_champions: set[str]
    proposed: Counter[int | None]

    def tells(self, rule: str, account: str) -> bool:
        return rule in self.challenges.get(account, set())


def load(folder: Path, *, seed: int, without: frozenset[str]) -> Found:
    generate(folder, seed=seed, today=TODAY, without=without)
    set_up_company(
        name="Larkfield Systems",
        currency="GBP",
        fiscal_start_month=10,
        time_zone="Europe/London",
        demonstration=True,
    )
    import_export(folder, demonstration=True)
    measure(TODAY, job=Silent())
    requalify(TODAY, job=Silent())
    draft_plans(TODAY, job=Silent())
    return look()


def look() -> Found:
    setting = bridging.bridge_setting(TODAY)
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    rules = setting.parameters.section(ChallengeParameters, "challenges")
    names = dict(Account.objects.values_list("pk", "name"))
    challenges: dict[str, set[str]] = {}
    for plan in bridging.plan_rows(Plan.objects.values_list("pk", flat=True)):
        bridge = build_bridge(
            bridging.bridge_facts(plan, setting=setting), today=TODAY, parameters=numbers
        )
        chance = chance_of_target(bridge, parameters=numbers)
        facts = challenge_facts(Challenged(plan, setting, bridge, chance, NOW))
        listed = challenges_of(facts, parameters=rules)
        challenges[names[plan.account_id]] = {one.rule for one in listed.open + listed.folded}
    results = list(TierResult.objects.select_related("account"))
    whole = sum(row.potential or 0 for row in results)
    return Found(
        challenges=challenges,
        attention={
            row.account.name: float(row.attention_share or 0) / ((row.potential or 1) / whole)
            for row in results
        },
        potential_rank={row.account.name: row.potential_rank or 10**6 for row in results},
        change={
            row.account.name: (row.revenue or 0) / row.revenue_before - 1
            for row in results
            if row.revenue_before
        },
        gone_champions=set(
            Contact.objects.filter(
                status=Contact.Status.LEFT,
                opportunity_roles__buying_role="champion",
                opportunity_roles__opportunity__is_closed=False,
            ).values_list("account__name", flat=True)
        ),
        proposed=Counter(row.proposed_tier for row in results),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_story_is_found_and_nothing_without_its_cause(seed: int, tmp_path: Path) -> None:
    from django.db import transaction

    with transaction.atomic():
        told = load(tmp_path / "told", seed=seed, without=frozenset())
        transaction.set_rollback(True)
    plain = load(tmp_path / "plain", seed=seed, without=frozenset(CODES))
    for rule, account in (
        ("single_thread", "Hazelgarth Foods"),
        ("fantasy_in_plan", "Marlstead Group"),
        ("no_credible_path", "Elmrigg Water"),
        ("no_credible_path", "Hazelgarth Foods"),  # the gap of the guided tour
        ("renewal_without_strategy", "Fennleigh Care"),
        ("stance_rosier", "Garrshaw Stores"),
    ):
        assert told.tells(rule, account), f"{rule} is not found at {account}"
        assert not plain.tells(rule, account), f"{rule} stays at {account} without its cause"
    assert told.change["Hazelgarth Foods"] <= -0.15 < plain.change["Hazelgarth Foods"]
    assert "Brantholm Assurance" in told.gone_champions - plain.gone_champions
    assert told.attention["Aldermark Instruments"] > 2 > plain.attention["Aldermark Instruments"]
    assert told.attention["Hollinworth Logistics"] < 0.5 <= plain.attention["Hollinworth Logistics"]
    assert told.potential_rank["Hollinworth Logistics"] <= 3
    assert told.proposed[1] >= 12, "the full plans"
    assert told.proposed[2] >= 6, "the light plans"
