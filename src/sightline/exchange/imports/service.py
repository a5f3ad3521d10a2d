"""The import from outside: look, preview, apply, undo. CLI, worker and pages call these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from sightline.actions.imports import runs
from sightline.exchange.imports import ledger_files
from sightline.exchange.imports.activities import load_activities
from sightline.exchange.imports.apply import Apply, Cancelled, settle_records
from sightline.exchange.imports.flow import scope_of
from sightline.exchange.imports.kinds import RECORD_KINDS, plan_kind
from sightline.exchange.imports.ledger_specs import LEDGER_KINDS
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.plan import Job, Plan, Progress, plan_export, silent
from sightline.exchange.imports.preview import Preview, conclude, judge_staged, stage_plan
from sightline.exchange.imports.refused import write_refused
from sightline.exchange.imports.staging import Staging
from sightline.exchange.imports.survey import Ambiguous
from sightline.exchange.imports.undo import UndoFile
from sightline.exchange.imports.workspace import Workspace
from sightline.exchange.tables.errors import TableRefused
from sightline.records.queries.company import company_facts

EXPORT = "salesforce-export"
KINDS = (EXPORT, *RECORD_KINDS, *LEDGER_KINDS)
SALESFORCE, FILES = "salesforce", "files"
Cancelled_ = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks to import. `source` names where the rows come from; `given` answers
    format questions (dates, decimal, currency, zone)."""

    kind: str
    paths: tuple[Path, ...]
    chosen: Chosen
    given: Mapping[str, str]
    source: str = ""
    title: str = ""
    demonstration: bool = False

    @property
    def source_name(self) -> str:
        """The source's name, the usual one where none is given."""
        return self.source or ("Salesforce" if self.kind == EXPORT else "Files")


def begin(asked: Asked, *, actor_id: int | None) -> runs.Run:
    """Make the run and its folder; nothing is read yet."""
    names = [path.name for path in asked.paths]
    run = runs.begin(
        runs.NewRun(
            kind=asked.kind,
            title=asked.title or ", ".join(names),
            files=names,
            options={
                "paths": [str(path.resolve()) for path in asked.paths],
                "source": asked.source_name,
                "given": dict(asked.given),
                "demonstration": asked.demonstration,
            },
            mapping=asked.chosen.plain(),
        ),
        actor_id=actor_id,
    )
    runs.place(run, str(Workspace.of(run.pk).make()))
    return run


def job_of(run: runs.Run) -> Job:
    """What the run reads, and how."""
    given = dict(run.options.get("given", {}))
    return Job(
        kind=run.kind,
        paths=tuple(Path(path) for path in run.options.get("paths", [])),
        workspace=Path(run.folder),
        chosen=Chosen.of(run.mapping),
        today=today(),
        currency=given.get("currency") or runs.company_currency(),
        given=given,
        goes_on=runs.has_accounts_of(run.options.get("source", "")),
    )


def plan(job: Job, *, progress: Progress = silent) -> Plan:
    """Look at the files. Raises TableRefused."""
    if job.kind == EXPORT:
        return plan_export(job, progress=progress)
    return plan_kind(job, progress=progress)


def look(job: Job, *, source: str, progress: Progress = silent) -> tuple[Plan, Preview]:
    """Preview without a trace in the database; the workspace holds the staging."""
    space = Workspace(job.workspace)
    space.clear_staging()
    planned = plan(job, progress=progress)
    preview = Preview()
    held = runs.known_source(source)
    if job.kind in LEDGER_KINDS:
        ledger_files.preview_lines(planned, job, preview, progress=progress)
        return planned, preview
    with closing(Staging(space.staging)) as staging:
        stage_plan(planned, job, staging, preview, progress=progress)
        scope = scope_of(
            staging, source_id=held.pk if held else None, any_source=job.kind != EXPORT
        )
        judge_staged(staging, scope, preview, progress=progress)
        if job.kind == EXPORT:
            load_activities(staging, scope, preview, now=timezone.now(), progress=progress)
        conclude(planned, staging, preview)
        write_refused(planned.sources, staging, space.refused)
    return planned, preview


def preview_run(run_id: int, *, progress: Progress = silent) -> Preview | None:
    """Read a run's files and keep what was found; None where they are refused."""
    run = runs.get(run_id)
    job = job_of(run)
    try:
        planned, preview = look(job, source=run.options["source"], progress=progress)
        source = runs.source_for(
            SALESFORCE if run.kind == EXPORT else FILES,
            run.options["source"],
            demonstration=bool(run.options.get("demonstration")),
            outside_org=planned.org,
        )
    except Ambiguous as asked:
        questions = [
            {"name": one.name, "text": one.text, "readings": one.readings}
            for one in asked.questions
        ]
        runs.refuse(run, code="ambiguous", message=str(asked), questions=questions)
        raise
    except (TableRefused, runs.ImportProblem) as refused:
        runs.refuse(run, code=refused.code, message=str(refused))
        raise
    runs.set_source(run, source, owned=_owned(planned))
    runs.store_preview(
        run,
        counts=preview.counts(),
        warnings=preview.warnings,
        refusals=_refusals(planned, job),
    )
    return preview


def _owned(planned: Plan) -> dict[str, list[str]]:
    """Which fields of which object the files carry."""
    return {
        source.spec.name: [one.field.name for one in source.columns if one.field is not None]
        for source in planned.sources
    }


def _refusals(planned: Plan, job: Job) -> Iterator[Mapping[str, Any]]:
    names = {source.number: source.file.name for source in planned.sources}
    place = Workspace(job.workspace).staging
    if not place.exists():
        return
    with closing(Staging(place)) as staging:
        for one in staging.refusals():
            yield {
                "file": names.get(one.file, "")[:120],
                "row": one.row,
                "column": one.column[:120],
                "code": one.code[:40],
                "message": one.message,
            }


def apply_run(
    run_id: int, *, progress: Progress = silent, cancelled: Cancelled_ = lambda: False
) -> dict[str, Any]:
    """Store what was previewed, from the first row or from where it stopped.

    Answers the counts by target. Raises `Cancelled`.
    """
    run = runs.start_apply(run_id, now=timezone.now())
    job = job_of(run)
    try:
        if run.kind in LEDGER_KINDS:
            planned = ledger_files.recall(job) or plan(job)
            counts = ledger_files.apply_lines(planned, job, run, progress=progress)
        else:
            counts = _apply_records(run, job, progress, cancelled)
    except Cancelled:
        raise
    except BaseException as problem:
        runs.fail(run_id, message=str(problem) or type(problem).__name__)
        raise
    runs.finish(run, counts=counts, now=timezone.now())
    return counts


def _apply_records(
    run: runs.Run, job: Job, progress: Progress, cancelled: Cancelled_
) -> dict[str, Any]:
    space = Workspace(job.workspace)
    source = run.source_id
    if source is None:
        raise runs.ImportProblem("This import was not previewed.")
    with closing(Staging(space.staging)) as staging, closing(UndoFile(space.undo)) as undo:
        scope = scope_of(staging, source_id=source, any_source=run.kind != EXPORT)
        work = Apply(run, staging, undo, scope, source, progress=progress, cancelled=cancelled)
        counts = work.records().by_target
        settle_records(run, staging.targets(), progress=progress)
        if run.kind == EXPORT:
            preview = Preview()
            load_activities(staging, scope, preview, now=timezone.now(), run=run, progress=progress)
            counts |= {
                name: {"create": one.create, "change": 0, "skip": one.skip, "refuse": 0}
                for name, one in preview.tallies.items()
            }
    return counts


def today() -> dt.date:
    """The day of the import, the company's own."""
    return company_facts().today(timezone.now())


def expire(*, now: dt.datetime) -> int:
    """Delete the files of imports that are past their time; answers how many."""
    gone = runs.expired(now=now)
    for run_id, folder in gone:
        Workspace(Path(folder)).remove()
        runs.forget(run_id)
    return len(gone)
