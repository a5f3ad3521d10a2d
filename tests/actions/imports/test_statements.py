"""Many rows of one INSERT: every row once and whole, in few statements, searchable at once."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sightline.actions.imports.bulk import insert_rows
from sightline.records.models import Account

COLUMNS = ["name", "sort_name", "website"]


def _rows(count: int) -> list[list[str]]:
    return [[f"Row {n}", f"row {n:04d}", f"https://{n}.example"] for n in range(count)]


def _held() -> list[tuple[str, str, str]]:
    return list(Account.objects.order_by("pk").values_list(*COLUMNS))


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 4, 61, 556])
def test_every_row_is_there_once_in_its_order(count: int) -> None:
    insert_rows(Account, COLUMNS, _rows(count))
    assert _held() == [tuple(row) for row in _rows(count)]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL copies")
def test_many_rows_are_few_statements_of_no_more_values_than_sqlite_takes() -> None:
    with CaptureQueriesContext(connection) as asked:
        insert_rows(Account, COLUMNS, _rows(556))
    assert len(asked) == 4
    held = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    try:
        insert_rows(Account, COLUMNS, _rows(556))
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, held)
    assert _held() == [tuple(row) for row in _rows(556) * 2]


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL searches by the table's own index"
)
def test_a_row_is_found_by_its_name_at_once() -> None:
    insert_rows(Account, COLUMNS, _rows(556))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM search_account WHERE search_account MATCH %s", ['"row 05"']
        )
        assert cursor.fetchone() == (56,)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a copy is one statement")
def test_one_row_that_may_not_be_takes_all_of_them_back() -> None:
    rows: list[list[str | None]] = [*_rows(20), [None, "x", ""]]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Account, COLUMNS, rows)
    assert _held() == []
