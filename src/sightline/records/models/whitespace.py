"""Whitespace as people said it: facts of cells, defaults of families, declined suggestions.

What is sold and what is open is read from the ledger and the CRM each time and never kept here.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned, currency, maybe_money


class Cell(Versioned):
    """One unit × product line of a planning account that somebody said something about.

    Without a unit it is the account as a whole. `chosen` is the value's method somebody chose;
    `in_target` says that the plan's target counts on it.
    """

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="said_cells"
    )
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    product_line = models.ForeignKey("records.ProductLine", on_delete=models.CASCADE)
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    chosen = models.CharField(max_length=12, blank=True, default="")
    in_target = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "unit", "product_line"],
                name="said_cell_once",
                nulls_distinct=None,
            )
        ]


class CellBatch(models.Model):
    """Many cells changed in one step, so that the step can be taken back as one."""

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    made_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    made_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)


class CellFact(models.Model):
    """One thing said of a cell: who, when, from where, how sure. An older one is kept and points
    to the one that replaced it (`replaced_by`), or was taken back (`ended_at` alone)."""

    class Kind(models.TextChoices):
        """What it is about; of each kind one is in force."""

        HOLDER = "holder", "Who holds the spend"
        ELIGIBILITY = "eligibility", "Whether it can be sold there"
        NEED = "need", "Need"
        ACCESS = "access", "Access"
        BUDGET = "budget", "Budget"
        HAND = "value_hand", "Value by hand"
        PRICE = "value_price", "Value by price and quantity"
        WALLET = "value_wallet", "Value from the wallet"

    cell = models.ForeignKey(Cell, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=12, choices=Kind)
    choice = models.CharField(max_length=16, blank=True, default="")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    competitor = models.ForeignKey(
        "records.Competitor", null=True, blank=True, on_delete=models.PROTECT
    )
    until = models.DateField(null=True, blank=True)
    reported = models.BooleanField(default=False)
    text = models.TextField(blank=True, default="")
    priority = models.CharField(max_length=200, blank=True, default="")
    low = maybe_money()
    likely = maybe_money()
    high = maybe_money()
    currency = currency()
    source = models.CharField(max_length=120)
    confidence = models.CharField(max_length=6, default="medium")
    author = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    said_on = models.DateField()
    said_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced"
    )
    batch = models.ForeignKey(CellBatch, null=True, blank=True, on_delete=models.SET_NULL)
    # the step of many cells that took it back without saying anything instead
    emptied_in = models.ForeignKey(
        CellBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="emptied"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "kind"],
                condition=models.Q(ended_at=None),
                name="cell_fact_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(level=None) | models.Q(level__lte=3),
                name="cell_level_up_to_three",
            ),
        ]
        indexes = [
            models.Index(
                fields=["competitor", "until"],
                condition=models.Q(competitor__isnull=False, ended_at=None),
                name="cell_fact_of_competitor",
            )
        ]


class FamilyRule(Versioned):
    """A family's default: not sold to units outside a size in staff."""

    family = models.OneToOneField(
        "records.ProductFamily", on_delete=models.CASCADE, related_name="rule"
    )
    least_staff = models.PositiveIntegerField(null=True, blank=True)
    most_staff = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)


class DeclinedSuggestion(models.Model):
    """A suggested cell that somebody turned down, and why: it is not suggested again."""

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    product_line = models.ForeignKey("records.ProductLine", on_delete=models.CASCADE)
    reason = models.CharField(max_length=255)
    declined_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    declined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "unit", "product_line"],
                name="declined_once",
                nulls_distinct=None,
            )
        ]


class SuggestionRun(models.Model):
    """One ranking of what to sell next, over all customers; the newest `whole` one is read.

    `lines` maps a line to [buyers that own it, those of them that began lately]; `months` is how
    far back lately goes.
    """

    ledger_version = models.PositiveIntegerField()
    as_of = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    whole = models.BooleanField(default=False)
    buyers = models.PositiveIntegerField(default=0)
    months = models.PositiveSmallIntegerField(default=0)
    lines = models.JSONField(default=dict, blank=True)


class Suggestion(models.Model):
    """What a buyer (an account, or a unit of it) may take next, and the peers that say so.

    `lines` holds [line, peers that own it, those of them that began lately], best first.
    `similarity` is the peers' mean likeness, 0 to 1; `shared` how many of the `owned` lines they
    have in common with the buyer on average. `holds` are the lines it owns; who is as like as `edge`
    or more is a peer (none: nobody was compared).
    """

    run = models.ForeignKey(SuggestionRun, on_delete=models.CASCADE, related_name="buyers_of")
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    peers = models.PositiveIntegerField()
    similarity = models.FloatField()
    shared = models.FloatField()
    owned = models.PositiveSmallIntegerField()
    lines = models.JSONField(default=list, blank=True)
    holds = models.JSONField(default=list, blank=True)
    edge = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "account", "unit"],
                name="suggestion_of_buyer_once",
                nulls_distinct=None,
            )
        ]


class KeptGrid(models.Model):
    """A large scored grid as it is shown to whoever sees the whole family: the first look of a day
    finds it ready. Derived, signed, of one day; `mark` names what it was computed with.
    """

    account = models.OneToOneField("records.Account", on_delete=models.CASCADE)
    mark = models.CharField(max_length=64)
    head = models.BinaryField()
    computed_at = models.DateTimeField(default=timezone.now)


class KeptGridPart(models.Model):
    """Some cells of one product family of a kept grid."""

    grid = models.ForeignKey(KeptGrid, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grid", "number"], name="kept_grid_part_once")
        ]
