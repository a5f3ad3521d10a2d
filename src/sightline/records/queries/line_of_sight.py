"""What a plan's actions may lead to: plays, renewals, relationships and risks, with their money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sightline.planning.money import Converter, Money, Rates
from sightline.planning.plays import Cell, PlanIndex, Purpose, Serves
from sightline.records.models import Contact, Contract, Signal
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.plays import PlayBook, Reach


def plan_index(
    book: PlayBook,
    *,
    reach: Reach,
    target: Money | None,
    cell_names: Mapping[Cell, str],
    rates: Rates,
    on: date,
) -> PlanIndex:
    """The index that lines of sight are followed in. Three queries.

    A tied opportunity leads to its play, so that money is counted once. A person leads to the open
    plays that name them.
    """
    plays = {}
    for row in book.plays:
        plays[row.play.key] = row.play
        if row.id is not None and row.opportunity_id is not None:
            plays[f"opportunity:{row.opportunity_id}"] = row.play
    return PlanIndex(
        plays=plays,
        purposes={
            **_renewals(book.currency, reach, rates, on),
            **_people(book, reach),
            **_risks(book, reach),
        },
        currency=book.currency,
        target=target,
        cell_names=cell_names,
    )


Purposes = dict[tuple[Serves, str], Purpose]


def _renewals(currency: str, reach: Reach, rates: Rates, on: date) -> Purposes:
    found: Purposes = {}
    convert = Converter(currency, rates, on)
    rows = Contract.objects.filter(account_id__in=reach, removed_at=None, is_active=True)
    names = contract_names(rows)
    for row in rows:
        key = f"contract:{row.pk}"
        named, money = names[row.pk] or key, convert(row.annual_value, row.currency)
        found[Serves.RENEWAL, key] = Purpose(Serves.RENEWAL, key, named, money)
    return found


def _people(book: PlayBook, reach: Reach) -> Purposes:
    leads: dict[str, list[str]] = {}
    for row in book.plays:
        if not row.closed:
            for person in row.play.people:
                leads.setdefault(person, []).append(row.play.key)
    names = Contact.objects.filter(account_id__in=reach, removed_at=None, erased_at=None)
    return {
        (Serves.RELATIONSHIP, f"contact:{pk}"): Purpose(
            Serves.RELATIONSHIP, f"contact:{pk}", name, plays=tuple(leads.get(str(pk), ()))
        )
        for pk, name in names.values_list("pk", "name")
    }


def _risks(book: PlayBook, reach: Reach) -> Purposes:
    leads: dict[str, list[str]] = {}
    for row in book.plays:
        if not row.closed:
            for person in row.play.people:
                leads.setdefault(person, []).append(row.play.key)
    rows = Signal.objects.filter(account_id__in=reach, ended_on=None)
    return {
        (Serves.RISK, f"signal:{pk}"): Purpose(
            Serves.RISK,
            f"signal:{pk}",
            kind.replace("_", " "),
            Money(money, book.currency) if money is not None else None,
            plays=tuple(leads.get(str(contact), ())),
        )
        for pk, kind, money, contact in rows.values_list("pk", "kind", "money", "contact_id")
    }
