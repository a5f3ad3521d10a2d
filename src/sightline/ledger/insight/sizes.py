"""Reading a size driver: a file of `unit,size`, such as employees, budget or floor space."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from sightline.ledger.errors import RefusedInput
from sightline.ledger.load.columns import normal_name
from sightline.ledger.load.scan import scan


def read_sizes(path: Path) -> dict[str, float]:
    """Sizes above zero by unit; RefusedInput names row and column. Empty sizes are not known."""
    seen = scan(path)
    if seen.parquet:
        rows = _parquet(path)
    else:
        encoding = "utf-8-sig" if seen.encoding == "utf-8" else seen.encoding
        text = path.read_text(encoding=encoding)
        rows = _text(path, text, seen.delimiter)
    sizes: dict[str, float] = {}
    for place, unit, size in rows:
        if not unit:
            raise RefusedInput(f"{path.name}: row {place}, column unit: is empty")
        if unit in sizes:
            raise RefusedInput(f"{path.name}: row {place}, column unit: {unit} stands twice")
        if size:
            sizes[unit] = _number(path, place, size)
    if not sizes:
        raise RefusedInput(f"{path.name}: holds no size")
    return {unit: size for unit, size in sizes.items() if size > 0}


def _number(path: Path, place: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise RefusedInput(f'{path.name}: row {place}, column size: "{text}" is not a size')
    return value


def _text(path: Path, text: str, delimiter: str) -> list[tuple[int, str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [normal_name(name) for name in next(reader)]
        unit, size = _places(path, names)
        found = []
        for place, row in enumerate(reader, start=2):
            if not row:
                continue
            if len(row) != len(names):
                raise RefusedInput(
                    f"{path.name}: row {place}: {len(row)} columns where the first row names "
                    f"{len(names)}"
                )
            found.append((place, row[unit].strip(), row[size].strip()))
    except csv.Error as error:
        raise RefusedInput(f"{path.name}: cannot be read ({error})") from None
    return found


def _parquet(path: Path) -> list[tuple[int, str, str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise RefusedInput(f"{path.name}: cannot be read ({error})") from None
    unit, size = _places(path, [normal_name(name) for name in table.column_names])
    units, values = table.column(unit).to_pylist(), table.column(size).to_pylist()
    return [
        (place, str(name or "").strip(), "" if value is None else str(value))
        for place, (name, value) in enumerate(zip(units, values, strict=True), start=1)
    ]


def _places(path: Path, names: list[str]) -> tuple[int, int]:
    for name in ("unit", "size"):
        if name not in names:
            raise RefusedInput(f"{path.name}: has no column {name}")
    return names.index("unit"), names.index("size")
