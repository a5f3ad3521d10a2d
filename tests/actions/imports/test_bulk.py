"""Rows are found by their outside ids through the index of outside ids, whatever their number."""

from __future__ import annotations

import pytest
from django.db import connection

from sightline.actions.imports.bulk import keys_outside
from sightline.records.models import Account, Source
from tests import makers

pytestmark = pytest.mark.django_db


def _account(source: Source | None, outside_id: str) -> int:
    row = makers.account()
    Account.objects.filter(pk=row.pk).update(
        source=source, outside_object="Account", outside_id=outside_id
    )
    return row.pk


def test_ids_of_one_source_or_of_any() -> None:
    one, other = (Source.objects.create(name=name) for name in ("One", "Other"))
    here, there = _account(one, "A1"), _account(other, "A1")
    _account(None, "")
    _account(one, "A2")

    def found(source_id: int | None) -> set[int]:
        held = keys_outside(Account, "Account", ["A1", "A3", ""], source_id=source_id)
        return set(Account.objects.filter(pk__in=held).values_list("pk", flat=True))

    assert found(one.pk) == {here}
    assert found(other.pk) == {there}
    assert found(None) == {here, there}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics")
def test_no_chunk_reads_all_rows_of_a_source() -> None:
    source = Source.objects.create(name="One")
    held = keys_outside(Account, "Account", ["A1"], source_id=source.pk)
    plan = Account.objects.filter(pk__in=held).explain()
    assert "account_one_per_outside_id (source_id=? AND outside_object=? AND outside_id=?)" in plan
