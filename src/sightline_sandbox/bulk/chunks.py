"""Primary-key chunking of Bulk v1 queries: one query split at ids into a batch for each part.

The service cuts by its numbering of ids; here every so many rows of the object, deleted ones too,
make a chunk, so that none is empty for want of rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Request
from sightline_sandbox.ids import to_18
from sightline_sandbox.soql import tokens, tree

CHUNK_SIZE = 100_000
MOST_IN_CHUNK = 250_000


@dataclass(frozen=True, slots=True)
class Chunking:
    """What `Sforce-Enable-PKChunking` asks: rows a chunk, and the first id."""

    size: int
    start: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Ids from `low` on and below `high`, which the last chunk has not; those the query found."""

    low: str
    high: str | None
    ids: list[str]


def asked(request: Request) -> Chunking | None:
    """The chunking a job is opened with, or None. Refuses sizes beyond the service's."""
    text = request.header("sforce-enable-pkchunking").strip().lower()
    if not text or text.startswith("false"):
        return None
    given = request.options("sforce-enable-pkchunking")
    size = given.get("chunksize", str(CHUNK_SIZE))
    if not size.isdigit() or not 1 <= int(size) <= MOST_IN_CHUNK:
        raise ApiError("InvalidJob", f"PK chunking chunkSize must be 1 to {MOST_IN_CHUNK}: {size}")
    start = given.get("startrow", "")
    if start and to_18(start) is None:
        raise ApiError("InvalidJob", f"PK chunking startRow is no id: {start}")
    return Chunking(int(size), to_18(start) or "")


def check(query: tree.Query) -> None:
    """Refuse a query that has more than fields and conditions."""
    more = (query.order_by, query.limit is not None, query.offset is not None, query.group_by)
    if any(more):
        raise ApiError(
            "InvalidBatch", "PK chunking works only with queries whose conditions are WHERE clauses"
        )


def split(every: list[str], found: list[str], chunking: Chunking) -> Iterator[Chunk]:
    """The chunks of a query: `every` id of the object, in order, and those `found`, in any."""
    every = every[bisect_left(every, chunking.start) :]
    found = sorted(found)
    lows = every[:: chunking.size] or [chunking.start]
    for at, low in enumerate(lows):
        high = lows[at + 1] if at + 1 < len(lows) else None
        end = len(found) if high is None else bisect_left(found, high)
        yield Chunk(low, high, found[bisect_left(found, low) : end])


def bounded(text: str, chunk: Chunk) -> str:
    """The query of one chunk, as its batch shows it."""
    bounds = [f"Id >= '{chunk.low}'"] if chunk.low else []
    bounds += [f"Id < '{chunk.high}'"] if chunk.high else []
    if not bounds:
        return text
    joined = " AND ".join(bounds)
    at = _after_where(text)
    if at is None:
        return f"{text.rstrip()} WHERE {joined}"
    return f"{text[:at]} ({text[at:].strip()}) AND {joined}"


def _after_where(text: str) -> int | None:
    """Where the conditions of a query begin; subqueries have their own, inside brackets."""
    depth = 0
    for token in tokens.split(text):
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "punct" else 0
        if depth == 0 and token.kind == "name" and token.word == "WHERE":
            return token.position + len(token.text)
    return None
