"""One person's data as a file to give them: JSON for machines, a CSV table each for people."""

from __future__ import annotations

import io
import json
import zipfile
from typing import IO

from sightline.exchange.tables.formulas import SafeWriter
from sightline.records.queries.people_data import PersonData, Row

READ_ME = """Everything held of one person.

person.json holds it all; each CSV file holds one kind of it, as a table.
Other people are named by key only. Times are in UTC.
"""
_STAMP = (1980, 1, 1, 0, 0, 0)


def write_person(file: IO[bytes], data: PersonData) -> int:
    """Write the archive; answers how many tables it holds. The same data gives the same bytes."""
    tables = {
        "person": (data.contact,),
        **{name: rows for name, rows in data.sections.items() if rows},
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "README.txt", READ_ME)
        whole = {
            "person": data.contact,
            **{name: list(rows) for name, rows in data.sections.items()},
        }
        _add(archive, "person.json", json.dumps(whole, ensure_ascii=False, indent=2, default=str))
        for name, rows in tables.items():
            _add(archive, f"{name}.csv", _table(rows))
    return len(tables)


def _table(rows: tuple[Row, ...]) -> str:
    header = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = SafeWriter(text, header)
    for row in rows:
        writer.row(_cell(row.get(key)) for key in header)
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(zipfile.ZipInfo(name, _STAMP), text, zipfile.ZIP_DEFLATED)
