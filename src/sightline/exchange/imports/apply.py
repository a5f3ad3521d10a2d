"""Storing a previewed import: small transactions with pauses, resumable at the last chunk.

Rows are judged without a lock; only the write holds one, for a fraction of the allowed half
second, so that people who save meanwhile do not wait for the import.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone

from sightline.actions.access import link_sign_ins, refresh_access, refresh_role_paths
from sightline.actions.imports import runs
from sightline.actions.imports.bulk import count_rows
from sightline.actions.imports.decide import Decision
from sightline.actions.imports.families import link_rows, settle_families
from sightline.actions.imports.lookups import Scope
from sightline.actions.imports.names import make_names
from sightline.actions.imports.opinions import NAME as OPINION
from sightline.actions.imports.opinions import write_opinions
from sightline.actions.imports.stages import settle_stages
from sightline.actions.imports.targets import TARGETS
from sightline.actions.imports.write import Applied, write_chunk
from sightline.exchange.imports.behind import Behind
from sightline.exchange.imports.flow import ORDER, judge, with_roles
from sightline.exchange.imports.ordering import level_of, linked_after
from sightline.exchange.imports.plan import Progress, silent
from sightline.exchange.imports.staging import Staging, Waiting
from sightline.exchange.imports.undo import UndoFile
from sightline.records.queries.company import company_facts

_FIRST_CHUNK = 250
_LARGEST_CHUNK = 1_000
# What a chunk costs whatever its size is asked more often of smaller ones: on a machine so busy that
# these take longer than the aim, smaller ones would only make the import busier.
_SMALLEST_CHUNK = 250
# Links within a kind of row are read in larger pieces: most name nothing, and little is written.
_LINKED_AT_ONCE = 2_000
# Writes aim well below the half second that one may hold the database.
_AIM_SECONDS = 0.2
# After each write others get their turn where only one may write: a share of the time it took.
_PAUSE_SHARE = 0.25
_PAUSE_SECONDS = 0.03


class Cancelled(Exception):
    """A person stopped the import; what is stored stays and is listed for undo."""


@dataclass(slots=True)
class Counts:
    """Rows stored so far, by target; kept in the cursor so that a resumed run goes on counting."""

    by_target: dict[str, dict[str, int]] = field(default_factory=dict)

    def take(self, target: str, decision: Decision) -> None:
        """Add a chunk."""
        held = self.by_target.setdefault(target, dict.fromkeys(decision.counts(), 0))
        for name, count in decision.counts().items():
            held[name] += count

    def total(self, name: str) -> int:
        """Over all targets."""
        return sum(one.get(name, 0) for one in self.by_target.values())


@dataclass(slots=True)
class _Chunk:
    """Rows to be stored together, and what was decided of them; `counts` with theirs."""

    target: str
    rows: list[Waiting]
    decision: Decision
    counts: Counts = field(default_factory=Counts)


@dataclass(slots=True)
class Apply:
    """One run being applied. `cancelled` is asked between chunks."""

    run: runs.Run
    staging: Staging
    undo: UndoFile
    scope: Scope
    source_id: int
    progress: Progress = silent
    cancelled: Callable[[], bool] = lambda: False
    counts: Counts = field(default_factory=Counts)
    now: datetime = field(default_factory=timezone.now)
    done: int = 0
    total: int = 0
    longest: float = 0.0

    def records(self) -> Counts:
        """Store all staged rows; a run that was stopped goes on where it was."""
        cursor = dict(self.run.cursor)
        self.counts.by_target = cursor.get("counts", {})
        self.total = sum(self.staging.count(target) for target in ORDER)
        reached = cursor.get("target", "")
        for target in ORDER:
            if reached and ORDER.index(target) < ORDER.index(reached):
                self.done += self.staging.count(target)
                continue
            after = int(cursor.get("after", 0)) if target == reached else 0
            self._target(target, after)
            self._after(target)
        return self.counts

    def _target(self, target: str, after: int) -> None:
        size, first = _FIRST_CHUNK, not after
        before: _Chunk | None = None
        with Behind() as behind:
            while rows := self.staging.rows(target, after=after, limit=size):
                self._check()
                if target == "AccountShare":
                    rows = with_roles(self.staging, rows)
                if before is not None and not _apart(target, before.rows, rows):
                    size, before = self._ended(behind, before, size), None
                chunk = self._judged(target, rows)
                if before is not None:
                    size = self._ended(behind, before, size)
                self._begin(behind, chunk)
                after, before = rows[-1].n, chunk
                if first and target in TARGETS:
                    size, before, first = self._ended(behind, chunk, size), None, False
                    count_rows(TARGETS[target].model)
            if before is not None:
                self._ended(behind, before, size)

    def _check(self) -> None:
        if self.cancelled() or runs.is_cancelled(self.run.pk):
            raise Cancelled

    def _judged(self, target: str, rows: list[Waiting]) -> _Chunk:
        if target != OPINION:
            make_names(TARGETS[target], rows, self.scope, run=self.run)
        return _Chunk(target, rows, judge(target, rows, self.scope))

    def _begin(self, behind: Behind, chunk: _Chunk) -> None:
        """Begin to store a chunk; all before it are stored."""
        target, rows, decision = chunk.target, chunk.rows, chunk.decision
        self.undo.keep(target, rows[0].n, decision)
        chunk.counts = Counts({name: dict(one) for name, one in self.counts.by_target.items()})
        chunk.counts.take(target, decision)
        cursor = self._cursor(target, rows[-1].n, chunk.counts)
        behind.begin(lambda: self._store(target, decision, cursor))

    def _ended(self, behind: Behind, chunk: _Chunk, size: int) -> int:
        """Wait until a chunk is stored, and leave others their turn; answers the next one's size."""
        for attempt in (1, 2, 3):
            try:
                taken, ended = behind.wait()
                break
            except IntegrityError:
                # Somebody made the same row meanwhile: judged again it is a change or a skip.
                if attempt == 3:
                    raise
                chunk = self._judged(chunk.target, chunk.rows)
                self._begin(behind, chunk)
        self.counts = chunk.counts
        self.longest = max(self.longest, taken)
        self.done += len(chunk.rows)
        self.progress(self.done, self.total, f"Storing {chunk.target}")
        time.sleep(max(0.0, _pause(taken) - (time.monotonic() - ended)))
        return _next_size(size, taken)

    def _cursor(self, target: str, after: int, counts: Counts) -> dict[str, Any]:
        return {
            "target": target,
            "after": after,
            "counts": counts.by_target,
            "seen": timezone.now().isoformat(),
        }

    def _store(self, target: str, decision: Decision, cursor: dict[str, Any]) -> None:
        applied = Applied(self.run, self.source_id, self.now)
        if target == OPINION:
            write_opinions(decision, applied=applied, cursor=cursor)
        else:
            write_chunk(TARGETS[target], decision, applied=applied, cursor=cursor)

    def _after(self, target: str) -> None:
        """Links within the target that were not stored with their rows, and what rests on them."""
        if target in TARGETS and TARGETS[target].late:
            names = [ref.value for ref in TARGETS[target].late]
            for rows in self._all(target, names):
                self._check()
                link_rows(TARGETS[target], rows, self.scope, run=self.run)
        if target == "UserRole":
            refresh_role_paths(run=self.run)
        if target == "Account":
            settle_families(run=self.run)

    def _all(self, target: str, naming: Collection[str]) -> Iterator[list[Waiting]]:
        after = linked_after(self.staging)
        while rows := self.staging.rows(target, after=after, limit=_LINKED_AT_ONCE, naming=naming):
            after = rows[-1].n
            yield rows


_SEEN_BY = frozenset({"Account", "AccountTeamMember", "AccountShare", "User", "UserRole"})
_STAGED = frozenset({"Opportunity", "OpportunityHistory"})


def settle_records(run: runs.Run, targets: Collection[str], *, progress: Progress = silent) -> None:
    """After all rows: days in stage, and who sees what, where rows of `targets` bear on them.

    Safe to run twice.
    """
    if _STAGED & set(targets):
        progress(0, None, "Settling stages")
        settle_stages(run=run, today=company_facts().today(timezone.now()))
    if _SEEN_BY & set(targets):
        progress(0, None, "Settling access")
        refresh_role_paths(run=run)
        refresh_access(run=run)
        link_sign_ins()


def _apart(target: str, before: list[Waiting], rows: list[Waiting]) -> bool:
    """Whether rows can be judged while those before them are being stored: not where one may name
    another of them, nor where rows are told apart by something else than their id."""
    if target not in TARGETS or TARGETS[target].natural or TARGETS[target].one_of:
        return False
    return level_of(rows[0]) == level_of(before[-1])


def _pause(taken: float) -> float:
    """Seconds left to others after a write; PostgreSQL lets them write all the while."""
    return min(_PAUSE_SECONDS, taken * _PAUSE_SHARE) if connection.vendor == "sqlite" else 0.0


def _next_size(size: int, seconds: float) -> int:
    """Rows of the next chunk. One slow write may have waited for others: it halves the size at most."""
    factor = _AIM_SECONDS / max(seconds, 0.001)
    wanted = int(size * min(2.0, max(0.5, factor)))
    return min(_LARGEST_CHUNK, max(_SMALLEST_CHUNK, wanted))
