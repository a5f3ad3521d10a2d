"""Which lines that a buyer does not own come next: peers × recent adoption × line similarity.

Definition, evidence and worked example: docs/method/whitespace-ranking.md. Pure: arrays in,
arrays out; the information cut was made by whoever read the holdings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.ledger.method import InsightParameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_BLOCK = 512
_MOST_REFERENCES = 20_000
_ROUNDING = 1e-12
_DIGITS = 12
_SAME = 1.0 - _ROUNDING


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """n buyers × m lines at one cut.

    `owned`: ever bought. `recent`: first bought within the recent window. `on_sale`: lines that
    anybody bought within a year; only they are ranked.
    """

    owned: Bools
    recent: Bools
    on_sale: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the ranking rests on. Buyers with the same holdings share a row; `kind` (n) names it.

    Per kind × line: `score` (NaN where nothing is to be ranked) and `peers_owning`; a score
    orders the lines of one buyer and is no probability. Per kind: `peers` and their mean
    `similarity`, and `by_adoption`: too little to compare, the order is overall adoption. Per
    line: `adoption` (share of all buyers that own it), `adopters` (their number) and `new` (those
    of the recent window).
    """

    kind: Ints
    score: Floats
    peers: Ints
    similarity: Floats
    peers_owning: Ints
    by_adoption: Bools
    adoption: Floats
    adopters: Ints
    new: Ints


def rank_lines(market: Market, *, parameters: InsightParameters) -> Evidence:
    """Score every line that a buyer does not own. Renaming buyers or lines changes nothing.

    score = peer share × √(recent adoption) × √(line similarity, best open line = 1); with too few
    buyers or too little in common, overall adoption × √(recent adoption).
    """
    n = len(market.owned)
    held, kind, count = np.unique(market.owned, axis=0, return_inverse=True, return_counts=True)
    owned, weight = held.astype(np.float64), count.astype(np.float64)
    adopters = weight @ owned
    base = adopters / max(n, 1)
    new = (market.recent & market.owned).sum(axis=0)
    recent = (new + 0.5) / (n - adopters + new + 1.0)
    peer_share, near = _peers(owned, weight, base, parameters)
    open_cells = ~held & market.on_sale[None, :]
    alike = _alike(owned, _pairs(owned, weight, parameters), open_cells, parameters)
    thin = (near.count < parameters.whitespace_min_peers) | (
        near.similarity < parameters.whitespace_min_similarity
    )
    by_adoption = thin | (n < parameters.whitespace_min_buyers)
    compared = peer_share * np.sqrt(alike)
    score = np.where(by_adoption[:, None], base[None, :], compared) * np.sqrt(recent)[None, :]
    return Evidence(
        kind=kind.reshape(-1).astype(np.int64),
        score=np.where(open_cells, score, np.nan),
        peers=near.count.astype(np.int64),
        similarity=near.similarity,
        peers_owning=near.owning.astype(np.int64),
        by_adoption=by_adoption,
        adoption=base,
        adopters=adopters.astype(np.int64),
        new=new.astype(np.int64),
    )


def top(evidence: Evidence, buyer: int, *, count: int) -> Ints:
    """The columns of a buyer's best open lines; ties by overall adoption, then by column."""
    score = evidence.score[evidence.kind[buyer]]
    columns = np.flatnonzero(~np.isnan(score))
    keys = (columns, -evidence.adoption[columns], -np.round(score[columns], _DIGITS))
    return columns[np.lexsort(keys)][:count].astype(np.int64)


def _alike(
    owned: Floats, pairs: Floats, open_cells: Bools, parameters: InsightParameters
) -> Floats:
    """How close each open line is to what the buyer owns, the closest counting 1."""
    near = np.where(open_cells, owned @ pairs, 0.0)
    floor = parameters.whitespace_pair_floor
    alike: Floats = (near + floor) / (near.max(axis=1, keepdims=True) + floor)
    return alike


def _pairs(owned: Floats, weight: Floats, parameters: InsightParameters) -> Floats:
    """Similarity of lines: cosine of their owners, shrunk where few own both; 0 on the diagonal."""
    both = owned.T @ (owned * weight[:, None])
    sizes = np.diag(both).copy()
    norm = np.sqrt(np.outer(sizes, sizes))
    cosine = np.divide(both, norm, out=np.zeros_like(both), where=norm > 0)
    pairs = cosine * both / (both + parameters.whitespace_pair_shrink)
    np.fill_diagonal(pairs, 0.0)
    return pairs


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The nearest buyers of each row: how many, how similar on average, how many own each line."""

    count: Floats
    similarity: Floats
    owning: Floats


def _peers(
    owned: Floats, weight: Floats, base: Floats, parameters: InsightParameters
) -> tuple[Floats, _Near]:
    """Share of other buyers that own each line, weighted by squared similarity; the nearest ones.

    Similarity is Jaccard's. Buyers tied with the last of the nearest belong to them, so that no
    order of names decides.
    """
    references, reference_weight = _references(owned, weight)
    sizes, reference_sizes = owned.sum(axis=1), references.sum(axis=1)
    found = []
    for start in range(0, len(owned), _BLOCK):
        rows = slice(start, min(start + _BLOCK, len(owned)))
        both = owned[rows] @ references.T
        union = sizes[rows, None] + reference_sizes[None, :] - both
        jaccard = np.divide(both, union, out=np.zeros_like(both), where=union > 0)
        others = np.broadcast_to(reference_weight, jaccard.shape).copy()
        # A buyer is no peer of itself: its own kind counts one less.
        others[jaccard > _SAME] -= 1.0
        found.append(_block(jaccard, others, references, base, parameters))
    share, count, similarity, owning = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return share, _Near(count, similarity, owning)


def _references(kinds: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The patterns to compare with: all, or the most frequent ones where there are too many."""
    if len(kinds) <= _MOST_REFERENCES:
        return kinds, weight
    kept = np.argsort(-weight, kind="stable")[:_MOST_REFERENCES]
    return kinds[kept], weight[kept]


def _block(
    jaccard: Floats,
    others: Floats,
    references: Floats,
    base: Floats,
    parameters: InsightParameters,
) -> tuple[Floats, Floats, Floats, Floats]:
    """For a block of patterns: peer share, and count, similarity and holdings of the nearest."""
    squared = others * jaccard**2
    weight_of_base = parameters.whitespace_base_weight
    share = (squared @ references + weight_of_base * base) / (
        squared.sum(axis=1, keepdims=True) + weight_of_base
    )
    near = np.where((jaccard >= _edge(jaccard, others, parameters)) & (jaccard > 0), others, 0.0)
    count = near.sum(axis=1)
    similarity = np.divide(
        (near * jaccard).sum(axis=1), count, out=np.zeros_like(count), where=count > 0
    )
    return share, count, similarity, near @ references


def _edge(jaccard: Floats, others: Floats, parameters: InsightParameters) -> Floats:
    """The similarity at which the wanted number of nearest buyers is reached, per row."""
    order = np.argsort(-jaccard, axis=1, kind="stable")
    reached = np.cumsum(np.take_along_axis(others, order, axis=1), axis=1)
    enough = reached >= parameters.whitespace_peers
    last = np.where(enough.any(axis=1), enough.argmax(axis=1), jaccard.shape[1] - 1)
    edge = np.take_along_axis(np.take_along_axis(jaccard, order, axis=1), last[:, None], axis=1)
    return edge - _ROUNDING
