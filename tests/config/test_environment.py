"""Settings from the environment: typed, and refused by name with an example."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sightline.config.environment import EnvironmentProblem, read_environment


def read(tmp_path: Path, **values: str) -> object:
    return read_environment({"SIGHTLINE_DATA": str(tmp_path), **values})


def test_nothing_but_a_folder_is_enough(tmp_path: Path) -> None:
    found = read_environment({"SIGHTLINE_DATA": str(tmp_path / "new")})
    assert found.database.engine == "sqlite"
    assert Path(found.database.name).parent == found.data
    assert stat.S_IMODE(found.data.stat().st_mode) == 0o700
    assert found.allowed_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert not found.demonstration and not found.debug


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = read_environment({"SIGHTLINE_DATA": str(tmp_path)}).secret_key
    assert len(first) > 40
    assert read_environment({"SIGHTLINE_DATA": str(tmp_path)}).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    address = "postgresql://ana:p%40ss@db.example:5433/plans?sslmode=require"
    found = read_environment({"SIGHTLINE_DATA": str(tmp_path), "DATABASE_URL": address}).database
    assert (found.engine, found.name, found.host, found.port) == (
        "postgresql",
        "plans",
        "db.example",
        "5433",
    )
    assert (found.user, found.password) == ("ana", "p@ss")
    assert found.options == (("sslmode", "require"),)


def test_the_ledgers_place_is_a_folder_or_a_warehouse(tmp_path: Path) -> None:
    def told(address: str) -> tuple[Path, str]:
        found = read_environment({"SIGHTLINE_DATA": str(tmp_path), "LEDGER_URL": address})
        return found.ledger, found.warehouse

    (tmp_path / "a b").mkdir()
    assert told("") == (tmp_path / "ledger", "")
    assert told(str(tmp_path / "a b")) == told(f"file://{tmp_path}/a%20b") == (tmp_path / "a b", "")
    assert told("trino://u:secret@h/sales") == (tmp_path / "ledger", "trino://u:secret@h/sales")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x:secret@y/z"),
        ("DATABASE_URL", "postgresql://x:secret@y"),
        ("SIGHTLINE_DEBUG", "perhaps"),
        ("SIGHTLINE_POOL_SIZE", "0"),
        ("SIGHTLINE_TIME_ZONE", "Mars/Olympus"),
        ("SIGHTLINE_URL", "example.com"),
        ("SIGHTLINE_EMAIL_URL", "mail.example.com"),
        ("LEDGER_URL", "/nowhere/at/all"),
        ("LEDGER_MAPPING", "/nowhere/ledger.toml"),
    ],
)
def test_what_cannot_be_used_is_named_with_an_example(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(EnvironmentProblem) as refused:
        read(tmp_path, **{name: value})
    assert refused.value.name == name
    assert f"{name}=" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvironmentProblem, match="SIGHTLINE_DATA"):
        read_environment({"SIGHTLINE_DATA": str(tmp_path / "file" / "below")})
