"""A small Salesforce export to change and load."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sightline.exchange.imports import service
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.preview import Preview
from sightline.exchange.imports.service import EXPORT, Asked

Rows = Sequence[Sequence[str]]
NOTHING = Chosen({}, {}, {})


def identifier(prefix: str, number: int) -> str:
    """A 15-character id."""
    return f"{prefix}5g00000A{number:04d}"


class Export:
    """A folder of CSV files; each test writes the objects that it needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, header: str, rows: Rows, **how: Any) -> Path:
        """One object; `header` names the columns, parted by spaces."""
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding=how.get("encoding", "utf-8"), newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=how.get("end", "\r\n"))
            writer.writerow(header.split())
            writer.writerows(rows)
        return path

    def load(self, **options: Any) -> tuple[int, Preview]:
        """Preview and store; answers the run and what the preview said."""
        asked = Asked(EXPORT, (self.folder,), options.pop("chosen", NOTHING), options)
        return load(asked)


def load(asked: Asked) -> tuple[int, Preview]:
    """Preview and store what is asked."""
    run = service.begin(asked, actor_id=None)
    preview = service.preview_run(run.pk)
    assert preview is not None
    service.apply_run(run.pk)
    return run.pk, preview


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """An empty export."""
    return Export(tmp_path / "export")


@pytest.fixture
def family(export: Export) -> Export:
    """Three accounts of a family and one alone, with owner and contacts."""
    export.write(
        "User",
        "Id Name Email IsActive",
        [
            [identifier("005", 1), "Dana Whitfield", "dana@seller.example", "true"],
            [identifier("005", 2), "Ilse Lund", "ilse@seller.example", "true"],
        ],
    )
    export.write(
        "Account",
        "Id Name ParentId OwnerId AnnualRevenue CurrencyIsoCode IsDeleted",
        [
            # Children before their parents: the order of an export is not the family's.
            [
                identifier("001", 3),
                "Helvion Nordics",
                identifier("001", 2),
                identifier("005", 1),
                "",
                "EUR",
                "false",
            ],
            [
                identifier("001", 2),
                "Helvion Drives",
                identifier("001", 1),
                identifier("005", 2),
                "",
                "EUR",
                "false",
            ],
            [
                identifier("001", 1),
                "Helvion Industries",
                "",
                identifier("005", 1),
                "1.2E7",
                "EUR",
                "false",
            ],
            [
                identifier("001", 4),
                "Castellan Bank",
                "",
                identifier("005", 2),
                "1250000.50",
                "GBP",
                "false",
            ],
        ],
    )
    export.write(
        "Contact",
        "Id AccountId FirstName LastName Title ReportsToId Business_Unit__c",
        [
            [
                identifier("003", 1),
                identifier("001", 1),
                "Mara",
                "Holt",
                "Buyer",
                identifier("003", 2),
                "Plants",
            ],
            [identifier("003", 2), identifier("001", 1), "Jon", "Vik", "CFO", "", ""],
            [identifier("003", 3), identifier("001", 3), "Eva", "Dahl", "CIO", "", ""],
        ],
    )
    return export


@pytest.fixture
def loader() -> Callable[[Asked], tuple[int, Preview]]:
    """Preview and store."""
    return load
