"""Parts are immutable, named by content, and a damaged one is found."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from sightline.ledger.errors import DamagedPart, LedgerError
from sightline.ledger.parts import verify, write_part
from sightline.ledger.version import part_path
from tests.ledger.made import batch, ledger, line

ROWS = [line("a", "x", "2024-01-05", 100), line("a", "x", "2024-03-05", -20)]


def test_a_part_knows_its_rows_days_and_source(tmp_path: Path) -> None:
    part = write_part(tmp_path, "lines", [batch("lines", ROWS)], source="import 7")
    assert (part.rows, part.source) == (2, "import 7")
    assert (str(part.first_day), str(part.last_day)) == ("2024-01-05", "2024-03-05")
    assert part_path(tmp_path, part).is_file()


def test_the_same_content_has_the_same_name(tmp_path: Path) -> None:
    one = write_part(tmp_path, "lines", [batch("lines", ROWS)], source="a")
    two = write_part(tmp_path, "lines", [batch("lines", ROWS)], source="a")
    assert one == two
    assert len(list((tmp_path / "parts" / "lines").iterdir())) == 1


def test_several_batches_make_one_part(tmp_path: Path) -> None:
    part = write_part(tmp_path, "lines", (batch("lines", [row]) for row in ROWS), source="a")
    assert part.rows == 2


def test_a_batch_without_a_column_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    wrong = pa.RecordBatch.from_pydict({"account": ["a"]})
    with pytest.raises(LedgerError, match="lacks the column unit"):
        write_part(tmp_path, "lines", [wrong], source="a")
    assert list((tmp_path / "drafts").iterdir()) == []
    assert not (tmp_path / "parts").exists()


def test_a_changed_part_is_found(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=ROWS)
    verify(tmp_path, version)
    path = part_path(tmp_path, version.parts[0])
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DamagedPart, match="was changed"):
        verify(tmp_path, version)
    path.unlink()
    with pytest.raises(DamagedPart, match="is missing"):
        verify(tmp_path, version)
