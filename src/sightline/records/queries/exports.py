"""Printed plans as their page shows them: which may be asked for, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning.permissions import Act, Category
from sightline.records.models import Job, Plan, SignIn
from sightline.records.reach import open_accounts
from sightline.records.scoping import Person, person_of, visible_accounts

JOB = "two_pages"
MAP_JOB = "people_map"


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


def printable_plans(person: Person, *, on: date) -> tuple[Printable, ...]:
    """Running plans whose accounts the person may read plans of, by name. One query."""
    accounts = open_accounts(person, Category.PLAN, Act.READ)
    rows = Plan.objects.filter(account__in=accounts, starts_on__lte=on, ends_on__gte=on)
    return tuple(
        Printable(pk, name, label or f"FY{year}")
        for pk, name, label, year in rows.order_by("account__sort_name", "account_id").values_list(
            "account_id", "account__name", "label", "year"
        )
    )


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
