"""The library of plays: templates, who runs them, and what came of them beside accounts alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q

from sightline.planning.permissions import Act, Category
from sightline.planning.plays import Moved
from sightline.records.models import (
    Account,
    CellMeasures,
    Play,
    PlayTemplate,
    ProductLine,
    StageChange,
    TierResult,
)
from sightline.records.scoping import Person, visible_accounts

MOST_ACCOUNTS = 200


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template with how many plays were made of it."""

    id: int
    version: int
    name: str
    trigger: str
    fit: str
    line_id: int | None
    line: str
    steps: tuple[tuple[str, int, str], ...]
    roles: tuple[str, ...]
    assets: str
    retired: bool
    plays: int
    open_plays: int


@dataclass(frozen=True, slots=True)
class Runs:
    """Accounts that ran a template, and accounts like them that did not: how many moved.

    `since` is the first start; None where nobody ran it.
    """

    ran: Moved
    alike: Moved
    since: date | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a template may be started on."""

    id: int
    name: str
    tier: int | None
    industry: str


def templates() -> tuple[TemplateRow, ...]:
    """Every template, those in use first. One query."""
    rows = PlayTemplate.objects.select_related("line").annotate(
        plays=Count("play", filter=Q(play__removed_at=None)),
        running=Count("play", filter=Q(play__removed_at=None, play__outcome="")),
    )
    return tuple(
        TemplateRow(
            id=row.pk,
            version=row.version,
            name=row.name,
            trigger=row.trigger,
            fit=row.fit,
            line_id=row.line_id,
            line=row.line.name if row.line else "",
            steps=tuple((str(name), int(days), str(role)) for name, days, role in row.steps),
            roles=tuple(str(role) for role in row.roles),
            assets=row.assets,
            retired=row.retired_at is not None,
            plays=row.plays,
            open_plays=row.running,
        )
        for row in rows.order_by(F("retired_at").asc(nulls_first=True), "name")
    )


def lines() -> tuple[tuple[str, str], ...]:
    """Product lines to choose from. One query."""
    return tuple((str(pk), name) for pk, name in _names())


def _names() -> list[tuple[int, str]]:
    return list(ProductLine.objects.order_by("name").values_list("pk", "name"))


def runs_of(template: TemplateRow, *, time_zone: ZoneInfo) -> Runs:
    """What came of a template. Five queries.

    An account moved when, after the start, an opportunity of it (of the template's line, where it
    names one) went on to a later stage or was won. For accounts alike the start is the first run.
    """
    started: dict[int, date] = {}
    rows = Play.objects.filter(template_id=template.id, removed_at=None)
    for account, on in rows.order_by("created_on").values_list("account_id", "created_on"):
        started.setdefault(account, on)
    if not started:
        return Runs(Moved(0, 0), Moved(0, 0), None)
    first = min(started.values())
    others = dict.fromkeys(_alike(started, template), first)
    moved = _moved(started | others, template, first=first, time_zone=time_zone)
    return Runs(
        Moved(len(moved & set(started)), len(started)),
        Moved(len(moved & set(others)), len(others)),
        first,
    )


def _alike(started: Mapping[int, date], template: TemplateRow) -> list[int]:
    """Planning accounts of the same industry and tier as one that ran it, which never did."""
    ran = Account.objects.filter(pk__in=started).values_list("pk", "industry")
    tiers = _tiers(list(started))
    kinds = {(industry, tiers.get(pk)) for pk, industry in ran}
    rows = (
        Account.objects.filter(removed_at=None, industry__in={one for one, _tier in kinds})
        .filter(Q(planning_account=None) | Q(planning_account=F("pk")))
        .exclude(pk__in=started)
        .values_list("pk", "industry", "tier_result__decided_tier", "tier_result__proposed_tier")
    )
    return [
        pk for pk, industry, decided, proposed in rows if (industry, decided or proposed) in kinds
    ]


def _tiers(ids: list[int]) -> dict[int, int | None]:
    rows = TierResult.objects.filter(account_id__in=ids)
    return {
        account: decided or proposed
        for account, decided, proposed in rows.values_list(
            "account_id", "decided_tier", "proposed_tier"
        )
    }


def _moved(
    since: Mapping[int, date], template: TemplateRow, *, first: date, time_zone: ZoneInfo
) -> set[int]:
    """Planning accounts with an opportunity that went on after their start."""
    earlier = StageChange.objects.filter(
        opportunity=OuterRef("opportunity"), at__lt=OuterRef("at"), stage__isnull=False
    ).filter(stage__position__lt=OuterRef("stage__position"))
    rows = (
        StageChange.objects.filter(
            at__gte=datetime.combine(first, time(), tzinfo=time_zone),
            stage__isnull=False,
            opportunity__removed_at=None,
        )
        .exclude(stage__is_closed=True, stage__is_won=False)
        .filter(Q(Exists(earlier)) | Q(stage__is_won=True))
    )
    if template.line_id is not None:
        rows = rows.filter(
            opportunity__lines__product_line_id=template.line_id,
            opportunity__lines__removed_at=None,
        )
    found = rows.values_list(
        "opportunity__account_id", "opportunity__account__planning_account_id", "at"
    )
    moved = set()
    for account, planning, at in found.iterator(5_000):
        key = planning or account
        if key in since and at.astimezone(time_zone).date() >= since[key]:
            moved.add(key)
    return moved


def candidates(person: Person, template: TemplateRow) -> tuple[Candidate, ...]:
    """Planned accounts of this person that neither have the line nor run the template. Two queries.

    The highest tiers first, at most `MOST_ACCOUNTS`.
    """
    rows = visible_accounts(person, Category.PLAN, Act.WRITE).filter(
        Q(planning_account=None) | Q(planning_account=F("pk"))
    )
    running = Play.objects.filter(
        account=OuterRef("pk"), template_id=template.id, removed_at=None, outcome=""
    )
    rows = rows.exclude(Exists(running))
    if template.line_id is not None:
        owned = CellMeasures.objects.filter(
            Q(account=OuterRef("pk")) | Q(account__planning_account=OuterRef("pk")),
            product_line_id=template.line_id,
            owned=True,
        )
        rows = rows.exclude(Exists(owned))
    found = (
        rows.filter(tier_result__isnull=False)
        .order_by("tier_result__tier_order", "name")
        .values_list(
            "pk", "name", "tier_result__decided_tier", "tier_result__proposed_tier", "industry"
        )
    )
    return tuple(
        Candidate(pk, name, decided or proposed, industry)
        for pk, name, decided, proposed, industry in found[:MOST_ACCOUNTS]
    )
