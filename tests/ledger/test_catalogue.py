"""A version is committed whole, by one writer, and can be taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.errors import LedgerError, StaleVersion
from sightline.ledger.version import LedgerVersion, Part
from tests.ledger.made import ledger, line


def _part(name: str, source: str = "a") -> Part:
    return Part("lines", name, "0" * 64, 1, source)


def test_an_empty_folder_is_version_zero(tmp_path: Path) -> None:
    assert FileCatalogue(tmp_path).current() == LedgerVersion()
    assert FileCatalogue(tmp_path).get(0).parts == ()


def test_a_committed_version_is_read_back_as_it_was(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=[line("a", "x", "2024-01-05", 100)])
    assert FileCatalogue(tmp_path).current() == version
    assert version.number == 1
    assert version.rows("lines") == 1
    assert str(version.last_day("lines")) == "2024-01-05"


def test_a_second_writer_with_an_old_version_is_refused(tmp_path: Path) -> None:
    catalogue = FileCatalogue(tmp_path)
    catalogue.commit([_part("one")], expected_version=0)
    with pytest.raises(StaleVersion):
        catalogue.commit([_part("two")], expected_version=0)
    assert [part.name for part in catalogue.current().parts] == ["one"]


def test_of_many_writers_at_once_exactly_one_commits(tmp_path: Path) -> None:
    def attempt(number: int) -> bool:
        try:
            FileCatalogue(tmp_path).commit([_part(str(number))], expected_version=0)
        except StaleVersion:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1
    assert FileCatalogue(tmp_path).current().number == 1


def test_no_draft_is_left_behind(tmp_path: Path) -> None:
    catalogue = FileCatalogue(tmp_path)
    catalogue.commit([_part("one")], expected_version=0)
    with pytest.raises(StaleVersion):
        catalogue.commit([_part("two")], expected_version=0)
    assert sorted(path.name for path in (tmp_path / "versions").iterdir()) == ["00000001.json"]


def test_undo_is_a_new_version_without_the_imports_parts(tmp_path: Path) -> None:
    ledger(tmp_path, source="first", lines=[line("a", "x", "2024-01-05", 100)])
    version = ledger(tmp_path, source="second", lines=[line("b", "x", "2024-01-06", 200)])
    after = FileCatalogue(tmp_path).commit(version.without("second"), expected_version=2)
    assert after.number == 3
    assert after.sources() == ("first",)
    assert FileCatalogue(tmp_path).get(2) == version


def test_an_unknown_version_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no version 7"):
        FileCatalogue(tmp_path).get(7)
