"""How this company sells, as its settings show it: stages, families, categories of spend."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from sightline.records.models import (
    CategoryLine,
    FamilyRule,
    Opportunity,
    ProductFamily,
    ProductLine,
    SpendMonth,
    Stage,
    WalletEstimate,
)

MOST_CATEGORIES = 300


@dataclass(frozen=True, slots=True)
class StageRow:
    """One of the org's own stages: the column somebody chose (empty: the default), open deals."""

    id: int
    name: str
    position: int
    closed: bool
    won: bool
    column: str
    deals: int


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family with its rule, and how many lines it has."""

    id: int
    name: str
    lines: int
    least: int | None
    most: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category as customers or estimates name it, and the lines it means."""

    name: str
    lines: tuple[int, ...]
    accounts: int


def stage_rows() -> tuple[StageRow, ...]:
    """Every stage in the org's order. Two queries."""
    # along the index opportunity_open_stage: closed deals are not touched
    open_deals = Opportunity.objects.filter(is_closed=False, removed_at=None, stage__isnull=False)
    deals = dict(
        open_deals.order_by("stage_id").values_list("stage_id").annotate(deals=Count("pk"))
    )
    return tuple(
        StageRow(
            row.pk,
            row.name,
            row.position,
            row.is_closed,
            row.is_won,
            row.column.column if hasattr(row, "column") else "",
            deals.get(row.pk, 0),
        )
        for row in Stage.objects.select_related("column").order_by("position", "pk")
    )


def family_rows() -> tuple[FamilyRow, ...]:
    """Every family. Two queries."""
    rules = {rule.family_id: rule for rule in FamilyRule.objects.all()}
    found = []
    for family in ProductFamily.objects.annotate(count=Count("lines")).order_by("position", "name"):
        rule = rules.get(family.pk)
        found.append(
            FamilyRow(
                family.pk,
                family.name,
                family.count,
                rule.least_staff if rule else None,
                rule.most_staff if rule else None,
                rule.reason if rule else "",
            )
        )
    return tuple(found)


def line_choices() -> tuple[tuple[int, str], ...]:
    """Lines to choose from, by name. One query."""
    return tuple(ProductLine.objects.order_by("name").values_list("pk", "name"))


def category_rows() -> tuple[CategoryRow, ...]:
    """Categories that customers' payments or estimates name, those with most spend first, and all
    that have lines. Three queries."""
    lines: dict[str, list[int]] = {}
    for name, line in CategoryLine.objects.order_by("category", "pk").values_list(
        "category", "product_line_id"
    ):
        lines.setdefault(name, []).append(line)
    by_key = {name.casefold(): name for name in lines}
    seen: dict[str, int] = dict.fromkeys(lines, 0)
    spent = (
        SpendMonth.objects.exclude(category="")
        .values_list("category")
        .annotate(accounts=Count("account", distinct=True), money=Sum("amount"))
        .order_by("-money")
    )
    told = (
        WalletEstimate.objects.filter(removed_at=None)
        .exclude(category="")
        .values_list("category")
        .annotate(accounts=Count("account", distinct=True))
    )
    for name, accounts, *_money in (*told, *spent[:MOST_CATEGORIES]):
        kept = by_key.setdefault(name.casefold(), name)
        seen[kept] = max(seen.get(kept, 0), accounts)
    return tuple(
        CategoryRow(name, tuple(lines.get(name, ())), accounts) for name, accounts in seen.items()
    )
