"""What the people of planned accounts ask of a week, as it was prepared, with names of today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.records.models import Contact, CrmUser, OpportunityContactRole, WeekFacts
from sightline.records.prepared import prepared as composed_once
from sightline.records.queries.week.planned import WeekAccount
from sightline.records.queries.week.reading import marked


@dataclass(frozen=True, slots=True)
class Prepared:
    """The kept facts by planning account; `as_of` the oldest day, `unprepared` how many lack."""

    rows: Mapping[int, tuple[list[dict[str, Any]], list[dict[str, Any]]]]
    stale: Mapping[int, list[dict[str, Any]]]
    as_of: date | None
    unprepared: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """Somebody gone quiet; `deals` are the opportunities in which they are named."""

    contact_id: int
    account: WeekAccount
    since: date
    usual: int | None
    executive: bool
    decides: bool
    deals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """An account or one of its deals that hangs on one person, one of theirs or one of ours.

    `who` is a mark or one of ours by name; "" where unnamed. `deal` None: the account itself.
    """

    account: WeekAccount
    who: str
    contact_id: int | None
    deal: int | None


def prepared(accounts: Sequence[WeekAccount]) -> Prepared:
    """The kept facts of some accounts. One query."""
    wanted = {account.planning for account in accounts}
    rows = list(
        WeekFacts.objects.filter(account_id__in=wanted).values_list(
            "account_id", "quiet", "threads", "stale", "as_of"
        )
    )
    return Prepared(
        rows={pk: (quiet, threads) for pk, quiet, threads, _, _ in rows},
        stale={pk: stale for pk, _, _, stale, _ in rows if stale},
        as_of=min((day for *_, day in rows), default=None),
        unprepared=len(wanted) - len(rows),
    )


def quiet_people(kept: Prepared, shown: Mapping[int, WeekAccount]) -> Iterator[Quiet]:
    """Those still there, in accounts that the reader may see. Two queries."""
    facts = {one["contact"]: one for quiet, _ in kept.rows.values() for one in quiet}
    here = Contact.objects.filter(
        pk__in=facts, removed_at=None, erased_at=None, status=Contact.Status.ACTIVE
    )
    named: dict[int, list[int]] = {}
    roles = OpportunityContactRole.objects.filter(
        contact_id__in=facts, opportunity__is_closed=False, removed_at=None
    )
    for contact, deal in roles.values_list("contact_id", "opportunity_id"):
        named.setdefault(contact, []).append(deal)
    for pk, account in here.order_by("pk").values_list("pk", "account_id"):
        if account not in shown:
            continue
        fact = facts[pk]
        yield Quiet(
            contact_id=pk,
            account=shown[account],
            since=date.fromisoformat(fact["since"]),
            usual=fact["usual"],
            executive=fact["executive"],
            decides=fact["decides"],
            deals=tuple(named.get(pk, ())),
        )


def single_threads(kept: Prepared, accounts: Sequence[WeekAccount]) -> Iterator[Thread]:
    """What hangs on one person; only where the whole family is the reader's. One query at most."""
    found = [
        (account, thread)
        for account in accounts
        if account.id == account.planning and account.planning in kept.rows
        for thread in kept.rows[account.planning][1]
    ]
    ours = {thread["ours"] for _, thread in found} - {None}
    users = dict(CrmUser.objects.filter(pk__in=ours).values_list("pk", "name")) if ours else {}
    for account, thread in found:
        kind, _, key = thread["scope"].partition(":")
        theirs = thread["contact"]
        who = marked(theirs) if theirs is not None else users.get(thread["ours"], "")
        yield Thread(account, who, theirs, int(key) if kind == "opportunity" else None)


def names_of(contact_ids: Iterable[int]) -> dict[int, str]:
    """Names of those who were not erased. One query; none for nobody."""
    wanted = set(contact_ids)
    if not wanted:
        return {}
    return dict(_named(sorted(wanted)))


@composed_once
def _named(contact_ids: list[int]) -> QuerySet[Contact, Any]:
    here = Contact.objects.filter(pk__in=contact_ids, erased_at=None)
    return here.values_list("pk", "name")
