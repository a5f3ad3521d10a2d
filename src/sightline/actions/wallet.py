"""Wallets: what somebody says a customer spends, payments loaded, suppliers classed and matched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.planning.wallet import (
    Match,
    SupplierBook,
    SupplierClass,
    WalletParameters,
    plain_name,
)
from sightline.records.models import (
    SpendFile,
    SpendMonth,
    Supplier,
    SupplierAlias,
    Unit,
    WalletEstimate,
    WalletStep,
)
from sightline.records.scoping import Person, may_on

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class MonthPaid:
    """Paid by one buyer to one supplier in a category in a month, minor units; credits below 0."""

    buyer: str
    category: str
    supplier: str
    month: date
    minor: int
    payments: int


@dataclass(frozen=True, slots=True)
class GivenFile:
    """What is kept of a file of payments."""

    name: str
    digest: str
    rows: int
    currency: str
    refused: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class GivenEstimate:
    """What somebody said of a yearly spend, in minor units; `source` is where it comes from."""

    likely: int
    currency: str
    source: str
    confidence: str = "medium"
    low: int | None = None
    high: int | None = None
    unit_id: int | None = None
    category: str = ""
    method: str = ""


def keep_spend(
    person: Person,
    account_id: int,
    file: GivenFile,
    months: Iterable[MonthPaid],
    *,
    parameters: WalletParameters,
    now: datetime,
) -> int:
    """Keep a file of payments; the same payments again answer the file kept. Answers its id.

    Names that are the same firm beyond doubt are one supplier; doubtful ones stay apart until
    somebody says so. Raises NotAllowed or InvalidValue.
    """
    rows = list(months)
    if not rows:
        raise InvalidValue("No row of the file could be taken.", field="file")
    with transaction.atomic():
        _writable(person, account_id)
        held = SpendFile.objects.filter(
            account_id=account_id, digest=file.digest, undone_at=None
        ).first()
        if held is not None:
            return held.pk
        firms = firms_of({row.supplier for row in rows}, parameters)
        kept = SpendFile.objects.create(
            account_id=account_id,
            name=file.name[:200],
            digest=file.digest,
            rows=file.rows,
            refused=[list(one) for one in file.refused],
            first_day=min(row.month for row in rows),
            last_day=max(row.month for row in rows),
            loaded_by_id=person.id,
            loaded_at=now,
        )
        keep_months(kept, rows, firms, file.currency)
        journal.record(
            "keep_spend",
            actor_id=person.id,
            account_id=account_id,
            subject=kept,
            note=f"{file.rows} payments",
        )
    return kept.pk


def keep_months(
    kept: SpendFile, rows: Iterable[MonthPaid], firms: Mapping[str, int], currency: str
) -> None:
    """Keep what a file tells, with each spelling's supplier where it has one."""
    SpendMonth.objects.bulk_create(
        (
            SpendMonth(
                file=kept,
                account_id=kept.account_id,
                buyer=row.buyer,
                category=row.category,
                supplier_id=firms.get(row.supplier),
                spelled=row.supplier,
                month=row.month,
                amount=row.minor,
                currency=currency,
                payments=row.payments,
            )
            for row in rows
        ),
        batch_size=BATCH,
    )


def undo_spend(person: Person, file_id: int, *, now: datetime) -> None:
    """Take a file of payments out again."""
    with transaction.atomic():
        file = SpendFile.objects.select_for_update().filter(pk=file_id, undone_at=None).first()
        if file is None:
            raise InvalidValue("That file is not loaded.", field="file")
        _writable(person, file.account_id)
        SpendMonth.objects.filter(file=file).delete()
        SpendFile.objects.filter(pk=file.pk).update(undone_at=now)
        journal.record("undo_spend", actor_id=person.id, account_id=file.account_id, subject=file)


def class_supplier(person: Person, account_id: int, supplier_id: int, what: str) -> None:
    """What a supplier is to us: us, competitor, partner or other; empty takes it back."""
    if what and what not in {one.value for one in SupplierClass}:
        raise InvalidValue("A supplier is us, a competitor, a partner or other.", field="what")
    with transaction.atomic():
        _writable(person, account_id)
        supplier = _paid_here(account_id, supplier_id)
        changes = journal.differences(supplier, {"what": what})
        Supplier.objects.filter(pk=supplier.pk).update(what=what)
        journal.record(
            "class_supplier",
            actor_id=person.id,
            account_id=account_id,
            subject=supplier,
            changes=changes,
        )


def same_supplier(person: Person, account_id: int, supplier_id: int, kept_id: int) -> None:
    """Two spellings are one firm: what was paid to the first was paid to the one kept."""
    if supplier_id == kept_id:
        raise InvalidValue("That is the same supplier already.", field="supplier")
    with transaction.atomic():
        _writable(person, account_id)
        gone = _paid_here(account_id, supplier_id)
        kept = _paid_here(account_id, kept_id)
        SpendMonth.objects.filter(supplier=gone).update(supplier=kept)
        SupplierAlias.objects.filter(supplier=gone).update(supplier=kept)
        SupplierAlias.objects.update_or_create(
            plain=gone.plain, defaults={"supplier": kept, "confirmed_by_id": person.id}
        )
        journal.record(
            "same_supplier",
            actor_id=person.id,
            account_id=account_id,
            subject=kept,
            changes={"alias": (None, gone.plain)},
        )
        gone.delete()


def add_estimate(
    person: Person, account_id: int, given: GivenEstimate, *, on: date, now: datetime
) -> int:
    """What somebody says they spend a year; answers the estimate's id and asks for new tiers."""
    if given.likely <= 0:
        raise InvalidValue("A wallet estimate is above zero.", field="likely")
    low = given.likely if given.low is None else given.low
    high = given.likely if given.high is None else given.high
    if not 0 <= low <= given.likely <= high:
        raise InvalidValue("An estimate runs from low over likely to high.", field="likely")
    if given.confidence not in WalletEstimate.Confidence.values:
        raise InvalidValue("How sure: high, medium or low.", field="confidence")
    if not given.source.strip():
        raise MissingValue("Say where the figure comes from.", field="source")
    with transaction.atomic():
        _writable(person, account_id)
        if given.unit_id is not None:
            here = Unit.objects.filter(pk=given.unit_id, account_id=account_id, removed_at=None)
            if not here.exists():
                raise InvalidValue("There is no such unit in this account.", field="unit")
        made = WalletEstimate.objects.create(
            account_id=account_id,
            unit_id=given.unit_id,
            category=given.category.strip()[:120],
            low=given.low,
            likely=given.likely,
            high=given.high,
            currency=given.currency,
            method=given.method[:40],
            confidence=given.confidence,
            author_id=person.id,
            from_whom=given.source.strip()[:200],
            as_of=on,
            created_at=now,
        )
        journal.record("add_estimate", actor_id=person.id, account_id=account_id, subject=made)
        outbox.request("requalify", key="all", by=person.id)
    return made.pk


def set_step(person: Person, account_id: int, minor: int | None, *, currency: str) -> None:
    """The next-step target of an account's wallet; None leaves it to the default."""
    if minor is not None and minor < 0:
        raise InvalidValue("A target is not below zero.", field="amount")
    with transaction.atomic():
        _writable(person, account_id)
        held = WalletStep.objects.filter(account_id=account_id, unit=None, category="")
        before = held.values_list("amount", flat=True).first()
        if minor is None:
            held.delete()
        elif before is None:
            WalletStep.objects.create(
                account_id=account_id, amount=minor, currency=currency, set_by_id=person.id
            )
        else:
            held.update(amount=minor, currency=currency, set_by_id=person.id)
        journal.record(
            "set_wallet_step",
            actor_id=person.id,
            account_id=account_id,
            changes={"amount": (before, minor)},
        )


def firms_of(names: set[str], parameters: WalletParameters) -> dict[str, int]:
    """A supplier for each name as written; unnamed ones have none."""
    known = dict(Supplier.objects.values_list("pk", "name"))
    aliases = dict(SupplierAlias.objects.values_list("plain", "supplier_id"))
    book = SupplierBook(
        {str(pk): name for pk, name in known.items()},
        aliases={plain: str(pk) for plain, pk in aliases.items()},
        parameters=parameters,
    )
    found: dict[str, int] = {}
    fresh: dict[str, list[str]] = {}
    for name in sorted(names):
        match = book.match(name)
        if match.kind is Match.UNNAMED:
            continue
        if match.firm is not None:
            found[name] = int(match.firm)
        else:
            fresh.setdefault(plain_name(name, parameters=parameters), []).append(name)
    Supplier.objects.bulk_create(
        (Supplier(name=spelled[0], plain=plain[:255]) for plain, spelled in fresh.items()),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    ids = dict(Supplier.objects.values_list("plain", "pk"))
    for plain, spelled in fresh.items():
        found |= dict.fromkeys(spelled, ids[plain[:255]])
    return found


def _paid_here(account_id: int, supplier_id: int) -> Supplier:
    supplier = Supplier.objects.filter(pk=supplier_id, spendmonth__account_id=account_id).first()
    if supplier is None:
        raise InvalidValue("This account pays no such supplier.", field="supplier")
    return supplier


def _writable(person: Person, account_id: int) -> None:
    if not may_on(person, account_id, Category.WALLET_TIERS, Act.WRITE):
        raise NotAllowed("You may not change this account's wallet.", field="wallet")
