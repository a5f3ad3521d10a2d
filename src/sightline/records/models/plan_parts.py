"""What a plan stands on: objectives, the target by unit and line, assumptions, risks.

The customer's own priorities belong to the account and outlive a plan.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned, maybe_money, money


class Objective(Versioned):
    """What a plan wants to have reached by a day; measured where `measure` says by what."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "Open"
        MET = "met", "Met"
        DROPPED = "dropped", "Dropped"

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="objectives")
    words = models.CharField(max_length=255)
    measure = models.CharField(max_length=120, blank=True, default="")
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    created_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)


class TargetPart(models.Model):
    """A part of a plan's target by unit, line and kind; minor units of the plan's currency."""

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="target_parts")
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    product_line = models.ForeignKey(
        "records.ProductLine", null=True, blank=True, on_delete=models.CASCADE
    )
    kind = models.CharField(max_length=10)
    amount = money()
    agreed_by = models.ForeignKey(
        "records.SignIn", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    agreed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "unit", "product_line", "kind"],
                name="target_part_once",
                nulls_distinct=None,
            )
        ]


class Priority(Versioned):
    """One sentence of the customer's, who said it, when and where; `under` the link above it."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="priorities"
    )
    under = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="below"
    )
    link = models.CharField(max_length=10)
    words = models.CharField(max_length=500)
    said_by = models.ForeignKey("records.Contact", null=True, blank=True, on_delete=models.SET_NULL)
    said_as = models.CharField(max_length=120, blank=True, default="")
    said_on = models.DateField()
    where = models.CharField(max_length=120, blank=True, default="")
    standing = models.CharField(max_length=11, default="unconfirmed")
    created_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    removed_at = models.DateTimeField(null=True, blank=True)


class PriorityAnswer(models.Model):
    """That a play, or a deal that is one, answers a priority."""

    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="answers")
    play = models.ForeignKey("records.Play", null=True, blank=True, on_delete=models.CASCADE)
    opportunity = models.ForeignKey(
        "records.Opportunity", null=True, blank=True, on_delete=models.CASCADE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["priority", "play", "opportunity"],
                name="priority_answer_once",
                nulls_distinct=None,
            ),
            models.CheckConstraint(
                condition=models.Q(play__isnull=False) ^ models.Q(opportunity__isnull=False),
                name="priority_answered_by_one",
            ),
        ]


class Assumption(Versioned):
    """A sentence that the numbers stand on, what would prove it wrong, when to look again."""

    class Standing(models.TextChoices):
        """Whether it holds."""

        UNKNOWN = "unknown", "Not known"
        HOLDS = "true", "True"
        FAILED = "false", "False"

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="assumptions")
    words = models.CharField(max_length=500)
    proved_wrong_by = models.CharField(max_length=500, blank=True, default="")
    look_again = models.DateField(null=True, blank=True)
    standing = models.CharField(max_length=7, choices=Standing, default=Standing.UNKNOWN)
    settled_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    removed_at = models.DateTimeField(null=True, blank=True)


class AssumptionLoad(models.Model):
    """What rests on an assumption: a play, a deal or a renewal."""

    assumption = models.ForeignKey(Assumption, on_delete=models.CASCADE, related_name="loads")
    play = models.ForeignKey("records.Play", null=True, blank=True, on_delete=models.CASCADE)
    opportunity = models.ForeignKey(
        "records.Opportunity", null=True, blank=True, on_delete=models.CASCADE
    )
    contract = models.ForeignKey(
        "records.Contract", null=True, blank=True, on_delete=models.CASCADE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assumption", "play", "opportunity", "contract"],
                name="assumption_load_once",
                nulls_distinct=None,
            )
        ]


class PlanRisk(Versioned):
    """Something that may go wrong: why, how likely, how bad, who owns it, what is done about it.

    `about` names what it speaks of by key (`contact:7`, `line:3`), so that ground being lost is
    named. Money in the plan's currency.
    """

    class Level(models.TextChoices):
        """Low to high, for likelihood and severity."""

        LOW = "low", "Low"
        MIDDLE = "middle", "Middle"
        HIGH = "high", "High"

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="risks")
    words = models.CharField(max_length=255)
    reason = models.CharField(max_length=500, blank=True, default="")
    likelihood = models.CharField(max_length=6, choices=Level, blank=True, default="")
    severity = models.CharField(max_length=6, choices=Level, blank=True, default="")
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    answer = models.CharField(max_length=500, blank=True, default="")
    money = maybe_money()
    about = models.CharField(max_length=120, blank=True, default="")
    ended_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    removed_at = models.DateTimeField(null=True, blank=True)


class SwotItem(Versioned):
    """A strength, weakness, opportunity or threat in one line, and what it leads to.

    `leads_to` is a key of the same plan or its account: `play:7`, `opportunity:7`, `contract:7`,
    `priority:7`, `risk:7`, `assumption:7` or `objective:7`.
    """

    class Kind(models.TextChoices):
        """Which of the four."""

        STRENGTH = "strength", "Strength"
        WEAKNESS = "weakness", "Weakness"
        OPPORTUNITY = "opportunity", "Opportunity"
        THREAT = "threat", "Threat"

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="swot")
    kind = models.CharField(max_length=11, choices=Kind)
    words = models.CharField(max_length=255)
    leads_to = models.CharField(max_length=40)
    created_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(leads_to=""), name="swot_leads_somewhere")
        ]


class HealthOverride(models.Model):
    """A person's own health figure for an account, with a reason and the day it lapses."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="health_overrides"
    )
    value = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    until = models.DateField()
    set_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    set_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(ended_at=None),
                name="health_one_override",
            ),
            models.CheckConstraint(condition=models.Q(value__lte=100), name="health_up_to_100"),
        ]
