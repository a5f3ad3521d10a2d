"""Which columns each kind of file carries, what may be missing, and how a cell is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sightline.ledger import tables


class Reads(Enum):
    """How a cell's text becomes a value."""

    KEY = "key"  # text that must be there
    TEXT = "text"  # text that may be empty; stored as empty text
    WORD = "word"  # text in lower case that may be empty
    DAY = "day"
    AMOUNT = "amount"  # decimal in major units, stored as integer minor units
    NUMBER = "number"  # decimal that must be there
    MAYBE_NUMBER = "maybe number"
    MAYBE_BOOLEAN = "maybe boolean"
    TOLD = "told"  # a number where the file tells one; a part holds the column only then
    CURRENCY = "currency"


MUST_BE_THERE = frozenset({Reads.KEY, Reads.DAY, Reads.AMOUNT, Reads.NUMBER})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file. `default` is stored when the file has no such column."""

    name: str
    reads: Reads
    default: str | None = None

    @property
    def required(self) -> bool:
        """Whether a file without this column is refused."""
        return self.reads in MUST_BE_THERE


def _columns(**reads: Reads) -> tuple[Column, ...]:
    return tuple(Column(name, how) for name, how in reads.items())


KINDS: Mapping[str, tuple[Column, ...]] = {
    tables.LINES: _columns(
        account=Reads.KEY,
        unit=Reads.TEXT,
        product_line=Reads.KEY,
        date=Reads.DAY,
        amount=Reads.AMOUNT,
        currency=Reads.CURRENCY,
        quantity=Reads.TOLD,
    ),
    tables.SPEND: _columns(
        buyer=Reads.KEY,
        unit=Reads.TEXT,
        category=Reads.KEY,
        supplier=Reads.TEXT,
        date=Reads.DAY,
        amount=Reads.AMOUNT,
        currency=Reads.CURRENCY,
    ),
    tables.ACTIVITIES: _columns(
        account=Reads.KEY,
        contact=Reads.TEXT,
        our_person=Reads.TEXT,
        kind=Reads.WORD,
        direction=Reads.WORD,
        at=Reads.DAY,
        thread=Reads.TEXT,
        connected=Reads.MAYBE_BOOLEAN,
        minutes=Reads.MAYBE_NUMBER,
    ),
    tables.USAGE: _columns(
        account=Reads.KEY,
        unit=Reads.TEXT,
        product_line=Reads.KEY,
        date=Reads.DAY,
        quantity=Reads.NUMBER,
    ),
    tables.CONTRACTS: _columns(
        account=Reads.KEY,
        unit=Reads.TEXT,
        product_line=Reads.KEY,
        source=Reads.WORD,
        starts=Reads.DAY,
        ends=Reads.DAY,
        value=Reads.AMOUNT,
        term_months=Reads.MAYBE_NUMBER,
        currency=Reads.CURRENCY,
    ),
    tables.KINDS: (Column("product_line", Reads.KEY), Column("kind", Reads.KEY)),
    tables.RATES: _columns(month=Reads.DAY, currency=Reads.KEY, into=Reads.KEY, rate=Reads.NUMBER),
}


def normal_name(header: str) -> str:
    """A header as it is compared: `Product Line` and `product_line` are one."""
    return "_".join(header.strip().lower().replace("-", " ").replace("_", " ").split())
