"""A row of the CRM means the same whether a file brings it or the sync: decision 0032."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sightline.actions.sync.store import Reading
from sightline.agreement.canonical import Unreadable
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
    found = read(
        [
            RemoteRecord(name, record["Id"], {k: as_json(v) for k, v in record.items()}, NOW)
            for record in records
        ]
    )
    return [one for reading in found for one in plain(reading)]


def plain(reading: Reading) -> list[Meant]:
    """What a record comes to, to be compared; it can be read."""
    assert not isinstance(reading, Unreadable), reading
    return [(one.target, one.key, one.removed, one.values) for one in reading]


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


FIELDS = ("AccountId", "Name", "StageName", "CloseDate", "Amount", "Probability", "NextStep")
DEAL = {
    "AccountId": "001000000000001AAA",
    "Name": "Deal",
    "StageName": "Prospecting",
    "CloseDate": "2027-03-31",
    "Amount": "10.5",
    "Probability": "10",
    "NextStep": None,
}
ODD: tuple[Mapping[str, Any], ...] = (
    {},
    {"Amount": None, "NextStep": ""},
    {"Name": "n" * 300, "NextStep": " Call Zoe\u0308 "},
    {"Amount": 10.5, "Probability": 0, "Name": True},
    {"Amount": 1, "Probability": Decimal("12.50"), "Name": 1},
    {"NextStep": ["a", "b"], "StageName": " WON "},
    {"CloseDate": "some day"},
    {"CloseDate": "some day", "Probability": "much"},
    {"Amount": "much"},
    {"AccountId": None},
    {"AccountId": "001000000000001"},
)


def deal(number: int, said: Mapping[str, Any], *, hidden: str = "", deleted: bool = False) -> Any:
    """A deal that says something else than others, hides a field, or is deleted."""
    values = {name: value for name, value in {**DEAL, **said}.items() if name != hidden}
    return RemoteRecord("Opportunity", f"006{number:012d}AAA", values, NOW, deleted=deleted)


def mixed() -> list[RemoteRecord]:
    """Odd deals among usual ones, some that hide a field, a deleted one and a bare notice of one."""
    shown = [deal(n, said) for n, said in enumerate((*ODD, {}, {}))]
    hiding = [deal(20 + n, ODD[n], hidden=name) for n, name in enumerate(FIELDS)]
    notice = RemoteRecord("Opportunity", "006000000000099AAA", {}, NOW, deleted=True)
    return [*shown[:6], hiding[0], notice, *shown[6:], *hiding[1:], deal(40, {}, deleted=True)]


def as_told(reading: Reading) -> object:
    return str(reading) if isinstance(reading, Unreadable) else plain(reading)


def test_records_read_together_come_to_what_each_comes_to_alone() -> None:
    makers.company(reporting_currency="GBP")
    shape = ObjectShape("Opportunity", {name: FieldShape(name, FieldKind.TEXT) for name in FIELDS})
    means = {"stage": {"won": "Closed Won"}}
    read = SalesforceMeanings(today="2026-11-22").reader(shape, {}, means, lambda *_: {})
    records = mixed()
    told = [as_told(one) for one in read(records)]
    assert told == [as_told(one) for record in records for one in read([record])]
    assert told[8:11] == [
        "CloseDate: 'some day' is not a day such as 2026-01-31",
        "Probability: 'much' is not a number",  # of several the first
        "amount: 'much' is not a number",
    ]
    assert told[7] == [("Opportunity", "006000000000099AAA", True, {})]
    assert [one for one in told if one == []], "a deal of no account is none of our business"
    kept = [dict(one[0][3]) for one in told if isinstance(one, list) and one]
    assert {"Closed Won", "Prospecting"} <= {str(one.get("stage")) for one in kept}
    assert len(max((str(one.get("name")) for one in kept), key=len)) == 255
    assert list(read([])) == []
