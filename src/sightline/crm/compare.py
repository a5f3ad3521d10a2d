"""The full comparison over the port: everything there against everything here."""

from __future__ import annotations

from collections.abc import Callable

from sightline.actions.sync import comparing, merging
from sightline.actions.sync.comparing import Tally
from sightline.actions.sync.context import Context
from sightline.crm.session import Session
from sightline.records.queries import sync as queries

# Small, so that a comparison never keeps people waiting for SQLite's one writer.
_CHUNK = 50
Progress = Callable[[int, int | None, str], None]


def compare(
    session: Session,
    *,
    repair: bool,
    progress: Progress = lambda done, total, note: None,
) -> Tally:
    """Compare every mapped object; with `repair`, mend what differs. The result is kept."""
    started, tally, context = session.clock(), Tally(), session.context()
    for name in session.mirrored(context):
        _compare_object(session, context, name, tally, repair=repair, progress=progress)
    comparing.keep_comparison(session.connection_id, tally, started=started, now=session.clock())
    return tally


# From so many rows on an object that tells no deletions is swept by the full comparison alone.
SWEPT_ROWS = 20_000


def sweep(session: Session) -> Tally:
    """Find what was deleted from objects that leave no trace of it (sharing rows, stages)."""
    tally, context = Tally(), session.context()
    told = session.crm.traits.tells_deletions
    for name in session.mirrored(context):
        cursor = queries.cursor(session.connection_id, name)
        traced = told and context.shapes[name].tracks_changes
        if not traced and not cursor.first_load and (cursor.total or 0) < SWEPT_ROWS:
            _compare_object(session, context, name, tally, repair=True)
    return tally


def _compare_object(
    session: Session,
    context: Context,
    name: str,
    tally: Tally,
    *,
    repair: bool,
    progress: Progress = lambda done, total, note: None,
) -> None:
    seen: set[str] = set()
    read, fields = session.read(context, name), session.fields(context, name)
    for page in session.crm.everything(name, fields, ""):
        seen |= {one.id for one in page.rows}
        for start in range(0, len(page.rows), _CHUNK):
            comparing.compare_rows(
                context,
                page.rows[start : start + _CHUNK],
                tally,
                read=read,
                now=session.clock(),
                repair=repair,
            )
        progress(tally.rows, page.total, name)
    _missing(session, name, seen, tally, repair=repair)


def _missing(session: Session, name: str, seen: set[str], tally: Tally, *, repair: bool) -> None:
    """What was not listed is asked for by id before it counts: it may be new, or archived."""
    context = session.context()
    read, batch = session.read(context, name), session.crm.traits.batch
    unseen = sorted(comparing.ids_here(context, name) - seen)
    gone: set[str] = set()
    for start in range(0, len(unseen), batch):
        part = unseen[start : start + batch]
        known = session.crm.rows(name, part, session.fields(context, name))
        gone |= set(part) - {one.id for one in known if not one.deleted}
        if repair:  # a row that lost a merge says so, and what hangs on it follows the winner
            told = [one for one in known if one.deleted]
            merging.merge_records(context, told, read=read, now=session.clock(), fresh=True)
    comparing.compare_missing(
        context, name, gone, tally, read=read, now=session.clock(), repair=repair
    )
