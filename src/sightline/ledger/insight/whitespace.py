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
_MOST_REFERENCES = 5_000
_ROUNDING = 1e-12
# less than one buyer of any number of them: only lines equally adopted are told apart by it
_TIE = 1e-9
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

    Per kind × line: `score` (NaN where nothing is to be ranked), `peers_owning`, and `peers_new`
    (those of them that began in the recent window; meant for open lines only); a score orders the
    lines of one buyer and is no probability. Per kind: `peers`, their mean `similarity` and how
    many lines they own in common with it on average (`shared`), and `by_adoption`: too little to
    compare, the order is overall adoption. Per line: `adoption` (share of all buyers that own it),
    `adopters` (their number) and `new` (those of the recent window).
    """

    kind: Ints
    score: Floats
    peers: Ints
    similarity: Floats
    shared: Floats
    edge: Floats
    peers_owning: Ints
    peers_new: Ints
    by_adoption: Bools
    adoption: Floats
    adopters: Ints
    new: Ints


def rank_lines(market: Market, *, parameters: InsightParameters) -> Evidence:
    """Score every line that a buyer does not own. Renaming buyers or lines changes nothing.

    score = peer share × √(recent adoption) × √(line similarity, best open line = 1); with too few
    buyers or too little in common, overall adoption, ties by recent adoption.
    """
    n = len(market.owned)
    held, kind, count = np.unique(market.owned, axis=0, return_inverse=True, return_counts=True)
    owned, weight = held.astype(np.float64), count.astype(np.float64)
    adopters = weight @ owned
    base = adopters / max(n, 1)
    new = (market.recent & market.owned).sum(axis=0)
    recent = (new + 0.5) / (n - adopters + new + 1.0)
    begun = _begun(market, kind.reshape(-1), len(held))
    peer_share, near = _peers(_Kinds(owned, weight, begun), base, parameters)
    open_cells = ~held & market.on_sale[None, :]
    alike = _alike(owned, _pairs(owned, weight, parameters), open_cells, parameters)
    thin = (near.count < parameters.whitespace_min_peers) | (
        near.similarity < parameters.whitespace_min_similarity
    )
    by_adoption = thin | (n < parameters.whitespace_min_buyers)
    compared = peer_share * np.sqrt(alike) * np.sqrt(recent)[None, :]
    score = np.where(by_adoption[:, None], (base + _TIE * recent)[None, :], compared)
    return Evidence(
        kind=kind.reshape(-1).astype(np.int64),
        score=np.where(open_cells, score, np.nan),
        peers=near.count.astype(np.int64),
        similarity=near.similarity,
        shared=near.shared,
        edge=near.edge,
        peers_owning=near.owning.astype(np.int64),
        peers_new=near.begun.astype(np.int64),
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
class _Kinds:
    """Patterns of holdings, how many buyers have each, and how many of them began with a line in
    the recent window."""

    owned: Floats
    weight: Floats
    begun: Floats


def _begun(market: Market, kind: Ints, kinds: int) -> Floats:
    """Per kind × line: buyers of the kind that began with the line in the recent window."""
    found = np.zeros((kinds, market.owned.shape[1]))
    buyer, line = np.nonzero(market.recent & market.owned)
    np.add.at(found, (kind[buyer], line), 1.0)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The nearest buyers of each row: how many, how similar and with how many lines in common on
    average; how many own each line, and began with it lately; how similar the last of them is."""

    count: Floats
    similarity: Floats
    shared: Floats
    owning: Floats
    begun: Floats
    edge: Floats


def _peers(kinds: _Kinds, base: Floats, parameters: InsightParameters) -> tuple[Floats, _Near]:
    """Share of other buyers that own each line, weighted by squared similarity; the nearest ones.

    Similarity is Jaccard's. Buyers tied with the last of the nearest belong to them, so that no
    order of names decides.
    """
    references = _references(kinds)
    sizes, reference_sizes = kinds.owned.sum(axis=1), references.owned.sum(axis=1)
    found = []
    for start in range(0, len(kinds.owned), _BLOCK):
        rows = slice(start, min(start + _BLOCK, len(kinds.owned)))
        both = kinds.owned[rows] @ references.owned.T
        union = sizes[rows, None] + reference_sizes[None, :] - both
        jaccard = np.divide(both, union, out=np.zeros_like(both), where=union > 0)
        found.append(_block(_Likeness(both, jaccard), references, base, parameters))
    parts = [np.concatenate(one) for one in zip(*found, strict=True)]
    return parts[0], _Near(*parts[1:])


def _references(kinds: _Kinds) -> _Kinds:
    """The patterns to compare with: all, or the most frequent ones where there are too many."""
    if len(kinds.owned) <= _MOST_REFERENCES:
        return kinds
    kept = np.argsort(-kinds.weight, kind="stable")[:_MOST_REFERENCES]
    return _Kinds(kinds.owned[kept], kinds.weight[kept], kinds.begun[kept])


@dataclass(frozen=True, slots=True, eq=False)
class _Likeness:
    """A block of patterns against the references: lines owned by both, and Jaccard's similarity."""

    both: Floats
    jaccard: Floats


def _block(
    alike: _Likeness, references: _Kinds, base: Floats, parameters: InsightParameters
) -> tuple[Floats, ...]:
    """For a block of patterns: peer share, and everything of `_Near` in its order."""
    jaccard = alike.jaccard
    # A buyer is no peer of itself: its own kind counts one less.
    others = references.weight[None, :] - (jaccard > _SAME)
    squared = others * jaccard**2
    weight_of_base = parameters.whitespace_base_weight
    share = (squared @ references.owned + weight_of_base * base) / (
        squared.sum(axis=1, keepdims=True) + weight_of_base
    )
    edge = _edge(jaccard, others, parameters)
    nearest = (jaccard >= edge) & (jaccard > 0)
    near = np.where(nearest, others, 0.0)
    count = near.sum(axis=1)
    similarity, shared = (
        np.divide((near * of).sum(axis=1), count, out=np.zeros_like(count), where=count > 0)
        for of in (jaccard, alike.both)
    )
    return (
        *(share, count, similarity, shared, near @ references.owned, nearest @ references.begun),
        edge[:, 0],
    )


def _edge(jaccard: Floats, others: Floats, parameters: InsightParameters) -> Floats:
    """The similarity at which the wanted number of nearest buyers is reached, per row.

    Each pattern stands for at least one other buyer, the row's own perhaps for none: so the
    nearest ones are among the first `whitespace_peers` + 1 patterns, and only these are sorted.
    """
    most = min(parameters.whitespace_peers + 1, jaccard.shape[1])
    some = np.argpartition(-jaccard, most - 1, axis=1)[:, :most]
    close = np.take_along_axis(jaccard, some, axis=1)
    order = np.argsort(-close, axis=1, kind="stable")
    counted = np.take_along_axis(np.take_along_axis(others, some, axis=1), order, axis=1)
    enough = np.cumsum(counted, axis=1) >= parameters.whitespace_peers
    last = np.where(enough.any(axis=1), enough.argmax(axis=1), most - 1)
    edge = np.take_along_axis(np.take_along_axis(close, order, axis=1), last[:, None], axis=1)
    return edge - _ROUNDING
