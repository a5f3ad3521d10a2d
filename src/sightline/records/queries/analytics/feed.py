"""Signals over every account a person may read plans of, newest first, page by page.

A signal that rests on an account of the family which the person may not see is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from sightline.planning.permissions import Act, Category
from sightline.planning.signals import SignalKind
from sightline.records.models import CrmUser, Signal
from sightline.records.queries.analytics.plans import names_of, owner_names
from sightline.records.queries.portfolio import is_large
from sightline.records.queries.signals_kept import KeptSignal, kept_signal
from sightline.records.reach import Reach, of_tier
from sightline.records.scoping import visible_accounts

# revenue off its trend, by direction
MOST_OWNERS = 200
JUMPED, FELL = "jumped", "fell"
TRENDS: Mapping[str, Mapping[str, int]] = {
    JUMPED: {"facts__share__gt": 0},
    FELL: {"facts__share__lt": 0},
}


@dataclass(frozen=True, slots=True)
class FeedAsked:
    """Which signals: of one kind (or of TRENDS), one owner's accounts or those of owners with a part
    of their name, one tier; empty or None for all."""

    kind: str = ""
    owner: int | None = None
    tier: int | None = None
    owner_name: str = ""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One signal with its planning account."""

    account: str
    signal: KeptSignal


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some signals and whether older ones follow."""

    rows: tuple[FeedRow, ...]
    more: bool


def feed(reach: Reach, asked: FeedAsked, *, since: date, skip: int, most: int) -> FeedPage:
    """`most` signals after the first `skip`, newest first. About five queries.

    Those left out because of a hidden part of a family count as skipped, so a page may be shorter.
    """
    rows = list(_rows(reach, asked, since)[skip : skip + most + 1])
    shown = rows[:most]
    visible = _visible_places(reach, shown)
    kept = [row for row in shown if _places(row) <= visible]
    names = names_of(sorted({row.account_id for row in kept}))
    return FeedPage(
        tuple(FeedRow(names.get(row.account_id, ""), kept_signal(row)) for row in kept),
        more=len(rows) > most,
    )


def owners_of(reach: Reach) -> tuple[tuple[int, str], ...]:
    """Who owns the accounts that are open, by name; empty where there are too many to choose from,
    or so many accounts that nobody counts them at a look. Two queries."""
    if reach.wide and is_large():
        return ()
    rows = reach.for_all_rows().rows(reach.plans & reach.seen).order_by()
    found = rows.values_list("owner_id", flat=True).distinct()[: MOST_OWNERS + 1]
    ids = {owner for owner in found if owner is not None}
    names = owner_names(ids) if len(ids) <= MOST_OWNERS else {}
    return tuple(sorted(names.items(), key=lambda one: (one[1].casefold(), one[0])))


def _rows(reach: Reach, asked: FeedAsked, since: date) -> QuerySet[Signal]:
    # wide: along the feed's own index, so that a page reads some rows and not all of them
    open_to = reach.rows(reach.plans & reach.seen)
    if asked.owner is not None:
        open_to = open_to.filter(owner_id=asked.owner)
    if asked.owner_name:
        named = CrmUser.objects.filter(name__icontains=asked.owner_name)
        open_to = open_to.filter(
            owner_id__in=list(named.values_list("pk", flat=True)[:MOST_OWNERS])
        )
    if asked.tier is not None:
        open_to = open_to.filter(of_tier(asked.tier))
    found = Signal.objects.filter(
        reach.within(open_to),
        ended_on=None,
        dismissed_at=None,
        observed_on__gte=since,
    ).filter(Q(contact=None) | Q(contact__erased_at=None))
    if asked.kind in TRENDS:
        found = found.filter(kind=SignalKind.OFF_TREND.value, **TRENDS[asked.kind])
    elif asked.kind:
        found = found.filter(kind=asked.kind)
    return found.select_related("contact", "dismissed_by").order_by("-observed_on", "-pk")


def _places(row: Signal) -> set[int]:
    """Accounts that a signal rests on; of somebody who moved away, where they were."""
    places = set(row.facts.get("accounts", ()))
    if row.contact is not None and row.facts.get("change") != "moved":
        places.add(row.contact.account_id)
    return places - {row.account_id}


def _visible_places(reach: Reach, rows: Iterable[Signal]) -> set[int]:
    asked = {place for row in rows for place in _places(row)}
    if not asked:
        return set()
    open_to = visible_accounts(reach.person, Category.PLAN, Act.READ)
    return set(open_to.filter(pk__in=asked).values_list("pk", flat=True))
