"""The rows behind the portfolio's figures: contracts, opportunities, actions, reviews, accounts.

Each function answers one page of plain rows, counted by the same rules as its figure
(docs/method/portfolio.md), and whether more follow. Actions are listed by account and never by who
did them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from django.db.models import F, QuerySet

from sightline.planning.money import Converter, Money
from sightline.planning.permissions import Category
from sightline.planning.portfolio import PortfolioParameters
from sightline.records.happened import HEAD, day_after, deals_in, done_in
from sightline.records.models import (
    Action,
    Attendance,
    Contract,
    Opportunity,
    Review,
    TierDecision,
)
from sightline.records.queries.analytics.dearest import Slice, dearest
from sightline.records.queries.analytics.picture import Basis
from sightline.records.queries.analytics.plans import names_of
from sightline.records.queries.analytics.renewals import Standing, standing_of
from sightline.records.queries.company import company_zone
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.strategies import strategies_of
from sightline.records.reach import Reach, of_tier

STEP = 500
Row = TypeVar("Row")
Kind = TypeVar("Kind", Opportunity, Action)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to; None and 0 for all. `account` is a planning account."""

    tier: int | None = None
    account: int | None = None


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract that ends; `value` a year in the reporting currency, None not known."""

    account_id: int
    account: str
    name: str
    ends_on: date
    value: Money | None
    standing: Standing
    owner: str


@dataclass(frozen=True, slots=True)
class DealRow:
    """An opportunity; `on` the day that put it into the list."""

    account_id: int
    account: str
    name: str
    stage: str
    amount: Money | None
    on: date | None


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action done, by account."""

    account_id: int
    account: str
    subject: str
    on: date
    serves: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review held; `came` whether its account's sponsor attended, None without a sponsor."""

    id: int
    account_id: int
    account: str
    on: date
    changed_nothing: bool
    sponsor: str
    came: bool | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A tier decided, beside the one that was computed."""

    account_id: int
    account: str
    tier: int
    computed: int | None
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """An account's sum and its contact; None not known."""

    account_id: int
    account: str
    tier: int
    owner_id: int | None
    acv: Money | None
    potential: Money | None
    touches: int | None
    attention: float | None


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """A page of rows and whether more follow."""

    rows: tuple[Row, ...]
    more: bool


def contracts_behind(
    reach: Reach,
    basis: Basis,
    *,
    within: tuple[date, date],
    standing: Standing | None,
    part: Slice,
) -> Found[ContractRow]:
    """Contracts that end within two days, both included, the dearest first."""
    rows = Contract.objects.filter(
        reach.on(Category.PLAN),
        removed_at=None,
        is_active=True,
        ends_on__gte=within[0],
        ends_on__lte=within[1],
    )
    convert = Converter(basis.currency, basis.rates, basis.today)

    def shown() -> Iterator[ContractRow]:
        for batch in _batches(rows, part, sifted=standing is not None, convert=convert):
            held, names = strategies_of(batch), contract_names(batch)
            for row in batch:
                stands = standing_of(held.get(row.pk))
                if standing in {None, stands} and row.ends_on is not None:
                    yield ContractRow(
                        account_id=row.account_id,
                        account=row.account.name,
                        name=names[row.pk],
                        ends_on=row.ends_on,
                        value=convert(row.annual_value, row.currency) if row.currency else None,
                        standing=stands,
                        owner=row.account.owner.name if row.account.owner else "",
                    )

    return _sliced(shown(), part)


def deals_behind(
    reach: Reach, basis: Basis, *, of: str, narrowed: Narrowed, part: Slice
) -> Found[DealRow]:
    """Opportunities won, lost, opened or moved this week, or (`advanced`) moved or closed in the
    window of actions; the dearest first."""
    numbers = basis.parameters.section(PortfolioParameters, "portfolio")
    days = numbers.moving_days if of == "advanced" else numbers.changed_days
    rows = deals_in(
        reach.on(Category.PLAN),
        of,
        since=basis.today - timedelta(days=days),
        today=basis.today,
    )
    rows = _of_accounts(rows, reach, narrowed)
    convert = Converter(basis.currency, basis.rates, basis.today)
    keys = dearest(rows, "amount", part=Slice(part.skip, part.most + 1), convert=convert)
    held = Opportunity.objects.select_related("account", "stage").in_bulk(keys)
    found = [held[key] for key in keys]
    shown = tuple(
        DealRow(
            account_id=row.account_id,
            account=row.account.name,
            name=row.name,
            stage=row.stage.name if row.stage else "",
            amount=convert(row.amount, row.currency) if row.currency else None,
            on=_day_of(row, of),
        )
        for row in found[: part.most]
    )
    return Found(shown, more=len(found) > part.most)


def actions_behind(
    reach: Reach, basis: Basis, *, loose: bool, narrowed: Narrowed, part: Slice
) -> Found[ActionRow]:
    """Actions done for plays, or (`loose`) those that serve nothing; the newest first."""
    numbers = basis.parameters.section(PortfolioParameters, "portfolio")
    rows = done_in(
        reach.on(Category.PLAN),
        since=basis.today - timedelta(days=numbers.moving_days),
        today=basis.today,
        loose=loose,
    )
    rows = _of_accounts(rows, reach, narrowed)
    related = rows.select_related("account", "play", "opportunity").order_by("-done_on", "-pk")
    found = list(related[part.skip : part.skip + part.most + 1])
    shown = tuple(
        ActionRow(
            account_id=row.account.pk,
            account=row.account.name,
            subject=row.subject,
            on=row.done_on,
            serves=_served(row),
        )
        for row in found[: part.most]
        if row.done_on is not None and row.account is not None
    )
    return Found(shown, more=len(found) > part.most)


def reviews_behind(
    reach: Reach, basis: Basis, *, sponsor: bool, idle: bool, part: Slice
) -> Found[ReviewRow]:
    """Reviews held this week, all or those that changed nothing; or (`sponsor`) those of twelve
    months of accounts with a sponsor, with attendance. The newest first."""
    numbers = basis.parameters.section(PortfolioParameters, "portfolio")
    days = numbers.attendance_days if sponsor else numbers.changed_days
    rows = Review.objects.filter(
        reach.on(Category.PLAN),
        state=Review.State.CLOSED,
        held_on__gt=basis.today - timedelta(days=days),
        held_on__lte=basis.today,
    )
    if sponsor:
        rows = rows.filter(kind=Review.Kind.REVIEW, account__executive_sponsor__isnull=False)
    if idle:
        rows = rows.filter(changed_nothing=True)
    related = rows.select_related("account", "account__executive_sponsor")
    found = list(related.order_by("-held_on", "-pk")[part.skip : part.skip + part.most + 1])
    present = set(
        Attendance.objects.filter(
            review_id__in=[row.pk for row in found],
            user_id=F("review__account__executive_sponsor_id"),
            state=Attendance.State.PRESENT,
        ).values_list("review_id", flat=True)
    )
    shown = tuple(
        ReviewRow(
            id=row.pk,
            account_id=row.account_id,
            account=row.account.name,
            on=row.held_on,
            changed_nothing=bool(row.changed_nothing),
            sponsor=row.account.executive_sponsor.name if row.account.executive_sponsor else "",
            came=row.pk in present if row.account.executive_sponsor_id else None,
        )
        for row in found[: part.most]
        if row.held_on is not None
    )
    return Found(shown, more=len(found) > part.most)


def decisions_behind(reach: Reach, basis: Basis, *, part: Slice) -> Found[DecisionRow]:
    """Tiers decided this week, the newest first; only of accounts whose tiers are open whole."""
    numbers = basis.parameters.section(PortfolioParameters, "portfolio")
    since = basis.today - timedelta(days=numbers.changed_days)
    zone = company_zone()
    rows = TierDecision.objects.filter(
        reach.on(Category.WALLET_TIERS), decided_at__gte=day_after(since, zone)
    ).select_related("account")
    found = list(rows.order_by("-decided_at", "-pk")[part.skip : part.skip + part.most + 1])
    shown = tuple(
        DecisionRow(
            account_id=row.account_id,
            account=row.account.name,
            tier=row.tier,
            computed=row.computed_tier,
            reason=row.reason,
            on=row.decided_at.astimezone(zone).date(),
        )
        for row in found[: part.most]
    )
    return Found(shown, more=len(found) > part.most)


def holdings_behind(reach: Reach, *, of: str, part: Slice) -> Found[HoldingRow]:
    """Planning accounts with recurring value, potential and contact: by `acv` or `potential`, the
    largest first, read along the list's own index."""
    column = "acv" if of == "acv" else "potential"
    rows = reach.rows(reach.full & reach.seen).filter(**{f"{column}__gt": 0})
    found = list(
        rows.order_by(f"-{column}", "account").values_list(
            *("account_id", "decided_tier", "proposed_tier", "owner_id", "acv", "potential"),
            *("touches", "attention_share", "currency"),
        )[part.skip : part.skip + part.most + 1]
    )
    shown = found[: part.most]
    names = names_of([row[0] for row in shown])

    def money(minor: int | None, code: str) -> Money | None:
        return Money(minor, code) if minor is not None and code else None

    return Found(
        tuple(
            HoldingRow(
                account_id=pk,
                account=names.get(pk, ""),
                tier=decided or proposed or 3,
                owner_id=owner,
                acv=money(acv, code),
                potential=money(potential, code),
                touches=touches,
                attention=float(share) if share is not None else None,
            )
            for pk, decided, proposed, owner, acv, potential, touches, share, code in shown
        ),
        more=len(found) > part.most,
    )


def every(read: Callable[..., Found[Row]], *, step: int = 20_000) -> Iterator[Row]:
    """All rows of a list, page after page: for a file."""
    skip = 0
    while True:
        found = read(part=Slice(skip, step))
        yield from found.rows
        if not found.more:
            return
        skip += step


def _of_accounts(rows: QuerySet[Kind], reach: Reach, narrowed: Narrowed) -> QuerySet[Kind]:
    """Rows of the families of one planning account, or of all of one tier."""
    if narrowed.account is None and narrowed.tier is None:
        return rows
    heads = reach.rows(reach.full & reach.seen)
    if narrowed.account is not None:
        heads = heads.filter(account_id=narrowed.account)
    if narrowed.tier is not None:
        heads = heads.filter(of_tier(narrowed.tier))
    return rows.annotate(head=HEAD).filter(reach.within(heads, at="head"))


def _day_of(row: Opportunity, of: str) -> date | None:
    if row.is_closed:
        return row.closed_on
    return row.created_on if of == "opened" else row.stage_since


def _served(row: Action) -> str:
    if row.play is not None:
        return str(row.play.name)
    return row.opportunity.name if row.opportunity is not None else ""


def _batches(
    rows: QuerySet[Contract], part: Slice, *, sifted: bool, convert: Converter
) -> Iterator[Sequence[Contract]]:
    """Rows in pieces that every database takes, the dearest first: no more than the page asks for,
    except where what is `sifted` afterwards needs others to take its place."""
    asked = part.skip + part.most + 1
    step, start = (max(part.most + 1, STEP) if sifted else min(asked, STEP)), 0
    full = rows.select_related("account", "account__owner", "strategy")
    while keys := dearest(
        rows, "annual_value", "ends_on", part=Slice(start, step), convert=convert
    ):
        held = full.in_bulk(keys)
        yield [held[key] for key in keys]
        start += step


def _sliced(rows: Iterable[Row], part: Slice) -> Found[Row]:
    found: list[Row] = []
    for number, row in enumerate(rows):
        if number >= part.skip:
            found.append(row)
        if len(found) > part.most:
            break
    return Found(tuple(found[: part.most]), more=len(found) > part.most)
