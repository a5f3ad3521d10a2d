"""Running queries for every interface that takes them: REST, Bulk, composite."""

import json
from dataclasses import dataclass
from typing import Any

from sightline_sandbox.soql import parser, run, tree
from sightline_sandbox.soql.compile import compile_query
from sightline_sandbox.soql.cursors import Cursor
from sightline_sandbox.soql.plan import Plan
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.user_access import is_user_access, user_access
from sightline_sandbox.work import Work


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a query; `cursor` and `position` name the next page."""

    records: list[dict[str, Any]]
    total: int
    cursor: str | None = None
    position: int = 0

    def body(self, base: str, path: str = "query") -> dict[str, Any]:
        """The answer as REST gives it."""
        out: dict[str, Any] = {"totalSize": self.total, "done": self.cursor is None}
        if self.cursor is not None:
            out["nextRecordsUrl"] = f"{base}/{path}/{self.cursor}-{self.position}"
        out["records"] = self.records
        return out


def plan_of(work: Work, text: str, *, all_rows: bool = False) -> Plan:
    """The compiled query."""
    query = parser.parse(text)
    return compile_query(query, work.org.build(work, text, all_rows=all_rows), base=work.base)


def query(work: Work, text: str, *, all_rows: bool = False) -> Page:
    """The first page of a query."""
    parsed = parser.parse(text)
    if is_user_access(parsed):
        rows = user_access(work, parsed, text)
        return Page(rows, len(rows))
    return first_page(work, parsed, text, all_rows=all_rows)


def first_page(work: Work, parsed: tree.Query, text: str, *, all_rows: bool) -> Page:
    """The first page of a query over stored rows."""
    plan = compile_query(parsed, work.org.build(work, text, all_rows=all_rows), base=work.base)
    if plan.count_only:
        return Page([], run.count(work.db, plan))
    if plan.aggregate:
        rows = run.groups(work.db, plan)
        return Page(rows, len(rows))
    size = work.options.batch_size
    found, more = run.first_rows(work.db, plan, size)
    pages = _child_pages(work, text, all_rows=all_rows)
    records = run.records(work.db, plan, found, pages=pages)
    if parsed.seen_as is not None:
        _note_seen(work, plan, records, parsed.seen_as)
    if not more:
        return Page(records, len(records))
    ids = run.all_ids(work.db, plan)
    cursor = Cursor(text, work.viewer.user_id, all_rows, ids)
    return Page(records, len(ids), work.org.cursors.keep(cursor), size)


def _child_pages(work: Work, text: str, *, all_rows: bool, path: run.Path = ()) -> run.ChildPages:
    """Long lists of child rows get a cursor of their own; `path` is where the query itself is."""
    size = work.options.batch_size

    def keep(below: run.Path, ids: list[str]) -> str:
        cursor = Cursor(text, work.viewer.user_id, all_rows, ids, (*path, *below))
        return f"{work.base}/query/{work.org.cursors.keep(cursor)}-{size}"

    return run.ChildPages(size, keep)


def _note_seen(work: Work, plan: Plan, records: list[dict[str, Any]], kind: str) -> None:
    """`FOR VIEW` and `FOR REFERENCE` date the rows, which `recent` lists by; no stamp moves."""
    columns = [
        name
        for name in ("LastReferencedDate", *(["LastViewedDate"] if kind == "VIEW" else []))
        if plan.sobject.find(name) is not None
    ]
    ids = [str(r["attributes"]["url"]).rsplit("/", 1)[-1] for r in records]
    if not columns or not ids:
        return
    sets = ", ".join(f"{quoted(name)} = :now" for name in columns)
    with work.org.database.writing() as db:
        db.execute(
            f"UPDATE {quoted(plan.sobject.name)} SET {sets} "
            'WHERE "Id" IN (SELECT value FROM json_each(:ids))',
            {"now": work.stamp, "ids": json.dumps(ids)},
        )


def next_page(work: Work, locator: str) -> Page:
    """The page a locator such as `0r8xx…-2000` names."""
    name, _, position = locator.rpartition("-")
    cursor = work.org.cursors.find(name, work.viewer.user_id)
    if not position.isdigit() or int(position) >= len(cursor.ids):
        return Page([], len(cursor.ids))
    start = int(position)
    whole = plan_of(work, cursor.text, all_rows=cursor.all_rows)
    plan = run.subplan(whole, cursor.path)
    pages = _child_pages(work, cursor.text, all_rows=cursor.all_rows, path=cursor.path)
    end = start + work.options.batch_size
    rows = run.rows_of(work.db, plan, cursor.ids[start:end])
    records = run.records(work.db, plan, rows, pages=pages)
    if end >= len(cursor.ids):
        return Page(records, len(cursor.ids))
    return Page(records, len(cursor.ids), name, end)
