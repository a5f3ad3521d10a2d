"""What an import is about to read: its files with columns and formats settled, its workspace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sightline.exchange.imports.discover import Discovered, discover
from sightline.exchange.imports.mapping import (
    Chosen,
    match_columns,
    read_mapping,
    unknown_columns,
)
from sightline.exchange.imports.parse import Source
from sightline.exchange.imports.salesforce import ALONE, EXPECTED, OBJECTS, REQUIRED
from sightline.exchange.imports.specs import Context, Object
from sightline.exchange.imports.survey import Ambiguous, Evidence, Question, gather, settle
from sightline.exchange.tables.csvfile import CsvFile, records
from sightline.exchange.tables.errors import TableRefused

Progress = Callable[[int, int | None, str], None]


def silent(done: int, total: int | None, note: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Job:
    """What somebody asked to import. `given` are answers to format questions, `today` the day
    of the import, `currency` what amounts are in where a file does not say. `goes_on` where accounts
    of the same source are here: a part of an export, a mended file say, is enough then."""

    kind: str
    paths: tuple[Path, ...]
    workspace: Path
    chosen: Chosen
    today: dt.date
    currency: str
    given: Mapping[str, str] = field(default_factory=dict)
    goes_on: bool = False

    @property
    def context(self) -> Context:
        """What parsing needs."""
        return Context(self.currency, self.today.isoformat(), options=dict(self.chosen.options))


@dataclass(frozen=True, slots=True)
class Plan:
    """Files in the order in which they are staged, and what is to be said once."""

    sources: tuple[Source, ...]
    evidence: tuple[Evidence, ...]
    warnings: tuple[dict[str, object], ...]
    org: str = ""
    beside: Mapping[str, Path] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Records in all files."""
        return sum(one.rows for one in self.evidence)


def plan_export(job: Job, *, progress: Progress = silent) -> Plan:
    """Look at a Salesforce export. Raises TableRefused; `Ambiguous` where formats are asked."""
    seen = discover(job.paths, job.workspace)
    chosen = job.chosen
    warnings: list[dict[str, object]] = []
    if seen.mapping is not None and not chosen.columns:
        chosen = read_mapping(seen.mapping, OBJECTS.values())
        warnings.append(_said("mapping", "mapping.toml beside the files is used"))
    known = [one for one in seen.found if one.object is not None]
    present = {one.object for one in known}
    if not job.goes_on and not (present and present <= ALONE):
        _require_objects(present)
        warnings += _missing(present)
    warnings += _unread(seen)
    ordered = sorted(known, key=lambda one: list(OBJECTS).index(str(one.object)))
    files = [(one.file, OBJECTS[str(one.object)]) for one in ordered]
    sources, evidence = settle_files(job, files, chosen, plain_numbers=True, progress=progress)
    said = (*warnings, *_without_rows(sources, evidence), *columns_said(sources))
    return Plan(sources, evidence, said, seen.org, seen.beside)


def settle_files(
    job: Job,
    files: Sequence[tuple[CsvFile, Object]],
    chosen: Chosen,
    *,
    plain_numbers: bool,
    progress: Progress = silent,
) -> tuple[tuple[Source, ...], tuple[Evidence, ...]]:
    """Columns and formats of each file. Raises `Ambiguous` with every open question."""
    sources: list[Source] = []
    found: list[Evidence] = []
    questions: list[Question] = []
    given = {**chosen.options, **job.given}
    done = 0
    for number, (file, spec) in enumerate(files):
        progress(done, None, f"Reading {file.name}")
        columns = match_columns(file.header, spec, chosen.columns.get(spec.name, {}))
        by_place = {one.place: one.field for one in columns if one.field is not None}
        require(spec, {one.name for one in by_place.values()}, file)
        evidence = gather(records(file), by_place)
        formats, asked = settle(evidence, file=file.name, given=given, plain_numbers=plain_numbers)
        questions += asked
        meanings = chosen.values.get(spec.name, {})
        sources.append(Source(number, file, spec, columns, formats, meanings))
        found.append(evidence)
        done += evidence.rows
    if questions:
        raise Ambiguous(questions)
    return tuple(sources), tuple(found)


def require(spec: Object, columns_present: set[str], file: CsvFile) -> None:
    """Refuse a file that lacks a column which its kind cannot do without."""
    missing = [one for one in spec.fields if one.required and one.name not in columns_present]
    if missing:
        names = ", ".join(one.label or one.name for one in missing)
        raise TableRefused(
            "columns_missing",
            f"no column for {names}; the first row names {', '.join(file.header[:8])}",
            file=file.name,
        )


def _require_objects(present: set[str | None]) -> None:
    for name in REQUIRED:
        if name not in present:
            raise TableRefused("missing", f"{name}.csv is not here; nothing can be loaded without")


def _missing(present: set[str | None]) -> list[dict[str, object]]:
    return [
        {
            "code": "missing_object",
            "object": name,
            "message": f"no {name}: {OBJECTS[name].missing_costs.removeprefix(f'no {name}: ')}",
        }
        for name in EXPECTED
        if name not in present
    ]


def _unread(seen: Discovered) -> list[dict[str, object]]:
    said = [
        _said("not_recognised", f"{one.file.name} is left out: no object of an export")
        for one in seen.found
        if one.object is None
    ]
    for kind, path in sorted(seen.beside.items()):
        said.append(_said("beside", f"{path.name} lies beside: load it as {kind}"))
    return said


def _without_rows(
    sources: Sequence[Source], evidence: Sequence[Evidence]
) -> list[dict[str, object]]:
    return [
        _said("no_rows", f"{source.file.name} names its columns and holds no row")
        for source, found in zip(sources, evidence, strict=True)
        if not found.rows
    ]


def columns_said(sources: Sequence[Source]) -> list[dict[str, object]]:
    """What is said once of columns that nothing uses, and of encodings that were guessed."""
    said = []
    for one in sources:
        unknown = unknown_columns(one.columns, one.spec)
        if unknown:
            shown = ", ".join(unknown[:30]) + (" …" if len(unknown) > 30 else "")
            said.append(
                {
                    **_said("unknown_columns", f"{one.file.name}: not used: {shown}"),
                    "file": one.file.name,
                    "columns": unknown,
                }
            )
        if one.file.was_guessed:
            text = f"{one.file.name} is not UTF-8 and is read as Windows-1252: look at its accents"
            said.append(_said("encoding", text))
    return said


def _said(code: str, message: str) -> dict[str, object]:
    return {"code": code, "message": message}
