"""Runs plans: counts, pages, child rows."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sightline_sandbox.errors import ApiError
from sightline_sandbox.soql.plan import Filling, Plan
from sightline_sandbox.soql.shape import Aggregated

#: Groups an aggregate query may answer with: it has no further pages.
MAX_GROUPS = 2000


Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChildPages:
    """How long lists of child rows are cut: rows a page, and `keep`, which answers the address of
    the next page of the subquery at a path (see `subplan`), given the ids of all its rows."""

    size: int
    keep: Callable[[Path, list[str]], str]


def subplan(plan: Plan, path: Path) -> Plan:
    """The plan of a subquery: the n-th filling of the plan, and so on down; () is the plan."""
    for index in path:
        plan = plan.fillings[index].plan
    return plan


def count(db: sqlite3.Connection, plan: Plan) -> int:
    """How many rows a `COUNT()` query finds, its LIMIT kept."""
    inner = plan.sql(select="1")
    bounded = f"SELECT COUNT(*) FROM ({inner} {_paging(plan.limit, plan.offset)})"
    return int(db.execute(bounded, plan.parameters()).fetchone()[0])


def _paging(limit: int | None, offset: int) -> str:
    if limit is None and not offset:
        return ""
    return f"LIMIT {-1 if limit is None else limit} OFFSET {offset}"


def groups(db: sqlite3.Connection, plan: Plan) -> list[dict[str, Any]]:
    """Every row of an aggregate query."""
    assert isinstance(plan.shape, Aggregated)
    sql = f"{plan.sql()} {_paging(plan.limit, plan.offset)}"
    rows = db.execute(sql, plan.parameters()).fetchall()
    if len(rows) > MAX_GROUPS:
        raise ApiError(
            "EXCEEDED_ID_LIMIT",
            "Aggregate query does not support queryMore(), use LIMIT to restrict the results "
            "to a single batch",
        )
    return [plan.shape.value(row) for row in rows]


def first_rows(db: sqlite3.Connection, plan: Plan, size: int) -> tuple[list[Any], bool]:
    """The first rows of a record query, and whether there are more."""
    limit = size + 1 if plan.limit is None else min(plan.limit, size + 1)
    sql = f"{plan.sql()} {_paging(limit, plan.offset)}"
    rows = db.execute(sql, plan.parameters()).fetchall()
    return rows[:size], len(rows) > size


def all_ids(db: sqlite3.Connection, plan: Plan) -> list[str]:
    """The ids of every row a query finds, in order: what its cursor walks over."""
    sql = plan.sql(select=f'{plan.scope.table}."Id"')
    found = db.execute(f"{sql} {_paging(plan.limit, plan.offset)}", plan.parameters())
    return [row[0] for row in found]


def rows_of(db: sqlite3.Connection, plan: Plan, ids: list[str]) -> list[Any]:
    """The rows of given ids, in that order: a further page. Rows gone since are left out."""
    at = plan.columns.index(f'{plan.scope.table}."Id"')
    sql = (
        f"SELECT {', '.join(plan.columns)} FROM {plan.scope.from_sql()} "
        f'WHERE {plan.scope.table}."Id" IN (SELECT value FROM json_each(:page_ids))'
    )
    found = db.execute(sql, {**plan.parameters(), "page_ids": json.dumps(ids)})
    by_id = {row[at]: row for row in found}
    return [by_id[i] for i in ids if i in by_id]


def records(
    db: sqlite3.Connection,
    plan: Plan,
    rows: list[Any],
    *,
    pages: ChildPages | None = None,
    path: Path = (),
) -> list[dict[str, Any]]:
    """The rows as records, their children and TYPEOF parents read in; without `pages`, whole."""
    shape = plan.shape
    assert shape is not None
    for filling in plan.fillings:
        filling.later.found = {}
    for index, filling in enumerate(plan.fillings):
        _fill(db, filling, rows, pages, (*path, index))
    return [made for row in rows if (made := shape.value(row)) is not None]


def _fill(
    db: sqlite3.Connection,
    filling: Filling,
    rows: list[Any],
    pages: ChildPages | None,
    path: Path,
) -> None:
    ids = {row[filling.later.id_index] for row in rows} - {None}
    if not ids:
        return
    plan = filling.plan
    key_index = plan.column(filling.key_sql)
    extra = f"{filling.key_sql} IN (SELECT value FROM json_each(:parent_ids))"
    found = db.execute(
        plan.sql(extra=extra), {**plan.parameters(), "parent_ids": json.dumps(sorted(ids))}
    ).fetchall()
    grouped: dict[str, list[Any]] = {}
    for row in found:
        grouped.setdefault(row[key_index], []).append(row)
    every = {key: _bounded(some, filling) for key, some in grouped.items()}
    kept = {key: some[: pages.size] if pages else some for key, some in every.items()}
    flat = [row for some in kept.values() for row in some]
    made = iter(records(db, plan, flat, pages=pages, path=path))
    for key, some in kept.items():
        inner = [next(made) for _ in some]
        if filling.kind == "typeof":
            filling.later.found[key] = inner[0]
        elif inner:
            filling.later.found[key] = _child_result(plan, every[key], inner, pages, path)


def _child_result(
    plan: Plan, every: list[Any], shown: list[Any], pages: ChildPages | None, path: Path
) -> dict[str, Any]:
    """The rows of one parent as their own result, with a locator when there are more."""
    out: dict[str, Any] = {"totalSize": len(every), "done": len(every) == len(shown)}
    if pages is not None and not out["done"]:
        at = plan.columns.index(f'{plan.scope.table}."Id"')
        out["nextRecordsUrl"] = pages.keep(path, [row[at] for row in every])
    return {**out, "records": shown}


def _bounded(rows: list[Any], filling: Filling) -> list[Any]:
    if filling.kind == "typeof":
        return rows[:1]
    end = None if filling.limit is None else filling.offset + filling.limit
    return rows[filling.offset : end]
