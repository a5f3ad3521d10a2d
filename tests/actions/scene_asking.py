"""What the verbs of asking, renewing and measuring are about: questions, a name in a note, contracts
that are renewed as one, an outcome, a metric's target, a draft of rules.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sightline.actions import (
    asks,
    challenge_rules,
    map_files,
    metrics,
    renewal_groups,
    renewal_outcomes,
    two_pages,
)
from sightline.records.models import Action, Contract, CrmUser, Mention

if TYPE_CHECKING:
    from tests.actions.scene import Moments, Scene


def add_asking(scene: Scene, at: Moments) -> None:
    """One row of each kind, made by the verbs."""
    owner, account = scene.owner, scene.account
    mate = scene.people["customer_success/own_team"]
    to_owner = asks.NewQuestion(
        account.pk, "account", "", "Is it paid?", scene.world.owner.pk, at.soon
    )
    to_mate = asks.NewQuestion(
        account.pk, "account", "", "Who signs?", mate.crm_user_id or 0, at.soon
    )
    call = Action.objects.create(
        account=account, contact=scene.world.champion, subject="Call about it", due_on=at.today
    )
    scene.rows |= {
        "question": asks.ask(mate, to_owner, on=at.today, now=at.now),
        "asked": asks.ask(owner, to_mate, on=at.today, now=at.now),
        "mention": Mention.objects.create(
            account=account, place="note:1", named=scene.world.owner, at=at.now
        ).pk,
        "call_act": f"step:action-{call.pk}",
        "colleague": CrmUser.objects.get(pk=scene.people["sponsor/sponsored"].crm_user_id).pk,
    }
    _renewals(scene, at)
    wanted = metrics.WantedMetric("nrr", Decimal("1.05"), at.soon, None)
    scene.rows["metric"] = metrics.set_metric(
        owner, scene.plan.pk, wanted, seen_version=0, now=at.now
    )
    scene.rows["print"] = two_pages.print_plans(owner, [account.pk])
    wanted_map = map_files.Wanted("pptx", paper="none", opinions=True, roles=True)
    scene.rows["map_file"] = map_files.draw_map(owner, account.pk, wanted_map)
    operations = scene.people["operations/everything"]
    scene.rows["draft"] = challenge_rules.upload_rules(operations, "", now=at.now)


def _renewals(scene: Scene, at: Moments) -> None:
    contracts = [
        Contract.objects.create(
            account=scene.account,
            number=f"R-{number}",
            starts_on=at.today - timedelta(days=300),
            ends_on=at.today + timedelta(days=60 + number),
            annual_value=10_000_00,
            currency="GBP",
        ).pk
        for number in range(6)
    ]
    settled, *free = contracts[2:]
    lost = renewal_outcomes.Decided(True, None, None, at.today, reason="price")
    scene.rows |= {
        "group": renewal_groups.renew_together(
            scene.owner, contracts[:2], ends_on=at.today + timedelta(days=90)
        ),
        "outcome": renewal_outcomes.record_outcome(
            scene.owner, settled, lost, today=at.today, now=at.now
        )[0],
        "ending": free[0],
        "together": free[1:],
    }
