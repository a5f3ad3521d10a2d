"""A web process has PostgreSQL read a page's rows by one of its processes; jobs do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from sightline.config import reading


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    connection_created.disconnect(dispatch_uid=reading.NAME)


class Server:
    """What stands behind a connection of Django's; remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def execute(self, statement: str) -> None:
        self.told.append(statement)


class Connection:
    def __init__(self, vendor: str) -> None:
        self.vendor, self.connection = vendor, Server()


def made(one: Connection) -> list[str]:
    connection_created.send(sender=Connection, connection=one)
    return one.connection.told


def test_each_connection_is_told_once_however_often_a_pool_hands_it_out() -> None:
    reading.alone()
    reading.alone()
    first, second = Connection("postgresql"), Connection("postgresql")
    for one in (first, second, first, first):
        made(one)
    assert (
        first.connection.told
        == second.connection.told
        == ["SET max_parallel_workers_per_gather = 0"]
    )
    assert made(Connection("sqlite")) == []


def test_nothing_is_said_before_a_web_process_asks_for_it() -> None:
    assert made(Connection("postgresql")) == []


@pytest.mark.django_db
def test_a_server_takes_it() -> None:
    if connection.vendor != "postgresql":
        return
    connection.ensure_connection()
    reading.alone()
    connection_created.send(sender=type(connection), connection=connection)
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_parallel_workers_per_gather")
        assert cursor.fetchone() == ("0",)
