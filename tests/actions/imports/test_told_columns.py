"""New rows are told by column as they are by row, and asked for only where somebody stores them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sightline.actions.imports.bulk import count_rows
from sightline.actions.imports.decide import decide
from sightline.actions.imports.lookups import PENDING, Scope
from sightline.actions.imports.targets import TARGETS
from sightline.actions.imports.told_columns import columns_of
from sightline.records.models import Account, Contact
from tests import makers

pytestmark = pytest.mark.django_db
SCOPE = Scope(None, lambda target, keys: set(keys) if target == "Contact" else set(), True)


@dataclass
class Given:
    n: int
    key: str
    values: dict[str, object] = field(default_factory=dict)
    removed: bool = False


def contacts() -> list[Given]:
    makers.account(name="Acme")
    return [
        Given(1, "a", {"account": "Acme", "name": "Mara", "reports_to": None, "title": "Buyer"}),
        Given(2, "b", {"account": "Acme", "name": "Ivo", "reports_to": "a", "title": None}),
        Given(3, "c", {"name": "Noor", "account": "Acme"}),
        Given(4, "d", {"name": "Pim", "account": "Nobody"}),
    ]


def test_columns_say_what_rows_say_with_defaults_and_nothing_of_what_is_not_there_yet() -> None:
    target = TARGETS["Contact"]
    decision = decide(target, contacts(), SCOPE)
    assert list(decision.creates) == ["a", "b", "c"] and len(decision.refused) == 1
    assert decision.creates["b"]["reports_to_id"] is PENDING
    columns = columns_of(target, decision.creates)
    assert columns["name"] == ["Mara", "Ivo", "Noor"]
    assert columns["title"] == ["Buyer", "", ""]
    assert columns["reports_to_id"] == [None, None, None]
    assert set(columns["account_id"]) == {Account.objects.get().pk}
    by_row = columns_of(target, dict(decision.creates))
    assert {name: list(told) for name, told in columns.items()} == by_row


def test_judging_new_rows_does_not_ask_for_what_only_storing_needs() -> None:
    rows = contacts()
    with CaptureQueriesContext(
        connection,
    ) as judged:
        decision = decide(TARGETS["Contact"], rows, SCOPE)
    with CaptureQueriesContext(connection) as stored:
        columns_of(TARGETS["Contact"], decision.creates)
    units = [one["sql"] for one in judged if "records_unit" in one["sql"]]
    assert not units
    assert any("records_unit" in one["sql"] for one in stored)


def test_a_table_of_which_nothing_is_counted_is_counted_once() -> None:
    with CaptureQueriesContext(connection) as asked:
        count_rows(Contact)
    assert bool(len(asked)) == (connection.vendor == "postgresql")
