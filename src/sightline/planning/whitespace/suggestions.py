"""Why a line may fit a unit, in words: how many units like it have it, never a bare score."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sightline.planning.reasons import Reason, because
from sightline.planning.whitespace.facts import WhitespaceParameters
from sightline.planning.whitespace.rank import CellScore
from sightline.planning.whitespace.state import State


@dataclass(frozen=True, slots=True)
class PeerCounts:
    """What the ledger counted for one unit and one line that it does not have.

    `similar` units are the most alike by lines owned, `having` of them have the line, `recent` of
    those began in the last `months`; `everyone` and `everyone_having` count all units.
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
    months: int = 12


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
        f" ({_few(counts.recent, p)} of them started in the last {counts.months} months)"
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


_SUGGESTED = frozenset({State.OPEN, State.UNKNOWN, State.COMPETITOR, State.IN_HOUSE})


@dataclass(frozen=True, slots=True, order=True)
class Pick:
    """A cell worth a look, ordered as it is suggested: `worth` and `share` are below zero, so that
    the highest peer share × likely value comes first."""

    worth: float
    share: float
    key: tuple[str, str]


def rank_suggestions(
    scores: Iterable[CellScore],
    *,
    counts: Mapping[tuple[str, str], PeerCounts],
    declined: Collection[tuple[str, str]],
    parameters: WhitespaceParameters,
) -> tuple[Pick, ...]:
    """Every cell that may be suggested: highest peer share × likely value first.

    Left out: what is sold, blocked or not applicable, cells with an open deal or in a play, those
    declined, those whose need somebody answered with none, and those nobody like this unit has. A
    cell without a value comes after those with one, by peer share alone.
    """
    found = []
    for score in scores:
        cell = score.cell
        if cell.key in declined or not _suggestible(score):
            continue
        shared = counts.get(cell.key)
        share = peer_share(shared, parameters=parameters) if shared is not None else None
        one = pick_of(cell.key, share, score.likely.minor if score.likely is not None else None)
        if one is not None:
            found.append(one)
    return tuple(sorted(found))


def pick_of(key: tuple[str, str], share: float | None, likely: int | None) -> Pick | None:
    """A cell that may be suggested, by peer share and likely value in minor units; None where
    nobody like this unit has the line."""
    if share is None or share <= 0:
        return None
    return Pick(-(share * likely if likely is not None else 0.0), -share, key)


def _suggestible(score: CellScore) -> bool:
    busy = bool(score.cell.deals or score.cell.in_plays)
    return suggestible(score.state.state, lapsed=score.state.lapsed, busy=busy, need=score.need)


def suggestible(state: State, *, lapsed: bool, busy: bool, need: int | None) -> bool:
    """Whether a cell may be suggested at all. `busy`: a deal or a play is about it already."""
    return state in _SUGGESTED and not lapsed and not busy and need != 0


def _few(count: int, parameters: WhitespaceParameters) -> str:
    return "a few" if count < parameters.small_count else str(count)
