"""Reading one file into the staging: every cell parsed, every row judged, nothing stored yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sightline.agreement.canonical import Unreadable
from sightline.agreement.naming import column_key
from sightline.exchange.imports.cells import Formats, Parser, parser_for
from sightline.exchange.imports.mapping import Column
from sightline.exchange.imports.specs import Context, LeftOut, Object, Row, Staged, Values
from sightline.exchange.imports.staging import Refusal, Staging
from sightline.exchange.tables.csvfile import CsvFile, records
from sightline.exchange.tables.formulas import unguarded
from sightline.planning.errors import PlanningError

_MENDED = "sightlineproblem"
_REPORT_EVERY = 5_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A file with everything that is settled about it. `number` is its place in the import."""

    number: int
    file: CsvFile
    spec: Object
    columns: tuple[Column, ...]
    formats: Formats
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Read:
    """What reading a file told: records, refused ones, and those that are none of ours."""

    rows: int = 0
    refused: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def stage_file(
    source: Source, staging: Staging, context: Context, *, progress: Progress = lambda _: None
) -> Read:
    """Stage every row of a file. Refused rows are noted and the rest goes on.

    Raises TableRefused where the file itself breaks off.
    """
    read = Read()
    reader = _Reader(source, context)
    for number, cells in source_records(source):
        read.rows += 1
        if read.rows % _REPORT_EVERY == 0:
            progress(read.rows)
        try:
            for one in reader.staged(cells):
                staging.add(one, file=source.number, row=number)
        except LeftOut as out:
            read.left_out[out.code] += 1
        except _Refused as why:
            read.refused += 1
            staging.note(Refusal(source.number, number, why.code, why.message, why.column))
    progress(read.rows)
    return read


def source_records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """The file's records; in a file of mended rows the guards before formulas are taken off."""
    mended = any(column_key(name) == _MENDED for name in source.file.header)
    for number, cells in records(source.file):
        yield number, [unguarded(cell) for cell in cells] if mended else cells


class _Refused(Exception):
    """One row's reason."""

    def __init__(self, code: str, message: str, column: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.column = code, message, column


class _Reader:
    """Parsers of a file's columns, made once."""

    def __init__(self, source: Source, context: Context) -> None:
        self._spec = source.spec
        self._width = len(source.file.header)
        self._steps: list[tuple[int, str, Parser, str]] = []
        for column in source.columns:
            if column.field is None:
                continue
            parser = _meant(
                parser_for(column.field, source.formats), source.meanings.get(column.field.name)
            )
            self._steps.append((column.place, column.field.name, parser, column.header))
        self._present = frozenset(name for _, name, _, _ in self._steps)
        headers = {name: header for _, name, _, header in self._steps}
        self._required = tuple(
            (one.name, headers.get(one.name, one.name))
            for one in source.spec.fields
            if one.required
        )
        self._nothing = source.spec.nothing
        options = {**context.options, "decimal_mark": source.formats.decimal}
        self._context = replace(context, options=options)

    def staged(self, cells: Sequence[str]) -> Sequence[Staged]:
        """The rows of one record; raises `_Refused` or `LeftOut`."""
        if len(cells) != self._width:
            raise _Refused(
                "ragged", f"{len(cells)} cells where the first row names {self._width} columns"
            )
        values = self._values(cells)
        for name, header in self._required:
            if not values.get(name):
                raise _Refused("empty", f"{header} is empty", header)
        try:
            return self._spec.emit(Row(values, self._present, self._context))
        except (Unreadable, PlanningError) as problem:
            raise _Refused("unreadable", str(problem)) from None

    def _values(self, cells: Sequence[str]) -> Values:
        values: Values = {}
        for place, name, parser, header in self._steps:
            raw = cells[place]
            if not raw or raw.isspace() or raw in self._nothing:
                values[name] = None
                continue
            try:
                values[name] = parser(raw)
            except Unreadable as problem:
                raise _Refused("unreadable", f"{header}: {problem}", header) from None
        return values


def _meant(parser: Parser, meanings: Mapping[str, str] | None) -> Parser:
    """A parser that first puts in what a mapping says a value means."""
    if not meanings:
        return parser
    table = dict(meanings)
    return lambda raw: parser(table.get(raw.strip().casefold(), raw))
