"""Live reads: one call for everything that is on somebody's screen, and what waits goes out.

A hint only. It moves no mark: the rounds of the mirror find whatever this leaves out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sightline.actions.sync import merging
from sightline.actions.sync.store import Stored
from sightline.agreement.records import Ask, RemoteRecord
from sightline.crm.session import Session

# A commit may show a little later than its stamp says.
LOOK_BACK = dt.timedelta(minutes=2)
# By which column the rows of an account are known, the most contested first.
COLUMNS = {
    "Opportunity": "AccountId",
    "Task": "AccountId",
    "OpportunityContactRole": "Opportunity.AccountId",
    "Contact": "AccountId",
    "Account": "Id",
}
ACCOUNTS = 200
# What goes out at once; decided tiers wait for the next round.
PROMPT = frozenset(COLUMNS) - {"Account"}


class Seen:
    """What a worker read and merged a moment ago: the same row read again is not merged again.

    Only merging is spared: what changed here is found by version, and a row that a person decided
    on asks for a read of its own. A worker that begins knows nothing, which is safe.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], tuple[dt.datetime, str]] = {}

    def news(self, records: Sequence[RemoteRecord]) -> list[RemoteRecord]:
        """The records that say something else than last time."""
        return [one for one in records if self._rows.get((one.object, one.id)) != _said(one)]

    def note(self, records: Sequence[RemoteRecord], stored: Stored) -> None:
        """These were merged; those that wait or were refused come again."""
        for one in records:
            if one.id not in stored.waiting and one.id not in stored.refused:
                self._rows[one.object, one.id] = _said(one)
        if len(self._rows) > _MOST:
            self._rows.clear()


_MOST = 20_000


def _said(record: RemoteRecord) -> tuple[dt.datetime, str]:
    return record.stamp, record.digest()


def read_watched(session: Session, accounts: Sequence[str], *, seen: Seen | None = None) -> Stored:
    """Read and merge what changed lately in these accounts, with one call for each 200."""
    context, total, seen = session.context(), Stored(), seen or Seen()
    names = [one for one in COLUMNS if one in session.mirrored(context)][: session.crm.traits.asks]
    since = session.clock() - LOOK_BACK
    for start in range(0, len(accounts), ACCOUNTS):
        keys = accounts[start : start + ACCOUNTS]
        asks = [Ask(one, session.fields(context, one), COLUMNS[one], keys, since) for one in names]
        found: dict[str, list[RemoteRecord]] = {}
        for record in seen.news(session.crm.touched(asks)):
            found.setdefault(record.object, []).append(record)
        for name in (one for one in context.rules.objects if one in found):
            read, now = session.read(context, name), session.clock()
            stored = merging.merge_records(context, found[name], read=read, now=now)
            seen.note(found[name], stored)
            total.add(stored)
    return total
