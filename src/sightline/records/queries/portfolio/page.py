"""One page of planning accounts by one indexed query, in keyset order.

Rows whose sorted value is not known come last, in either direction. A key is the value and the
account of the row it stands for, so that a page is found without counting what lies before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.functions import Cast

from sightline.planning.challenges import ChallengeParameters
from sightline.planning.parameters import Parameters
from sightline.planning.tiering import parameters as numbers_of
from sightline.records.models import CrmUser, TierResult
from sightline.records.queries import search
from sightline.records.queries.portfolio.rows import filled
from sightline.records.queries.portfolio.values import Asked, PortfolioPage, Row
from sightline.records.reach import Reach

COLUMNS = {
    "potential": "potential",
    "vulnerability": "vulnerability",
    "acv": "acv",
    "name": "sort_name",
    "renewal": "next_renewal_on",
    "tier": "tier_order",
    "gap": "plan_gap",
}
FLAGS = ("to_decide", "single_threaded", "under_served")
UNKNOWN = "?"
CHUNK = 500
MOST_NAMED = 200


def portfolio_page(
    reach: Reach, asked: Asked, *, today: date, parameters: Parameters
) -> PortfolioPage:
    """The page that was asked for. Three queries, up to three more where parts are closed."""
    if asked.sort.removeprefix("-") == "gap" and not reach.plans >= reach.seen:
        # an order by what is closed to the person would tell it
        asked = replace(asked, sort="-potential")
    rows = _narrowed(reach, asked, today=today, parameters=parameters)
    backwards = bool(asked.before)
    found = _slice(rows, asked, backwards=backwards)
    more = len(found) > asked.rows
    found = found[: asked.rows]
    if backwards:
        found.reverse()
    ahead, behind = (True, more) if backwards else (more, bool(asked.after))
    return PortfolioPage(
        rows=tuple(filled(reach, found, today=today)),
        next_key=key_of(found[-1], asked.sort) if found and ahead else "",
        previous_key=key_of(found[0], asked.sort) if found and behind else "",
    )


def portfolio_rows(
    reach: Reach, asked: Asked, *, today: date, parameters: Parameters
) -> Iterator[Row]:
    """Every row that was asked for, in order, read in pages of bounded memory: for an export."""
    step = replace(asked, after="", before="", rows=CHUNK)
    while True:
        page = portfolio_page(reach, step, today=today, parameters=parameters)
        yield from page.rows
        if not page.next_key:
            return
        step = replace(step, after=page.next_key)


def _narrowed(
    reach: Reach, asked: Asked, *, today: date, parameters: Parameters
) -> QuerySet[TierResult]:
    """The rows that pass view and filters."""
    rows = _in_view(reach, asked.view, today=today, parameters=parameters)
    if asked.owner is not None:
        rows = rows.filter(owner_id=asked.owner)
    if asked.tier is not None:
        undecided = Q(decided_tier=None, proposed_tier=asked.tier)
        rows = rows.filter(Q(decided_tier=asked.tier) | undecided)
    if asked.owner_name:
        named = CrmUser.objects.filter(name__icontains=asked.owner_name)
        rows = rows.filter(owner_id__in=list(named.values_list("pk", flat=True)[:MOST_NAMED]))
    if asked.industry:
        rows = rows.filter(industry=asked.industry)
    if asked.text:
        rows = rows.filter(search.results_called(asked.text))
    return rows


def _in_view(
    reach: Reach, view: str, *, today: date, parameters: Parameters
) -> QuerySet[TierResult]:
    """The rows of a tab. A tab on what is closed to the person is empty."""
    if view in FLAGS:
        return reach.rows(reach.full & reach.seen).filter(**_set(view))
    if view == "renewal":
        days = numbers_of.vulnerability(parameters).renewal_days
        return reach.rows().filter(next_renewal_on__lte=today + timedelta(days=days))
    if view == "no_path":
        return reach.rows(reach.plans & reach.seen).filter(**_set("no_path"))
    return reach.rows()


def _set(flag: str) -> dict[str, list[bool]]:
    """A flag that is set, asked as a list: SQLite takes no index for a bare truth value."""
    return {f"{flag}__in": [True]}


def short_of_target(parameters: Parameters) -> Q:
    """Plan results with no credible path: the rule of docs/method/challenges.md, for lists."""
    numbers = parameters.section(ChallengeParameters, "challenges")
    wanted = Cast(F("plan__target"), FloatField()) * numbers.landing_share
    return Q(plan__target__gt=0) & (
        Q(landing__lt=wanted) | Q(chance__lt=Decimal(str(numbers.least_chance)))
    )


def key_of(row: TierResult, sort: str) -> str:
    """The key of a row in an order."""
    value = getattr(row, COLUMNS[sort.removeprefix("-")])
    return f"{UNKNOWN if value is None else '=' + str(value)}~{row.account_id}"


def _slice(rows: QuerySet[TierResult], asked: Asked, *, backwards: bool) -> list[TierResult]:
    """Up to one row more than a page, from the key on: known values first, then unknown."""
    name = asked.sort.removeprefix("-")
    column, descending = COLUMNS[name], asked.sort.startswith("-")
    key, wanted = _key(asked.before or asked.after, name), asked.rows + 1
    related = rows.select_related("account__measures", "owner").only(*_NEEDED)
    known, unknown = related.exclude(**{column: None}), related.filter(**{column: None})
    if column == "sort_name":
        known, unknown = related, related.none()
    falls = descending != backwards
    known = known.order_by(
        f"-{column}" if falls else column, "-account" if backwards else "account"
    )
    unknown = unknown.order_by("-account" if backwards else "account")
    second: QuerySet[TierResult] | None = unknown
    if key is None:
        first = known
    elif key[0] is None:
        first, second = _beyond_id(unknown, key[1], backwards), known if backwards else None
    else:
        first = _beyond(known, column, key, falls=falls, backwards=backwards)
        second = None if backwards else unknown
    found = list(first[:wanted])
    if second is not None and len(found) < wanted:
        found += list(second[: wanted - len(found)])
    return found


_NEEDED = (
    *("sort_name", "crm_tier", "computed_tier", "proposed_tier", "decided_tier", "provisional"),
    *("below_floor", "to_decide", "over_capacity", "ask_importance", "importance", "potential"),
    *("potential_low", "potential_high", "potential_kept", "potential_rank", "wallet"),
    *("wallet_method", "vulnerability", "parts", "missing", "reasons", "acv", "acv_source"),
    *("revenue", "next_renewal_on", "requalify_on", "currency", "as_of", "account__name"),
    "tier_order",
    *("industry", "plan_gap", "account__measures__from_bookings", "owner__name"),
)


def _key(text: str, name: str) -> tuple[object | None, int] | None:
    """The value and account that a key stands for; None for no key or one that makes no sense."""
    value, _, account = text.rpartition("~")
    if not value or not account.isdecimal():
        return None
    if value == UNKNOWN:
        return None, int(account)
    try:
        return _typed(value.removeprefix("="), name), int(account)
    except ValueError:
        return None


def _typed(text: str, name: str) -> object:
    if name == "name":
        return text
    return date.fromisoformat(text) if name == "renewal" else int(text)


def _beyond(
    rows: QuerySet[TierResult],
    column: str,
    key: tuple[object | None, int],
    *,
    falls: bool,
    backwards: bool,
) -> QuerySet[TierResult]:
    value, account = key
    past = "lt" if falls else "gt"
    # the first condition bounds the index, the second decides among equal values
    bounded = rows.filter(**{f"{column}__{past}e": value})
    tie = {"account_id__lt" if backwards else "account_id__gt": account}
    return bounded.filter(Q(**{f"{column}__{past}": value}) | Q(**tie))


def _beyond_id(rows: QuerySet[TierResult], account: int, backwards: bool) -> QuerySet[TierResult]:
    return rows.filter(**{"account_id__lt" if backwards else "account_id__gt": account})
