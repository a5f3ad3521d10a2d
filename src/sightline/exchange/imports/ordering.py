"""Rows that name one another of their kind: those that are named come before those that name them.

So a parent or a manager is there when its row is stored and its key goes in with the row; only what
could not be placed so (a circle, a long chain, somebody who is not in the files) is linked afterwards.
"""

from __future__ import annotations

from sightline.actions.imports.targets import TARGETS
from sightline.exchange.imports.staging import LEVEL_BITS, Staging, Waiting

# Hierarchies of people and companies are flat: what stands deeper is linked afterwards.
_LEVELS = 6
UNPLACED = _LEVELS + 1
_ORDERED = 1


def order_rows(staging: Staging) -> None:
    """Move each row that names one of its kind behind the one it names; before rows are judged."""
    for target in sorted(staging.targets() & TARGETS.keys()):
        for ref in TARGETS[target].late:
            _order(staging, target, ref.value)
    staging.db.execute(f"PRAGMA user_version = {_ORDERED}")


def linked_after(staging: Staging) -> int:
    """The place in a target's order after which rows may name what is not there before them; from
    the start in a staging that was made when rows were not ordered."""
    (version,) = staging.db.execute("PRAGMA user_version").fetchone()
    return UNPLACED << LEVEL_BITS if version == _ORDERED else 0


def level_of(row: Waiting) -> int:
    """How many rows of its kind, at most, stand above one another over this one."""
    return row.n >> LEVEL_BITS


def _order(staging: Staging, target: str, name: str) -> None:
    db, table = staging.db, f'"t_{target}"'
    db.execute("CREATE TEMP TABLE naming (n INTEGER PRIMARY KEY, above TEXT, level INT)")
    db.execute(
        f"INSERT INTO naming SELECT n, json_extract(data, '$.{name}'), {UNPLACED} FROM {table}"
        f""" WHERE refused = 0 AND removed = 0 AND instr(data, '"{name}":"')"""
    )
    for level in range(1, UNPLACED):
        # A row that names none has no line in `naming`: it stands at level 0.
        placed = db.execute(
            f"UPDATE naming SET level = {level} WHERE level = {UNPLACED} AND EXISTS ("
            f" SELECT 1 FROM {table} AS held LEFT JOIN naming AS own ON own.n = held.n"
            " WHERE held.key = naming.above AND held.refused = 0 AND held.removed = 0"
            f" AND coalesce(own.level, 0) = {level - 1})"
        ).rowcount
        if not placed:
            break
    db.execute(
        f"UPDATE {table} SET n = n + ((SELECT level FROM naming WHERE naming.n = {table}.n)"
        f" << {LEVEL_BITS}) WHERE n IN (SELECT n FROM naming)"
    )
    db.execute("DROP TABLE naming")
