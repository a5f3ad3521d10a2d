"""A row of the CRM means the same whether a file brings it or the sync: decision 0032."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sightline.agreement.records import RemoteRecord
from sightline.agreement.values import FieldKind, FieldShape, ObjectShape
from sightline.exchange.demonstration import generate
from sightline.exchange.imports.cells import Formats
from sightline.exchange.imports.mapping import match_columns
from sightline.exchange.imports.parse import Source, stage_file
from sightline.exchange.imports.salesforce import OBJECTS
from sightline.exchange.imports.specs import Context, Staged
from sightline.exchange.tables.csvfile import look
from sightline.jobs.sync.meanings import SalesforceMeanings
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, tzinfo=UTC)
Meant = tuple[str, str, bool, Mapping[str, object]]
# Held together by other rows of the same read (a group that stands for a role) or by no mirror.
ELSEWHERE = {"AccountShare", "Group"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated export of a few accounts."""
    place = tmp_path_factory.mktemp("export")
    generate(place, accounts=24, seed=1, today=date(2026, 11, 21), without=frozenset())
    return place


class Kept:
    """What a file's rows come to, in order; nothing may be refused."""

    def __init__(self) -> None:
        self.rows: list[Meant] = []

    def add(self, one: Staged, *, file: int, row: int) -> None:
        self.rows.append((one.target, one.key, one.removed, one.values))

    def note(self, refusal: object) -> None:
        raise AssertionError(refusal)


def by_file(path: Path, name: str) -> list[Meant]:
    file = look(path)
    columns = match_columns(file.header, OBJECTS[name], {})
    kept: Any = Kept()
    source = Source(0, file, OBJECTS[name], tuple(columns), Formats())
    stage_file(source, kept, Context("GBP", NOW.date().isoformat()))
    rows: list[Meant] = kept.rows
    return rows


def by_sync(path: Path, name: str) -> list[Meant]:
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    fields = {field: FieldShape(field, FieldKind.TEXT) for field in records[0]}
    meanings = SalesforceMeanings(today=NOW.date().isoformat())
    read = meanings.reader(ObjectShape(name, fields), {}, {}, lambda *_: {})
    return [
        (one.target, one.key, one.removed, one.values)
        for record in records
        for one in read(
            RemoteRecord(name, record["Id"], {k: as_json(v) for k, v in record.items()}, NOW)
        )
    ]


def as_json(cell: str) -> object:
    """As the service's own answer has it."""
    if cell in ("true", "false"):
        return cell == "true"
    return cell or None


@pytest.mark.parametrize("name", sorted(set(OBJECTS) - ELSEWHERE))
def test_a_file_and_the_sync_read_a_row_alike(folder: Path, tmp_path: Path, name: str) -> None:
    makers.company(reporting_currency="GBP")
    whole = folder / f"{name}.csv"
    if not whole.exists():
        pytest.skip("the demonstration has no such object")
    path = tmp_path / whole.name
    with whole.open(encoding="utf-8", newline="") as given:
        path.write_text("".join(line for line, _ in zip(given, range(60), strict=False)))
    told = by_file(path, name)
    assert told
    assert by_sync(path, name) == told
