"""What a week's preparation reads beside people: open deals with their people, facts gone stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q

from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import StakeholderParameters
from sightline.planning.wallet import WalletParameters
from sightline.planning.whitespace import WhitespaceParameters
from sightline.records.models import (
    CellFact,
    Opinion,
    Opportunity,
    OpportunityContactRole,
    PlayPerson,
    WalletEstimate,
)
from sightline.records.queries.company import company_zone

CONFIRMED = ("need", "access", "budget")


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """An open opportunity of a planning account with those of theirs who are linked to it."""

    id: int
    head: int
    minor: int | None
    currency: str
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class OldFact:
    """A fact older than its kind allows. Money as stated; `contact` where it is about a person."""

    head: int
    kind: str
    id: int
    said_on: date
    limit: int
    minor: int
    currency: str
    contact: int | None = None
    place: str = ""


def open_deals_of(heads: Sequence[int]) -> dict[int, OpenDeal]:
    """Open opportunities of some planning accounts, by id. Three queries."""
    rows = list(
        Opportunity.objects.filter(
            account__planning_account_id__in=heads, is_closed=False, removed_at=None
        ).values_list("pk", "account__planning_account_id", "amount", "currency")
    )
    linked: dict[int, set[str]] = {}
    roles = OpportunityContactRole.objects.filter(
        opportunity__account__planning_account_id__in=heads,
        opportunity__is_closed=False,
        removed_at=None,
    )
    for deal, contact in roles.values_list("opportunity_id", "contact_id"):
        linked.setdefault(deal, set()).add(str(contact))
    wanted = PlayPerson.objects.filter(
        play__opportunity__account__planning_account_id__in=heads,
        play__opportunity__is_closed=False,
        play__removed_at=None,
    )
    for deal, contact in wanted.values_list("play__opportunity_id", "contact_id"):
        if deal is not None:
            linked.setdefault(deal, set()).add(str(contact))
    return {
        pk: OpenDeal(pk, head or 0, amount, code, frozenset(linked.get(pk, ())))
        for pk, head, amount, code in rows
    }


def old_facts(
    heads: Sequence[int], deals: Iterable[OpenDeal], *, on: date, parameters: Parameters
) -> Iterator[OldFact]:
    """Facts past their age on which money rests. Four queries.

    Ratings of people in open deals (the largest amount), answers on cells with a stated or a play's
    value, what a customer is estimated to spend.
    """
    people = parameters.section(StakeholderParameters, "stakeholders")
    cells = parameters.section(WhitespaceParameters, "whitespace")
    wallet = parameters.section(WalletParameters, "wallet")
    yield from _ratings(heads, list(deals), on=on, limit=people.rating_days)
    yield from _cells(heads, on=on, limit=cells.fact_days)
    yield from _wallets(heads, on=on, limits=dict(wallet.stale_days))


def _ratings(
    heads: Sequence[int], deals: list[OpenDeal], *, on: date, limit: int
) -> Iterator[OldFact]:
    best: dict[str, OpenDeal] = {}
    for deal in deals:
        for person in deal.people:
            held = best.get(person)
            if deal.minor and (held is None or deal.minor > (held.minor or 0)):
                best[person] = deal
    zone = company_zone()
    rows = Opinion.here.filter(
        contact__account__planning_account_id__in=heads,
        contact__erased_at=None,
        contact__removed_at=None,
        kind=Opinion.Kind.STRENGTH,
        superseded_at=None,
        rated_at__lt=datetime.combine(on - timedelta(days=limit), time.min, tzinfo=zone),
    ).values_list("pk", "contact_id", "contact__account__planning_account_id", "rated_at")
    for pk, contact, head, rated_at in rows:
        carried = best.get(str(contact))
        if carried is not None and carried.minor:
            yield OldFact(
                head=head or 0,
                kind="strength",
                id=pk,
                said_on=rated_at.astimezone(zone).date(),
                limit=limit,
                minor=carried.minor,
                currency=carried.currency,
                contact=contact,
            )


def _cells(heads: Sequence[int], *, on: date, limit: int) -> Iterator[OldFact]:
    rows = (
        CellFact.objects.filter(
            cell__account_id__in=heads,
            kind__in=CONFIRMED,
            ended_at=None,
            said_on__lt=on - timedelta(days=limit),
        )
        .annotate(
            head=F("cell__account_id"),
            unit=F("cell__unit__name"),
            line=F("cell__product_line__name"),
        )
        .values_list("pk", "head", "cell_id", "unit", "line", "said_on")
    )
    listed = list(rows)
    if not listed:
        return
    values = CellFact.objects.filter(
        cell_id__in={cell for _, _, cell, *_ in listed},
        kind__startswith="value_",
        ended_at=None,
        likely__isnull=False,
    ).values_list("cell_id", "likely", "currency")
    worth = {cell: (likely or 0, code) for cell, likely, code in values}
    for pk, head, cell, unit, line, said_on in listed:
        if cell in worth:
            minor, code = worth[cell]
            place = f"{line}, {unit}" if unit else line
            yield OldFact(head, "cell", pk, said_on, limit, minor, code, place=place)


def _wallets(heads: Sequence[int], *, on: date, limits: dict[str, int]) -> Iterator[OldFact]:
    """The newest estimate of each place, where it is too old; its money is the whole spend."""
    rows = WalletEstimate.objects.filter(
        Q(account__planning_account_id__in=heads), removed_at=None
    ).values_list(
        "pk",
        "account__planning_account_id",
        "account_id",
        "unit_id",
        "unit__name",
        "category",
        "likely",
        "currency",
        "as_of",
    )
    newest: dict[tuple[int, int | None, str], OldFact] = {}
    for pk, head, account, unit, name, category, likely, code, as_of in rows.order_by(
        "as_of", "pk"
    ):
        level = "unit" if unit else "category" if category else "account"
        words = ", ".join(part for part in (category, name or "") if part)
        newest[account, unit, category] = OldFact(
            head=head or 0,
            kind="wallet",
            id=pk,
            said_on=as_of,
            limit=limits[level],
            minor=likely,
            currency=code,
            place=f" on {words}" if words else "",
        )
    for fact in newest.values():
        if (on - fact.said_on).days > fact.limit:
            yield fact
