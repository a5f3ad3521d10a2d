"""The SQL that ships is what the expressions say, and it is what every engine gets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ibis
import pytest
import sqlglot

from sightline.ledger import compile as compiling
from sightline.ledger.compiled import sql
from sightline.ledger.places import expressions
from sightline.ledger.tables import MAY_TELL, SCHEMAS
from tests.ledger.test_measures import AS_OF

FOLDER = Path(compiling.__file__).parent / "sql"
DIALECTS = ("postgres", "snowflake", "bigquery", "trino", "databricks")


@pytest.mark.parametrize("name", sorted(compiling.expressions()))
def test_the_shipped_text_is_the_compiled_expression(name: str) -> None:
    shipped = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    assert shipped == compiling.compiled(name), "run: python -m sightline.ledger.compile"
    assert sql(name) == shipped


def test_no_text_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(compiling.expressions())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_measure_parses_in_the_dialect_of_other_engines(dialect: str) -> None:
    tables = {
        name: ibis.table({**schema, **MAY_TELL.get(name, {})}, name=name)
        for name, schema in SCHEMAS.items()
    }
    made = expressions(
        tables,
        as_of=AS_OF,
        basis="repeat",
        start_first=AS_OF,
        start_last=AS_OF,
        end_first=AS_OF,
        end_last=AS_OF,
        us="us",
        all_others="(all others)",
    )
    assert "volumes" in made
    for name, expression in made.items():
        text = str(ibis.to_sql(expression, dialect=dialect))
        parsed = sqlglot.parse_one(text, read=dialect)
        assert isinstance(parsed, sqlglot.exp.Query), name


@pytest.mark.parametrize(
    "module",
    [
        "sightline.ledger.lines",
        "sightline.ledger.attention",
        "sightline.ledger.measures",
        "sightline.ledger.results",
        "sightline.ledger.load",
        "sightline.cli.insight",
        "sightline.cli.ledger",
    ],
)
def test_the_embedded_path_imports_neither_ibis_nor_django(module: str) -> None:
    code = (
        f"import sys, {module}; "
        "sys.exit(any(name in sys.modules for name in ('ibis', 'django', 'pyarrow', 'duckdb')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
