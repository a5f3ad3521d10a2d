"""Why a line may fit a unit, in words: how many units like it have it, never a bare score."""

from __future__ import annotations

from dataclasses import dataclass

from sightline.planning.reasons import Reason, because
from sightline.planning.whitespace.facts import WhitespaceParameters


@dataclass(frozen=True, slots=True)
class PeerCounts:
    """What the ledger counted for one unit and one line that it does not have.

    `similar` units are the most alike by lines owned, `having` of them have the line, `recent` of
    those began in the last twelve months; `everyone` and `everyone_having` count all units.
    `shared` of `lines` lines are owned in common with them; `similarity` is their mean likeness,
    0-1. `also` is the owned line that goes with this one most often, if one stands out.
    """

    line: str
    similar: int
    having: int
    recent: int
    everyone: int
    everyone_having: int
    shared: int
    lines: int
    similarity: float
    also: str | None = None


def peer_evidence(counts: PeerCounts, *, parameters: WhitespaceParameters) -> Reason | None:
    """The evidence in one or two sentences; None where nobody has the line.

    Counts under five are "a few". With too few comparable units, or too unlike, overall adoption
    is shown instead and the sentence says so.
    """
    p = parameters
    if counts.everyone_having == 0:
        return None
    overall = f"across all {_few(counts.everyone, p)} units, {_few(counts.everyone_having, p)} do"
    comparable = counts.similar >= p.peers_least and counts.similarity >= p.similarity_least
    if not comparable or counts.having == 0:
        text = f"Too few comparable units: shown by overall adoption; {overall}."
        return because("suggest.overall", text, counts=counts)
    owning = f" that own {counts.also}" if counts.also else ""
    recent = (
        f" ({_few(counts.recent, p)} of them started in the last 12 months)"
        if counts.recent
        else ""
    )
    text = (
        f"{_few(counts.having, p).capitalize()} of {_few(counts.similar, p)} units like this"
        f"{owning} also own {counts.line}{recent}; {overall}. "
        f"Similar because: same {counts.shared} of {counts.lines} lines."
    )
    return because("suggest.peers", text, counts=counts)


def peer_share(counts: PeerCounts, *, parameters: WhitespaceParameters) -> float | None:
    """The share that stands in for a need nobody asked about, 0-1; None with too few units."""
    if counts.similar >= parameters.peers_least and (
        counts.similarity >= parameters.similarity_least
    ):
        return counts.having / counts.similar
    if counts.everyone >= parameters.peers_least:
        return counts.everyone_having / counts.everyone
    return None


def _few(count: int, parameters: WhitespaceParameters) -> str:
    return "a few" if count < parameters.small_count else str(count)
