"""Printed plans as their page shows them: which may be asked for, and how far one is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from sightline.agreement.naming import sort_key
from sightline.planning.permissions import Act, Category
from sightline.records.by_name import Place, begins, page_by_name
from sightline.records.models import Account, Job, Plan, SignIn
from sightline.records.queries.kept import are_kept, kept_list
from sightline.records.reach import Reach, open_accounts
from sightline.records.scoping import Person, person_of, visible_accounts

JOB = "two_pages"
MAP_JOB = "people_map"
PAGE = 50
KEPT = "printable_plans"


@dataclass(frozen=True, slots=True)
class Printable:
    """A plan that a person may print."""

    account_id: int
    account: str
    label: str


@dataclass(frozen=True, slots=True)
class PrintState:
    """How far a person's own print is; `accounts` are those asked for."""

    id: int
    state: str
    done: int
    total: int | None
    note: str
    error: str
    accounts: tuple[int, ...]

    @property
    def working(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in {Job.State.WAITING, Job.State.RUNNING}


@dataclass(frozen=True, slots=True)
class PrintablePage:
    """Some of the plans by name, with the places of the pages around them (records.by_name)."""

    plans: tuple[Printable, ...]
    before: str
    after: str


def printable_page(reach: Reach, *, on: date, words: str, at: Place) -> PrintablePage:
    """A page of accounts with a running plan that the person may read, those whose name begins
    with `words`. Two queries."""
    running = _running(on)
    accounts = reach.accounts(Category.PLAN)
    accounts = accounts.filter(Exists(running.filter(account_id=OuterRef("pk"))))
    if words.strip():
        accounts = accounts.filter(begins("sort_name", sort_key(words)))
    found = page_by_name(accounts.only("name", "sort_name"), "pk", at=at, most=PAGE)
    labels = _labels(running, [row.pk for row in found.rows])
    plans = tuple(Printable(row.pk, row.name, labels.get(row.pk, "")) for row in found.rows)
    return PrintablePage(plans, found.before, found.after)


@dataclass(frozen=True, slots=True)
class PlanCount:
    """How many accounts have a running plan, of those where plans are open to somebody."""

    plans: int


def plan_count(reach: Reach, *, on: date) -> PlanCount:
    """Counted now. One query."""
    running = _running(on).filter(account__in=reach.accounts(Category.PLAN).values("pk"))
    return PlanCount(running.values("account_id").distinct().count())


def printable_count(reach: Reach, *, on: date) -> tuple[PlanCount | None, datetime | None]:
    """How many plans the person may print, counted now (no time) or by the job that keeps lists
    (its time; None before it did). Up to two queries."""
    if not are_kept(reach):
        return plan_count(reach.for_all_rows(), on=on), None
    found = kept_list(reach, Category.PLAN, KEPT, PlanCount)
    return found or (None, None)


def printable_accounts(
    person: Person, *, on: date, among: Iterable[int] | None = None
) -> tuple[int, ...]:
    """Accounts with a running plan that the person may read, of some or of all. One query."""
    rows = _readable(person, on, among=among)
    return tuple(rows.order_by("sort_name", "pk").values_list("pk", flat=True))


def printed_name(person: Person, account_id: int, *, on: date) -> Printable | None:
    """One account's running plan, if the person may read it. Two queries."""
    rows = _readable(person, on, among=[account_id])
    name = rows.values_list("name", flat=True).first()
    if name is None:
        return None
    return Printable(account_id, name, _labels(_running(on), [account_id])[account_id])


def _running(on: date) -> QuerySet[Plan]:
    return Plan.objects.filter(starts_on__lte=on, ends_on__gte=on)


def _readable(person: Person, on: date, *, among: Iterable[int] | None = None) -> QuerySet[Account]:
    planned = _running(on).values("account_id")
    if among is None:
        return open_accounts(person, Category.PLAN, Act.READ).filter(pk__in=planned)
    seen = visible_accounts(person, Category.PLAN, Act.READ)
    return seen.filter(pk__in=list(among)).filter(pk__in=planned.filter(account_id__in=list(among)))


def _labels(running: QuerySet[Plan], accounts: list[int]) -> dict[int, str]:
    rows = running.filter(account_id__in=accounts).order_by("year")
    told = rows.values_list("account_id", "label", "year")
    return {account: label or f"FY{year}" for account, label, year in told}


def may_read_plans(person: Person, account_ids: tuple[int, ...]) -> bool:
    """Whether every one of some accounts' plans is still open to the person. One query."""
    seen = visible_accounts(person, Category.PLAN, Act.READ).filter(pk__in=account_ids)
    return bool(account_ids) and seen.count() == len(set(account_ids))


def own_print(person: Person, job_id: int) -> PrintState | None:
    """A print the person asked for themselves; None for anybody else's. One query."""
    job = Job.objects.filter(pk=job_id, name=JOB, requested_by_id=person.id).first()
    if job is None:
        return None
    return _state(job, tuple(int(pk) for pk in job.payload.get("accounts", ())))


@dataclass(frozen=True, slots=True)
class MapFile:
    """A person's own file of a map: how far it is, of which account, and what it holds of people."""

    state: PrintState
    account_id: int
    kind: str
    opinions: bool
    roles: bool


def own_map_file(person: Person, job_id: int) -> MapFile | None:
    """A file of a map that the person asked for themselves; None for anybody else's. One query."""
    job = Job.objects.filter(pk=job_id, name=MAP_JOB, requested_by_id=person.id).first()
    if job is None:
        return None
    told = job.payload
    account = int(told["account"])
    return MapFile(
        state=_state(job, (account,)),
        account_id=account,
        kind=str(told["kind"]),
        opinions=bool(told["opinions"]),
        roles=bool(told["roles"]),
    )


def _state(job: Job, accounts: tuple[int, ...]) -> PrintState:
    return PrintState(
        id=job.pk,
        state=job.state,
        done=job.progress_done,
        total=job.progress_total,
        note=job.progress_note,
        error=job.last_error,
        accounts=accounts,
    )


def reader_of(sign_in_id: int) -> Person | None:
    """Whom a print is for, with the rights they have now; None once they may not come in."""
    row = SignIn.objects.filter(pk=sign_in_id, is_active=True).first()
    return person_of(row) if row is not None else None
