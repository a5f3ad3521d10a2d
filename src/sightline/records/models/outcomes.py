"""What leaders want of the accounts they answer for."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned, currency, maybe_money


class PortfolioOutcome(Versioned):
    """What one leader wants of the accounts below, in one fiscal year.

    Revenue is money; every other kind is a share (`share`, 1 is all of it). `tier` 0 and an empty
    `industry` mean all accounts. Definitions: docs/method/portfolio.md.
    """

    class Kind(models.TextChoices):
        """What is wanted."""

        REVENUE = "revenue", "Revenue"
        NRR = "nrr", "Net revenue retention"
        GRR = "grr", "Gross revenue retention"
        PENETRATION = "penetration", "Penetration"
        NEW_LINES = "new_lines", "Share from new lines"

    wanted_by = models.ForeignKey("records.SignIn", on_delete=models.CASCADE)
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.REVENUE)
    tier = models.PositiveSmallIntegerField(default=0)
    industry = models.CharField(max_length=120, blank=True, default="")
    amount = maybe_money()
    currency = currency()
    share = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wanted_by", "year", "kind", "tier", "industry"],
                name="outcome_once_a_scope",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="revenue", amount__gt=0, share=None)
                | (~models.Q(kind="revenue") & models.Q(amount=None, share__gt=0)),
                name="outcome_money_or_share",
            ),
        ]
