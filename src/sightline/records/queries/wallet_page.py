"""A customer's wallet: from its own payments where they were loaded, else from estimates."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock

from django.db.models import Count, Max, Min, Sum

from sightline.planning.money import Converter, Money, Rates
from sightline.planning.wallet import (
    Estimate,
    Match,
    Spend,
    SpendWallet,
    SupplierBook,
    SupplierClass,
    WalletParameters,
    firms_to_class,
    wallets_from_spend,
)
from sightline.records.models import (
    AccountMeasures,
    CategoryLine,
    JournalEntry,
    SpendFile,
    SpendMonth,
    Supplier,
    TierResult,
    Unit,
    WalletEstimate,
    WalletStep,
)
from sightline.records.queries import wallet_parts
from sightline.records.queries.account_scope import AccountScope

DOUBTFUL = 12
NO_BUYER = "not named"
_KEPT = 16
_lock = Lock()
_kept: OrderedDict[tuple[object, ...], SpendFacts | None] = OrderedDict()


@dataclass(frozen=True, slots=True)
class SpendFacts:
    """Payments of the last twelve months that were loaded: by unit and category, as a whole, and as a
    whole of the twelve before; suppliers nobody has classed yet, largest first."""

    currency: str
    first: date
    last: date
    table: tuple[SpendWallet, ...]
    whole: SpendWallet | None
    whole_before: SpendWallet | None
    to_class: tuple[tuple[str, Money], ...]
    classes: Mapping[str, SupplierClass]
    names: Mapping[str, str]
    doubtful: tuple[tuple[str, str], ...]
    files: tuple[tuple[int, str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Estimates of one unit (empty: the account) and category; `place` is the unit's key."""

    unit: str
    category: str
    estimates: tuple[Estimate, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class WalletChoices:
    """What an estimate may be about: units of the account, and categories known already."""

    units: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]


def wallet_choices(account_id: int, *, told: Iterable[Told]) -> WalletChoices:
    """Two queries."""
    units = Unit.objects.filter(account_id=account_id, removed_at=None).order_by("name")
    mapped = CategoryLine.objects.order_by("category").values_list("category", flat=True).distinct()
    known = dict.fromkeys([*mapped, *(one.category for one in told if one.category)])
    return WalletChoices(
        tuple((str(pk), name) for pk, name in units.values_list("pk", "name")), tuple(known)
    )


@dataclass(frozen=True, slots=True)
class WalletFacts:
    """Everything the wallet page is made from; `own` is our revenue of the last 12 months.

    `modelled` is what the tiers' model says; None where it says nothing. `sold` is our revenue by
    unit and line now and a year before, `lines` what categories mean, `peers` our shares of the
    wallets that others told.
    """

    currency: str
    own: Money | None
    own_before: Money | None
    modelled: Money | None
    told: tuple[Told, ...]
    step: Money | None
    spend: SpendFacts | None
    sold: Mapping[tuple[str, str], tuple[int, int]]
    lines: Mapping[str, frozenset[str]]
    peers: tuple[float, ...]


def wallet_facts(
    scope: AccountScope, *, currency: str, rates: Rates, on: date, parameters: WalletParameters
) -> WalletFacts:
    """About sixteen queries, whatever the size of the file."""
    account_id, member_ids = scope.account_id, scope.seen_ids
    own = AccountMeasures.objects.filter(account_id__in=member_ids).aggregate(
        all=Sum("r12"), before=Sum("r12_before")
    )
    tier = TierResult.objects.filter(account_id=account_id).first()
    modelled = None
    if tier is not None and tier.wallet and tier.wallet_method != "told":
        modelled = Money(tier.wallet, tier.currency) if tier.currency == currency else None
    step = WalletStep.objects.filter(account_id=account_id, unit=None, category="").first()
    return WalletFacts(
        currency=currency,
        own=Money(max(0, own["all"]), currency) if own["all"] is not None else None,
        own_before=Money(max(0, own["before"]), currency) if own["before"] is not None else None,
        modelled=modelled,
        told=_told(scope, currency, rates, on),
        step=Money(step.amount, step.currency) if step and step.currency == currency else None,
        spend=_spend(account_id, parameters),
        sold=wallet_parts.sold_cells(scope, currency=currency),
        lines=wallet_parts.lines_by_category(),
        peers=wallet_parts.peer_shares(scope.planning_id, currency=currency),
    )


def _told(scope: AccountScope, currency: str, rates: Rates, on: date) -> tuple[Told, ...]:
    """An estimate of a child account as a whole is one of the unit that stands for it."""
    groups: dict[tuple[str, str, str], list[Estimate]] = {}
    convert = Converter(currency, rates, on)
    rows = WalletEstimate.objects.filter(account_id__in=scope.seen_ids, removed_at=None)
    linked = wallet_parts.linked_units(scope.planning_id)
    units = dict(_unit_names(scope.planning_id))
    for row in rows.select_related("author", "unit").order_by("as_of", "pk"):
        likely = convert(row.likely, row.currency)
        if likely is None or likely.minor <= 0:
            continue
        author = row.author.name if row.author else None
        one = Estimate(
            likely=likely,
            source=row.from_whom or author or row.method or "not named",
            on=row.as_of,
            confidence=row.confidence,
            author=author,
            method=row.method,
            low=convert(row.low, row.currency),
            high=convert(row.high, row.currency),
        )
        place = str(row.unit_id) if row.unit_id else linked.get(row.account_id, "")
        name = row.unit.name if row.unit else units.get(place, "")
        groups.setdefault((name, row.category, place), []).append(one)
    return tuple(
        Told(name, category, tuple(found), place)
        for (name, category, place), found in sorted(groups.items())
    )


def _unit_names(account_id: int) -> Iterator[tuple[str, str]]:
    rows = Unit.objects.filter(account_id=account_id, removed_at=None)
    return ((str(pk), name) for pk, name in rows.values_list("pk", "name"))


def _spend(account_id: int, parameters: WalletParameters) -> SpendFacts | None:
    """Adding up and comparing names takes long for a large file: kept until one of them changes."""
    names = (parameters.doubtful_likeness, parameters.legal_forms, parameters.joining_words)
    key = (account_id, *names, *_stamp(account_id))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _added_up(account_id, parameters)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def suppliers_named(
    account_id: int, words: str, *, spend: SpendFacts, most: int = 20
) -> tuple[tuple[str, Money], ...]:
    """Suppliers nobody has classed yet whose name holds the words, the most paid first; what they
    were paid in the same twelve months. One query."""
    wanted = " ".join(words.casefold().split())
    keys = [
        int(key)
        for key, name in spend.names.items()
        if wanted in name.casefold() and key not in spend.classes
    ]
    rows = (
        SpendMonth.objects.filter(
            account_id=account_id, supplier__in=keys[:1_000], month__gte=spend.first
        )
        .filter(currency=spend.currency)
        .values_list("supplier_id")
        .annotate(minor=Sum("amount"))
        .order_by("-minor", "supplier_id")
    )
    return tuple((str(pk), Money(minor, spend.currency)) for pk, minor in rows[:most])


def _stamp(account_id: int) -> tuple[object, ...]:
    """Changes with every file loaded or taken out, and every supplier classed or joined."""
    files = SpendFile.objects.filter(account_id=account_id).aggregate(
        newest=Max("pk"), taken_out=Count("undone_at")
    )
    classed = JournalEntry.objects.filter(subject_kind="supplier").aggregate(
        newest=Max("pk"), count=Count("pk")
    )
    here = SpendMonth.objects.filter(account_id=account_id).aggregate(newest=Max("pk"))
    return (*files.values(), *classed.values(), here["newest"])


def _added_up(account_id: int, parameters: WalletParameters) -> SpendFacts | None:
    rows = SpendMonth.objects.filter(account_id=account_id)
    span = rows.aggregate(first=Min("month"), last=Max("month"))
    if span["last"] is None:
        return None
    last: date = span["last"]
    start = date(last.year - 1 + last.month // 12, last.month % 12 + 1, 1)
    earlier = date(start.year - 1, start.month, 1)
    found = rows.filter(month__gte=earlier).values_list(
        "buyer", "category", "supplier_id", "currency", "month"
    )
    now: dict[tuple[str, str, str | None], int] = {}
    before: dict[tuple[str, str, str | None], int] = {}
    code = ""
    for buyer, category, supplier, currency, month, minor in found.annotate(
        minor=Sum("amount")
    ).values_list("buyer", "category", "supplier_id", "currency", "month", "minor"):
        code = code or currency
        if currency != code:
            continue
        key = (buyer or NO_BUYER, category or NO_BUYER, str(supplier) if supplier else None)
        into = now if month >= start else before
        into[key] = into.get(key, 0) + minor
    suppliers = {
        str(pk): (name, what)
        for pk, name, what in Supplier.objects.filter(spendmonth__account_id=account_id)
        .distinct()
        .values_list("pk", "name", "what")
    }
    names = {key: name for key, (name, _what) in suppliers.items()}
    classes = {key: SupplierClass(what) for key, (_name, what) in suppliers.items() if what}
    return SpendFacts(
        currency=code,
        first=start,
        last=last,
        table=wallets_from_spend(_spends(now, code), classes=classes),
        whole=_whole(now, code, classes),
        whole_before=_whole(before, code, classes),
        to_class=firms_to_class(_spends(now, code), classes=classes),
        classes=classes,
        names=names,
        doubtful=_doubtful(names, now, parameters),
        files=tuple(
            (pk, name, rows, len(refused))
            for pk, name, rows, refused in SpendFile.objects.filter(
                account_id=account_id, undone_at=None
            ).values_list("pk", "name", "rows", "refused")
        ),
    )


_Paid = Mapping[tuple[str, str, str | None], int]


def _spends(paid: _Paid, code: str) -> list[Spend]:
    return [Spend(*key, Money(minor, code)) for key, minor in paid.items()]


def _whole(paid: _Paid, code: str, classes: Mapping[str, SupplierClass]) -> SpendWallet | None:
    """All payments as one wallet."""
    sums: dict[tuple[str, str, str | None], int] = {}
    for (_buyer, _category, supplier), minor in paid.items():
        sums["", "", supplier] = sums.get(("", "", supplier), 0) + minor
    found = wallets_from_spend(_spends(sums, code), classes=classes)
    return found[0] if found else None


def _doubtful(
    names: Mapping[str, str],
    now: Mapping[tuple[str, str, str | None], int],
    parameters: WalletParameters,
) -> tuple[tuple[str, str], ...]:
    """Pairs that may be one firm, the largest suppliers first: asked and never decided."""
    sums: dict[str, int] = {}
    for (_buyer, _category, supplier), minor in now.items():
        if supplier is not None:
            sums[supplier] = sums.get(supplier, 0) + minor
    largest = sorted(sums, key=lambda key: (-sums[key], key))[:100]
    known: dict[str, str] = {}
    pairs = []
    for key in largest:
        match = SupplierBook(known, aliases={}, parameters=parameters).match(names[key])
        if match.kind is Match.DOUBTFUL:
            pairs.append((key, match.candidates[0]))
        known[key] = names[key]
    return tuple(pairs[:DOUBTFUL])
