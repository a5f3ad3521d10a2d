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


def read_watched(session: Session, accounts: Sequence[str]) -> Stored:
    """Read and merge what changed lately in these accounts, with one call for each 200."""
    context, total = session.context(), Stored()
    names = [one for one in COLUMNS if one in session.mirrored(context)][: session.crm.traits.asks]
    since = session.clock() - LOOK_BACK
    for start in range(0, len(accounts), ACCOUNTS):
        keys = accounts[start : start + ACCOUNTS]
        asks = [Ask(one, session.fields(context, one), COLUMNS[one], keys, since) for one in names]
        found: dict[str, list[RemoteRecord]] = {}
        for record in session.crm.touched(asks):
            found.setdefault(record.object, []).append(record)
        for name in (one for one in context.rules.objects if one in found):
            read, now = session.read(context, name), session.clock()
            total.add(merging.merge_records(context, found[name], read=read, now=now))
    return total
