"""Playbooks as their pages show them: what each says, its newest trial, and what came of its runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q

from sightline.planning.permissions import Act, Category
from sightline.records.models import (
    Action,
    Job,
    Playbook,
    PlaybookEdition,
    PlaybookRun,
    PlaybookStep,
    PlaybookTrial,
)
from sightline.records.reach import reach_of
from sightline.records.scoping import Person, visible_accounts

PAGE = 50


@dataclass(frozen=True, slots=True)
class Trial:
    """A dry run. `state` waiting, running, failed or done; `accounts` the first found."""

    id: int
    state: str
    day: date | None
    looked_at: int
    total: int | None
    starts: int
    actions: int
    without_owner: int
    accounts: tuple[tuple[int, str, str], ...]
    finished_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a playbook's runs, of every edition. `mean_days` from start to end by cause
    gone or last step; None before any ended so."""

    runs: int = 0
    running: int = 0
    finished: int = 0
    cause_gone: int = 0
    tier: int = 0
    stopped: int = 0
    mean_days: float | None = None
    steps: int = 0
    done: int = 0
    late: int = 0
    without_owner: int = 0


@dataclass(frozen=True, slots=True)
class BookRow:
    """One playbook with its edition in force."""

    id: int
    version: int
    name: str
    edition: int
    is_on: bool
    switched_at: datetime | None
    trigger: str
    threshold: float | None
    steps: tuple[tuple[str, str, int, str], ...]
    tiers: tuple[int, ...]
    measured: Measured
    tried: bool


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One edition, for the history of a playbook."""

    number: int
    trigger: str
    threshold: float | None
    steps: tuple[tuple[str, str, int, str], ...]
    written_at: datetime
    by: str
    runs: int


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run on an account that the reader sees."""

    id: int
    account_id: int
    account: str
    playbook: str
    why: str
    started_on: date
    ending: str
    ended_on: date | None
    ended_why: str
    open_steps: int
    next_due: date | None
    may_stop: bool


def playbooks(*, on: date) -> tuple[BookRow, ...]:
    """Every playbook, those switched on first. Five queries."""
    measured = _measured(on)
    tried = set(
        PlaybookTrial.objects.filter(finished_at__isnull=False).values_list(
            "playbook_id", "edition"
        )
    )
    editions = {
        row.playbook_id: row
        for row in PlaybookEdition.objects.filter(number=F("playbook__edition"))
    }
    rows = Playbook.objects.order_by("-is_on", "name")
    return tuple(
        _book(row, editions[row.pk], measured.get(row.pk, Measured()), tried) for row in rows
    )


def newest_trial(person: Person, book: BookRow) -> Trial | None:
    """The newest dry run of the edition in force; names only of accounts the person sees."""
    row = (
        PlaybookTrial.objects.filter(playbook_id=book.id, edition=book.edition)
        .order_by("-asked_at", "-pk")
        .first()
    )
    if row is None:
        return None
    job = Job.objects.filter(name="playbooks.try", key=f"trial:{row.pk}").order_by("-pk").first()
    running = row.finished_at is None and job is not None
    seen = visible_accounts(person).filter(pk__in=[pk for pk, _ in row.accounts])
    names = dict(seen.values_list("pk", "name"))
    return Trial(
        id=row.pk,
        state="done" if row.finished_at else (job.state if job is not None else "failed"),
        day=row.day,
        looked_at=job.progress_done if running and job else row.looked_at,
        total=job.progress_total if running and job else row.total,
        starts=row.starts,
        actions=row.actions,
        without_owner=row.without_owner,
        accounts=tuple((pk, names[pk], why) for pk, why in row.accounts if pk in names),
        finished_at=row.finished_at,
        error=job.last_error if running and job else "",
    )


def editions_of(playbook_id: int) -> tuple[EditionRow, ...]:
    """What a playbook said before, the newest first. Two queries."""
    runs = dict(
        PlaybookRun.objects.filter(playbook_id=playbook_id)
        .values_list("edition")
        .annotate(count=Count("pk"))
    )
    rows = PlaybookEdition.objects.filter(playbook_id=playbook_id).select_related("written_by")
    return tuple(
        EditionRow(
            number=row.number,
            trigger=row.trigger,
            threshold=row.threshold,
            steps=tuple((t, k, d, o) for t, k, d, o in row.steps),
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            runs=runs.get(row.number, 0),
        )
        for row in rows.order_by("-number")
    )


def runs_seen(
    person: Person, *, playbook_id: int | None = None, ended: bool = False, page: int = 1
) -> tuple[tuple[RunRow, ...], bool]:
    """A page (from 1) of runs on accounts whose plan the person reads, and whether more are."""
    rows = PlaybookRun.objects.filter(reach_of(person).on(Category.PLAN))
    rows = rows.exclude(ending="") if ended else rows.filter(ending="")
    if playbook_id is not None:
        rows = rows.filter(playbook_id=playbook_id)
    start = (page - 1) * PAGE
    listed = list(
        rows.select_related("account", "playbook").order_by("-started_on", "-pk")[
            start : start + PAGE + 1
        ]
    )
    shown = listed[:PAGE]
    steps = _open_steps([row.pk for row in shown])
    may = set(
        visible_accounts(person, Category.PLAN, Act.WRITE)
        .filter(pk__in=[row.account_id for row in shown])
        .values_list("pk", flat=True)
    )
    return tuple(_run(row, steps, may) for row in shown), len(listed) > PAGE


def run_exists(person: Person, run_id: int) -> bool:
    """Whether there is such a run on an account whose plan the person reads. One query."""
    seen = visible_accounts(person, Category.PLAN, Act.READ).filter(pk=OuterRef("account_id"))
    return PlaybookRun.objects.filter(Exists(seen), pk=run_id).exists()


def _run(row: PlaybookRun, steps: dict[int, tuple[int, date | None]], may: set[int]) -> RunRow:
    count, due = steps.get(row.pk, (0, None))
    return RunRow(
        id=row.pk,
        account_id=row.account_id,
        account=row.account.name,
        playbook=row.playbook.name,
        why=str(row.facts.get("text", "")),
        started_on=row.started_on,
        ending=row.ending,
        ended_on=row.ended_on,
        ended_why=row.ended_why,
        open_steps=count,
        next_due=due,
        may_stop=not row.ending and row.account_id in may,
    )


def _open_steps(ids: list[int]) -> dict[int, tuple[int, date | None]]:
    rows = PlaybookStep.objects.filter(run_id__in=ids, action__state=Action.State.OPEN)
    found: dict[int, tuple[int, date | None]] = {}
    for run, due in rows.order_by("-action__due_on").values_list("run_id", "action__due_on"):
        found[run] = (found.get(run, (0, None))[0] + 1, due)
    return found


def _book(
    row: Playbook, edition: PlaybookEdition, measured: Measured, tried: set[tuple[int, int]]
) -> BookRow:
    return BookRow(
        id=row.pk,
        version=row.version,
        name=row.name,
        edition=row.edition,
        is_on=row.is_on,
        switched_at=row.switched_at,
        trigger=edition.trigger,
        threshold=edition.threshold,
        steps=tuple((t, k, d, o) for t, k, d, o in edition.steps),
        tiers=tuple(edition.tiers),
        measured=measured,
        tried=(row.pk, row.edition) in tried,
    )


def _measured(on: date) -> dict[int, Measured]:
    counts: dict[str, Any] = {
        code or "running": Count("pk", filter=Q(ending=code)) for code in PlaybookRun.Ending.values
    }
    took = ExpressionWrapper(F("ended_on") - F("started_on"), output_field=DurationField())
    ended = Q(ending__in=(PlaybookRun.Ending.FINISHED, PlaybookRun.Ending.CAUSE_GONE))
    runs = PlaybookRun.objects.values("playbook_id").annotate(
        runs=Count("pk"), took=Avg(took, filter=ended), **counts
    )
    done = Q(action__state=Action.State.DONE)
    still = Q(action__state=Action.State.OPEN)
    steps: dict[int, dict[str, Any]] = {}
    for row in PlaybookStep.objects.values("run__playbook_id").annotate(
        steps=Count("pk"),
        done=Count("pk", filter=done),
        late=Count("pk", filter=still & Q(action__due_on__lt=on)),
        without_owner=Count("pk", filter=still & Q(action__owner=None)),
    ):
        held: dict[str, Any] = dict(row)
        steps[held.pop("run__playbook_id")] = held
    found = {}
    for run in runs:
        values: dict[str, Any] = dict(run)
        pk, days = values.pop("playbook_id"), values.pop("took")
        mean = days.total_seconds() / 86_400 if days is not None else None
        found[pk] = Measured(mean_days=mean, **values, **steps.get(pk, {}))
    return found
