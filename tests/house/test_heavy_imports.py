"""Engines that a web process does without are imported where they are used, not at the top.

Each of them costs tens of megabytes and a noticeable part of a second.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sightline

ROOT = Path(sightline.__file__).parent
HEAVY = frozenset({"cryptography", "duckdb", "ibis", "pandas", "pyarrow"})


def heavy_at_top(source: str) -> set[str]:
    """Heavy packages that importing this module imports."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found & HEAVY


def test_what_is_caught() -> None:
    assert heavy_at_top("import pyarrow.parquet as parquet") == {"pyarrow"}
    assert heavy_at_top("from ibis import _") == {"ibis"}
    assert heavy_at_top("def read():\n    import duckdb") == set()


@pytest.mark.parametrize("room", ["actions", "exchange", "records", "web", "jobs", "crm", "api"])
def test_no_room_of_the_web_process_imports_an_engine_at_the_top(room: str) -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in (ROOT / room).rglob("*.py")
        if (names := heavy_at_top(path.read_text(encoding="utf-8")))
    }
    assert not found
