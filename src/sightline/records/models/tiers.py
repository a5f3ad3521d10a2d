"""Which accounts deserve a plan: what was computed, what people answered and decided."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import maybe_money

RANKS = 10_000_000  # more than there are accounts, so that a tier always outweighs a rank


class ImportanceAnswer(models.Model):
    """A person's 0 to 3 on one criterion, with the reason."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="importance"
    )
    criterion = models.CharField(max_length=40)
    points = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    answered_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "criterion"],
                condition=models.Q(superseded_at=None),
                name="importance_one_answer",
            ),
            models.CheckConstraint(condition=models.Q(points__lte=3), name="importance_0_to_3"),
        ]


class TierResult(models.Model):
    """What was last computed for one planning account, and what people decided about it.

    Money is in minor units of the reporting currency. `acv` and `revenue` are the family's.
    `parts` are the vulnerability's parts with p and reason; `missing` lists what was unknown.
    `under_served`: attention under its fair share (docs/method/portfolio.md). `plan_gap` and
    `no_path` are the running plan's, in the same currency, kept with the plan's own result.
    `tier_order` sorts by tier in force, then by rank of potential.
    """

    account = models.OneToOneField(
        "records.Account", on_delete=models.CASCADE, related_name="tier_result"
    )
    sort_name = models.CharField(max_length=255)
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    computed_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    decided_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    crm_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    proposed_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    provisional = models.BooleanField(default=True)
    below_floor = models.BooleanField(default=False)
    to_decide = models.BooleanField(default=False)
    over_capacity = models.BooleanField(default=False)
    ask_importance = models.BooleanField(default=False)
    importance = models.PositiveSmallIntegerField(null=True, blank=True)
    potential_low = maybe_money()
    potential = maybe_money()
    potential_high = maybe_money()
    potential_kept = maybe_money()
    wallet = maybe_money()
    wallet_method = models.CharField(max_length=20, blank=True, default="")
    potential_index = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    potential_rank = models.PositiveIntegerField(null=True, blank=True)
    potential_is_high = models.BooleanField(default=False)
    vulnerability = models.PositiveSmallIntegerField(null=True, blank=True)
    parts = models.JSONField(default=list, blank=True)
    missing = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    acv = maybe_money()
    acv_source = models.CharField(max_length=20, blank=True, default="")
    revenue = maybe_money()
    revenue_before = maybe_money()
    next_renewal_on = models.DateField(null=True, blank=True)
    next_renewal_value = maybe_money()
    attention_share = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    touches = models.PositiveIntegerField(null=True, blank=True)
    single_threaded = models.BooleanField(default=False)
    under_served = models.BooleanField(default=False)
    industry = models.CharField(max_length=120, blank=True, default="")
    plan_gap = maybe_money()
    no_path = models.BooleanField(default=False)
    tier_order = models.GeneratedField(
        expression=models.Case(
            models.When(decided_tier__isnull=False, then=models.F("decided_tier")),
            models.When(proposed_tier__isnull=False, then=models.F("proposed_tier")),
            default=models.Value(9),
        )
        * models.Value(RANKS)
        + models.Case(
            models.When(potential_rank__isnull=False, then=models.F("potential_rank")),
            default=models.Value(RANKS - 1),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    requalify_on = models.DateField(null=True, blank=True)
    as_of = models.DateField()
    currency = models.CharField(max_length=3)
    ledger_version = models.PositiveIntegerField(default=0)
    parameters_version = models.CharField(max_length=40, blank=True, default="")
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["-potential", "account"], name="tier_by_potential"),
            models.Index(fields=["-vulnerability", "account"], name="tier_by_vulnerability"),
            models.Index(fields=["sort_name", "account"], name="tier_by_name"),
            models.Index(fields=["-acv", "account"], name="tier_by_acv"),
            models.Index(fields=["next_renewal_on", "account"], name="tier_by_renewal"),
            models.Index(fields=["owner", "-potential", "account"], name="tier_of_owner"),
            models.Index(fields=["computed_tier", "-potential"], name="tier_by_computed"),
            models.Index(fields=["decided_tier", "-potential"], name="tier_by_decided"),
            models.Index(fields=["to_decide", "-potential", "account"], name="tier_waiting"),
            models.Index(
                fields=["single_threaded", "-potential", "account"], name="tier_on_one_person"
            ),
            models.Index(fields=["under_served", "-potential", "account"], name="tier_too_little"),
            models.Index(fields=["no_path", "-potential", "account"], name="tier_without_path"),
            models.Index(fields=["industry", "-potential", "account"], name="tier_by_industry"),
            models.Index(fields=["-plan_gap", "account"], name="tier_by_gap"),
            models.Index(fields=["tier_order", "account"], name="tier_by_order"),
        ]


class TierMonth(models.Model):
    """One month's computation of one account: the memory that keeps tiers from flapping."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="tier_months"
    )
    month = models.DateField()
    computed_tier = models.PositiveSmallIntegerField()
    lenient_tier = models.PositiveSmallIntegerField(default=0)
    potential = maybe_money()
    potential_index = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    vulnerability = models.PositiveSmallIntegerField(null=True, blank=True)
    importance = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "month"], name="tier_month_once")]


class TierDecision(models.Model):
    """A person's word on an account's tier. An override carries a reason and lapses."""

    class Kind(models.TextChoices):
        """Whether the proposal was taken."""

        ACCEPT = "accept", "Accepted"
        OVERRIDE = "override", "Overridden"

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="tier_decisions"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    tier = models.PositiveSmallIntegerField()
    computed_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    lapses_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(superseded_at=None),
                name="tier_decision_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(tier__in=[1, 2, 3]), name="tier_decision_1_to_3"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="accept") | ~models.Q(reason=""),
                name="tier_override_has_a_reason",
            ),
        ]


class PortfolioSums(models.Model):
    """What the portfolio says in sums to everybody who sees the same very many accounts.

    `scope` names what is seen (records.reach); `figures` are the sums as the page reads them,
    `potential` and `attention` the columns of its curve (64-bit integers and floats, machine order
    little endian). Kept by a job, so that no page reads a hundred thousand rows.
    """

    scope = models.CharField(max_length=160, unique=True)
    day = models.DateField()
    figures = models.JSONField(default=dict)
    potential = models.BinaryField(default=bytes)
    attention = models.BinaryField(default=bytes)
    computed_at = models.DateTimeField(default=timezone.now)


class AnalyticsSums(models.Model):
    """What the portfolio's analytics say to everybody who sees the same very many accounts.

    `scope` as of PortfolioSums; `figures` is the picture, `plans` its plans in columns and `outcomes`
    what their leaders want, worked backwards, as their readers keep them.
    """

    scope = models.CharField(max_length=160, unique=True)
    figures = models.JSONField(default=dict)
    plans = models.BinaryField(default=b"")
    outcomes = models.JSONField(default=dict)
    computed_at = models.DateTimeField(default=timezone.now)
