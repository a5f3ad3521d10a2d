"""Many rows of one INSERT: every row once and whole, in few statements, searchable at once."""

from __future__ import annotations

import datetime as dt
import sqlite3
from typing import Any

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
@pytest.mark.parametrize("count", [1, 7, 61])
def test_rows_that_are_all_alike_are_each_there(count: int) -> None:
    insert_rows(Account, COLUMNS, [["Same", "same", ""]] * count)
    assert _held() == [("Same", "same", "")] * count


@pytest.mark.django_db
def test_what_some_rows_share_is_theirs_alone() -> None:
    """Nothing, a day, a number: shared by all of one insert, and by none of the next."""
    columns, day = ["name", "created_on", "employees"], dt.date(2026, 5, 1)
    rows: list[list[Any]] = [
        ["One", None, 5],
        ["Two", None, 5],
        ["Three", day, 5],
        ["Four", day, None],
    ]
    insert_rows(Account, columns, rows[:2])
    insert_rows(Account, columns, rows[1:3])
    insert_rows(Account, columns, rows[2:])
    held = list(Account.objects.order_by("pk").values_list(*columns))
    assert held == [tuple(rows[place]) for place in (0, 1, 1, 2, 2, 3)]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL copies")
def test_what_every_row_shares_is_told_once_a_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        insert_rows(Account, COLUMNS, [[*row[:2], "https://one.example"] for row in _rows(50)])
    (one,) = asked
    told = [field for field in Account._meta.concrete_fields if field.get_default() is not None]
    assert one["sql"].count("?") <= 50 * 2 + len(told)


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
