"""Products of opportunities that plays asked for: a line for each cell, at the cell's own value.

A line is sold at an active price of its product in the opportunity's price book, the standard one
where none was chosen. The opportunity's amount is then the sum of its lines, as the service says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sightline.actions.sync import deal_lines
from sightline.actions.sync.deal_lines import TARGET, Wanted
from sightline.actions.sync.sending import Claimed
from sightline.agreement.records import Deed, Outcome, RemoteRecord, Settled, Sibling, Write
from sightline.crm import rights
from sightline.crm.deal_line_changes import look_again, says
from sightline.crm.session import Session
from sightline.crm.together import write_together

_LINE, _PRICE, _BOOK, _DEAL = "OpportunityLineItem", "PricebookEntry", "Pricebook2", "Opportunity"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Priced:
    """A line with the price it is sold at; `chosen` is the price book the opportunity has yet to
    be given, empty where it has one."""

    one: Wanted
    price: str
    chosen: str

    @property
    def write(self) -> Write:
        """Quantity one at the cell's value; the service makes the total of it."""
        return self.under(self.one.deal)

    def under(self, deal: str | Sibling) -> Write:
        """The same of an opportunity that may be made in the same step."""
        value = self.one.value or "0"
        number = float(value) if "." in value else int(value)
        values = {"OpportunityId": deal, "PricebookEntryId": self.price}
        return Write(Deed.CREATE, _LINE, {**values, "Quantity": 1, "UnitPrice": number})


def write_lines(session: Session) -> int:
    """Make the lines that are still to be made; answers how many were."""
    wanted = deal_lines.waiting(session.context())
    if not wanted:
        return 0
    due = _not_there_yet(session, _priced(session, wanted))
    due, done = _whole_deals(session, _allowed(session, due))
    due = _given_books(session, due)
    for part in _parts(session, due):
        outcomes = session.crm.write([one.write for one in part])
        for one, outcome in zip(part, outcomes, strict=True):
            deal_lines.settle(one.one, one.write.values, outcome, now=session.clock())
            done += outcome.settled is Settled.DONE
    made = deal_lines.taken(session.context(), {one.link_id for one in wanted})
    if made:
        look_again(session, {one.deal for one in wanted}, made)
    return done


def priced_with(session: Session, wanted: Sequence[Wanted]) -> list[Priced]:
    """The lines of opportunities that are still to be made: those with a value and a price in the
    standard price book, which their opportunity is made with. The others wait until it is there."""
    valued = [one for one in wanted if one.value is not None]
    book = _standard(session) if valued and _sells(session) else ""
    prices = _prices(session, valued) if book else []
    found = [(one, _price(prices, one, book)) for one in valued] if prices else []
    return [Priced(one, price, book) for one, price in found if price]


def _whole_deals(session: Session, lines: Sequence[Priced]) -> tuple[list[Priced], int]:
    """The price book of an opportunity and its lines in one step, where the service knows such a
    thing; answers the lines that are still to be made, and how many were."""
    deals = {
        one.one.deal: [each for each in lines if each.one.deal == one.one.deal] for one in lines
    }
    groups = []
    for deal, own in deals.items():
        book = next((one.chosen for one in own if one.chosen), "")
        given = [Write(Deed.UPDATE, _DEAL, {"Pricebook2Id": book}, id=deal)] if book else []
        groups.append([*given, *(one.write for one in own)])
    left: list[Priced] = []
    done = 0
    for own, outcomes in zip(deals.values(), write_together(session, groups), strict=True):
        if outcomes is None:
            left += own
            continue
        for one, outcome in zip(own, outcomes[-len(own) :], strict=True):
            deal_lines.settle(one.one, one.write.values, outcome, now=session.clock())
            done += outcome.settled is Settled.DONE
    return left, done


def _parts(session: Session, rows: Sequence[_T]) -> Iterable[Sequence[_T]]:
    size = session.crm.traits.batch
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _find(
    session: Session, name: str, column: str, keys: Iterable[str], fields: Sequence[str]
) -> list[RemoteRecord]:
    rows: list[RemoteRecord] = []
    for part in _parts(session, sorted(set(keys))):
        rows += session.crm.find(name, column, part, fields)
    return [one for one in rows if not one.deleted]


def _sells(session: Session) -> bool:
    """Whether the org has products with prices, and lets the connection's user sell them."""
    shapes = {name: session.crm.shape(name) for name in (_LINE, _PRICE, _BOOK, _DEAL)}
    line, deal = shapes[_LINE], shapes[_DEAL]
    if None in shapes.values() or line is None or deal is None:
        return False
    return line.createable and "Pricebook2Id" in deal.fields


def _priced(session: Session, wanted: Sequence[Wanted]) -> list[Priced]:
    """The lines that have a price and a value; the others are left, and say so."""
    sells = _sells(session)
    books = _books(session, wanted) if sells else {}
    standard = _standard(session) if sells else ""
    prices = _prices(session, wanted) if sells else []
    found = []
    for one in wanted:
        if one.value is None:
            _left(one, deal_lines.NO_VALUE)
            continue
        if sells and one.deal not in books:
            continue  # gone there; the next read says so
        book = books.get(one.deal) or standard
        price = _price(prices, one, book)
        if price:
            found.append(Priced(one, price, "" if books.get(one.deal) else book))
        else:
            _left(one, deal_lines.NO_PRICE)
    return found


def _left(one: Wanted, why: str) -> None:
    if one.out:
        deal_lines.forget(one)
    else:
        deal_lines.leave(one, why)


def _books(session: Session, wanted: Sequence[Wanted]) -> dict[str, str]:
    """The price book of each opportunity that is there; empty where none was chosen."""
    rows = _find(session, _DEAL, "Id", {one.deal for one in wanted}, ["Pricebook2Id"])
    return {row.id: str(row.values.get("Pricebook2Id") or "") for row in rows}


def _standard(session: Session) -> str:
    marked = session.look(_BOOK, "IsStandard")
    return next((book for book, said in sorted(marked.items()) if said.lower() == "true"), "")


def _prices(session: Session, wanted: Sequence[Wanted]) -> list[RemoteRecord]:
    products = {product for one in wanted for product in one.products}
    fields = ["Pricebook2Id", "Product2Id", "IsActive", "CurrencyIsoCode"]
    rows = _find(session, _PRICE, "Product2Id", products, fields)
    return sorted(
        (one for one in rows if str(one.values.get("IsActive")).lower() == "true"),
        key=lambda one: one.id,
    )


def _price(prices: Sequence[RemoteRecord], one: Wanted, book: str) -> str:
    """The first active price of the line's first product that has one; empty where none does."""
    fitting = {
        str(row.values.get("Product2Id")): row.id
        for row in reversed(prices)
        if row.values.get("Pricebook2Id") == book
        and row.values.get("CurrencyIsoCode") in (None, one.currency)
    }
    return next((fitting[product] for product in one.products if product in fitting), "")


def _not_there_yet(session: Session, lines: Sequence[Priced]) -> list[Priced]:
    """Lines that are there already, an earlier answer having been lost, are taken, each once."""
    if not lines:
        return []
    held = deal_lines.taken(session.context())
    rows = _find(
        session,
        _LINE,
        "OpportunityId",
        {one.one.deal for one in lines},
        ["OpportunityId", "PricebookEntryId", "Quantity", "UnitPrice"],
    )
    there = [row for row in sorted(rows, key=lambda row: row.id) if row.id not in held]
    left = _met(lines, there, lambda one: [one.minor])
    left = _met(left, there, lambda one: one.earlier)
    for one in [each for each in left if each.one.out]:
        deal_lines.forget(one.one)
    left = [one for one in left if not one.one.out]
    return _met(left, there, lambda one: [-1])


def _met(
    lines: Sequence[Priced],
    there: list[RemoteRecord],
    values: Callable[[Wanted], Iterable[int | None]],
) -> list[Priced]:
    """The lines that are not among those there at one of these values; the others are taken, each
    out of `there`. A value below zero is any."""
    missing = []
    for line in lines:
        one = line.one
        for row, value in [(row, value) for row in there for value in values(one)]:
            nature = (str(row.values["OpportunityId"]), str(row.values["PricebookEntryId"]))
            if nature == (one.deal, line.price) and _at(row, one, value):
                deal_lines.take(one, row.id, says=value)
                there.remove(row)
                break
        else:
            missing.append(line)
    return missing


def _at(row: RemoteRecord, one: Wanted, value: int | None) -> bool:
    """Whether a line stands there at this value; what is hidden from us is taken for it."""
    if (
        value is None
        or value < 0
        or None in (row.values.get("Quantity"), row.values.get("UnitPrice"))
    ):
        return True
    return says(row, one.said(value))


def _allowed(session: Session, lines: Sequence[Priced]) -> list[Priced]:
    """What the person who asked may do there: products of an opportunity change it."""
    asked = [(_claimed(one.one), Write(Deed.UPDATE, _DEAL, id=one.one.deal)) for one in lines]
    refused = rights.forbidden(session, asked) if asked else {}
    return _without(session, lines, {one: refused.get(one.one.link_id) for one in lines})


def _claimed(one: Wanted) -> Claimed:
    return Claimed(
        intent_id=one.link_id,
        link_id=one.link_id,
        target=TARGET,
        deed=Deed.CREATE,
        remote_id="",
        key="",
        values={},
        number=1,
        tries=1,
        stamp=None,
        asked_by=one.asked_by,
    )


def _given_books(session: Session, lines: Sequence[Priced]) -> list[Priced]:
    """Lines whose opportunity has a price book, having been given the standard one if need be."""
    wanted = {one.one.deal: one.chosen for one in lines if one.chosen}
    ended: dict[str, Outcome] = {}
    for part in _parts(session, sorted(wanted)):
        writes = [Write(Deed.UPDATE, _DEAL, {"Pricebook2Id": wanted[id_]}, id=id_) for id_ in part]
        ended |= dict(zip(part, session.crm.write(writes), strict=True))
    failed = {
        one: outcome
        for one in lines
        if (outcome := ended.get(one.one.deal)) and outcome.settled is not Settled.DONE
    }
    return _without(session, lines, failed)


def _without(
    session: Session, lines: Sequence[Priced], ended: Mapping[Priced, Outcome | None]
) -> list[Priced]:
    """The lines that did not end before they began."""
    for one, outcome in ended.items():
        if outcome is not None:
            deal_lines.settle(one.one, one.write.values, outcome, now=session.clock())
    return [one for one in lines if ended.get(one) is None]
