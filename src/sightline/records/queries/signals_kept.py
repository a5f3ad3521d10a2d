"""Signals as they are kept: those of one account, and the newest of a week's accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import Q, QuerySet

from sightline.planning.money import Money
from sightline.records.models import Contact, Signal
from sightline.records.prepared import prepared

MOST = 200


@dataclass(frozen=True, slots=True)
class DepartureTold:
    """What the departure test answered when the signal was raised: what lost its path, what was left
    on one thread, of how many stakes each, and who could carry these. `carriers` are names, and
    opinions."""

    lost: Money
    stakes_lost: int
    on_one_thread: Money
    stakes_left: int
    unvalued: int
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptSignal:
    """One signal in force. `share`: of revenue off its trend by how much (-0.2 fell by a fifth),
    None elsewhere or not known. `subject` is the person's name, or of what is no person; `text` why;
    `dismissed` by whom and for what reason, empty where it is not."""

    id: int
    account_id: int
    kind: str
    subject: str
    on: date
    source: str
    text: str
    money: Money | None
    dismissed: str = ""
    dismissed_reason: str = ""
    share: float | None = None
    departure: DepartureTold | None = None


def signals_kept(planning_id: int, *, seen: Collection[int]) -> tuple[KeptSignal, ...] | None:
    """The signals of a planning account whose cause the person may see, the newest first.

    None where none was ever raised: then nothing is known of what was put aside. One query, and
    another for who could carry what somebody leaves behind.
    """
    rows = _of_account(planning_id)
    if not rows:
        return None
    shown = [row for row in rows if row.ended_on is None and _visible(row, seen)]
    names = _carriers(shown, seen)
    return tuple(kept_signal(row, names=names) for row in shown)


def newest_signals(
    families: Iterable[tuple[int, Collection[int]]], *, since: date, most: int
) -> tuple[KeptSignal, ...]:
    """The newest signals over some planning accounts, each with its visible family. One query."""
    seen = dict(families)
    rows = _in_force(sorted(seen), since)
    shown = (row for row in rows if _visible(row, seen[row.account_id]))
    return tuple(kept_signal(row) for row, _ in zip(shown, range(most), strict=False))


@prepared
def _in_force(planning_ids: list[int], since: date) -> QuerySet[Signal]:
    rows = Signal.objects.filter(
        account_id__in=planning_ids, ended_on=None, dismissed_at=None, observed_on__gte=since
    )
    return _rows(rows)[:MOST]


def told_since(
    planning_id: int, day: date, *, seen: Collection[int]
) -> tuple[tuple[int, str], ...]:
    """People and kinds of the signals about people raised from a day on, over or put aside since
    included, of accounts that may be seen. One query."""
    rows = Signal.objects.filter(
        account_id=planning_id,
        observed_on__gte=day,
        contact__account_id__in=list(seen),
        contact__erased_at=None,
    )
    return tuple(rows.order_by("pk").values_list("contact_id", "kind"))


def account_of_signal(signal_id: int) -> int | None:
    """The account of a signal. One query."""
    return Signal.objects.filter(pk=signal_id).values_list("account_id", flat=True).first()


@prepared
def _of_account(planning_id: int) -> QuerySet[Signal]:
    return _rows(Signal.objects.filter(account_id=planning_id))[:MOST]


def _rows(rows: QuerySet[Signal]) -> QuerySet[Signal]:
    here = Q(contact=None) | Q(contact__erased_at=None)
    related = rows.filter(here).select_related("contact", "dismissed_by")
    return related.order_by("-observed_on", "-money", "pk")


def _visible(row: Signal, seen: Collection[int]) -> bool:
    """Whether everything the signal rests on may be seen."""
    places = set(row.facts.get("accounts", ()))
    if row.contact is not None:
        # somebody who moved to another customer is still told of where they were
        places |= {row.contact.account_id} if row.facts.get("change") != "moved" else set()
    return places <= set(seen)


def _carriers(rows: Iterable[Signal], seen: Collection[int]) -> dict[str, str]:
    """Names by key of who could carry something, of the accounts that may be seen."""
    told = [row.facts.get("departure") or {} for row in rows]
    keys = {str(key) for one in told for key in one.get("carriers", ())}
    if not keys:
        return {}
    found = Contact.objects.filter(pk__in=keys, account_id__in=seen, erased_at=None)
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def _departure(row: Signal, names: Mapping[str, str]) -> DepartureTold | None:
    told = row.facts.get("departure")
    if not told or not row.currency:
        return None
    return DepartureTold(
        lost=Money(told["lost"], row.currency),
        stakes_lost=len(told["lost_stakes"]),
        on_one_thread=Money(told["on_one_thread"], row.currency),
        stakes_left=len(told["single_stakes"]),
        unvalued=told["unvalued"],
        carriers=tuple(names[key] for key in told["carriers"] if key in names),
    )


def kept_signal(row: Signal, *, names: Mapping[str, str] = MappingProxyType({})) -> KeptSignal:
    """One row, read with its contact and who put it aside, as a plain value. `names` are those of
    who could carry what a departure leaves, for readers who may know it."""
    return KeptSignal(
        id=row.pk,
        account_id=row.account_id,
        kind=row.kind,
        subject=row.contact.name if row.contact is not None else row.subject,
        on=row.observed_on,
        source=row.source,
        text=str(row.facts.get("text", "")),
        money=Money(row.money, row.currency) if row.money is not None and row.currency else None,
        dismissed=(row.dismissed_by.name if row.dismissed_by else "–") if row.dismissed_at else "",
        dismissed_reason=row.dismissed_reason,
        share=row.facts.get("share"),
        departure=_departure(row, names),
    )
