"""Whitespace lists in rows: for each buyer its best open lines, with the evidence in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sightline.ledger.insight.holdings import Holdings, read_holdings
from sightline.ledger.insight.whitespace import Evidence, rank_lines, top
from sightline.ledger.insight.words import counted, plural
from sightline.ledger.method import InsightParameters
from sightline.ledger.source import Source


class WhitespaceRow(NamedTuple):
    """One open line of one buyer. `score` orders within the buyer; `adoption` is 0 … 1."""

    account: str
    unit: str
    product_line: str
    rank: int
    score: float
    peers_owning: int
    peers: int
    adoption: float
    text: str


def whitespace_rows(
    source: Source, *, as_of: date, count: int, parameters: InsightParameters
) -> Iterator[WhitespaceRow]:
    """The best `count` open lines of every buyer that bought anything up to `as_of`."""
    held = read_holdings(source, as_of=as_of, parameters=parameters)
    evidence = rank_lines(held.market, parameters=parameters)
    for buyer, (account, unit) in enumerate(held.buyers):
        row = int(evidence.kind[buyer])
        for place, column in enumerate(top(evidence, buyer, count=count), start=1):
            yield WhitespaceRow(
                account,
                unit,
                held.lines[column],
                place,
                round(float(evidence.score[row, column]), 9),
                int(evidence.peers_owning[row, column]),
                int(evidence.peers[row]),
                round(float(evidence.adoption[column]), 6),
                _words(held, evidence, buyer, int(column), parameters),
            )


def _words(
    held: Holdings, evidence: Evidence, buyer: int, column: int, parameters: InsightParameters
) -> str:
    """Who owns it of those alike and of all, who of them began lately, and what makes them alike."""
    few, row = parameters.few, int(evidence.kind[buyer])
    months = plural(parameters.whitespace_recent_months, "month", "months")

    def began(number: int) -> str:
        return f" ({counted(number, few=few)} began in the last {months})" if number else ""

    overall = (
        f"{counted(int(evidence.adopters[column]), few=few)} of all {len(held.buyers)} buyers own "
        f"it{began(int(evidence.new[column]))}"
    )
    if evidence.by_adoption[row]:
        return f"Too few comparable buyers, shown by overall adoption: {overall}."
    owning = counted(int(evidence.peers_owning[row, column]), few=few)
    lines = plural(int(held.market.owned[buyer].sum()), "line", "lines")
    return (
        f"{owning[0].upper()}{owning[1:]} of the {int(evidence.peers[row])} most similar buyers own "
        f"it{began(int(evidence.peers_new[row, column]))}; {overall}. Similar because they share "
        f"{evidence.shared[row]:.0f} of its {lines} on average."
    )
