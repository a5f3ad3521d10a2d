"""Taking an import back: rows it made go, rows it changed return, its ledger lines leave."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from sightline.actions.imports import runs, undo
from sightline.actions.imports.addresses import take_back_seen
from sightline.actions.imports.opinions import NAME as OPINION
from sightline.exchange.imports.flow import ORDER
from sightline.exchange.imports.plan import Progress, silent
from sightline.exchange.imports.undo import UndoFile
from sightline.exchange.imports.workspace import Workspace


def undo_run(run_id: int, *, actor_id: int | None, progress: Progress = silent) -> dict[str, Any]:
    """Undo a run, last targets first. What people changed since, or built on, stays and is
    counted as kept. Raises ImportProblem where nothing can be undone any more."""
    run = undo.start(run_id)
    place = Workspace(Path(run.folder)).undo if run.folder else None
    counts = {"removed": 0, "restored": 0, "kept": 0}
    if place is not None and place.exists():
        with closing(UndoFile(place)) as kept:
            for target in reversed(ORDER):
                progress(counts["removed"], None, f"Taking back {target}")
                _target(run, target, kept, counts)
    counts["ledger_lines"] = undo.ledger(run)
    take_back_seen(run)
    undo.finish(run, actor_id=actor_id, counts=counts)
    return counts


def _target(run: runs.Run, target: str, kept: UndoFile, counts: dict[str, int]) -> None:
    if target == OPINION:
        counts["removed"] += undo.opinions(run)
        return
    for batch in kept.changed(target):
        restored, left = undo.restore(run, target, batch)
        counts["restored"] += restored
        counts["kept"] += left
    for keys in kept.created(target):
        removed, left = undo.remove(run, target, keys)
        counts["removed"] += removed
        counts["kept"] += left
