"""A prepared read answers what the same read composed anew answers, for any arguments."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db.models import Count, Q, QuerySet

from sightline.records.models import Account, Contract
from sightline.records.prepared import LONGEST, Prepared, each_once, prepared
from tests import makers

pytestmark = pytest.mark.django_db
DAY = makers.TODAY


def _running(ids: list[int], on: date, active: bool) -> QuerySet[Contract, Contract]:
    rows = Contract.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), account_id__in=ids)
    return rows.filter(is_active=active).select_related("account").order_by("-ends_on", "pk")


def _names(pk: int, above: int | None) -> QuerySet[Account, tuple[int, str]]:
    rows = Account.objects.filter(pk=pk, parent_id=above)
    return rows.values_list("pk", "name")


def _contracts() -> list[int]:
    accounts = [makers.account() for _ in range(5)]
    for number, account in enumerate(accounts):
        for shift in (-1, 0, 1):
            Contract.objects.create(
                account=account,
                name=f"Contract {number} {shift}",
                ends_on=DAY + timedelta(days=shift),
                is_active=number != 2,
            )
    return [account.pk for account in accounts]


def test_rows_are_those_of_the_read_itself() -> None:
    ids = _contracts()
    read = prepared(_running)
    for keys in ([], ids[:1], ids[:3], ids[1:4], ids, [*ids, -1], [ids[0]] * (LONGEST + 1)):
        for shift in (-2, 0, 1, 2):
            for active in (True, False):
                asked = (keys, DAY + timedelta(days=shift), active)
                assert read(*asked) == list(_running(*asked)), asked


def test_related_records_come_with_the_rows(django_assert_num_queries: object) -> None:
    ids = _contracts()
    read = prepared(_running)
    read(ids[:2], DAY, True)
    with django_assert_num_queries(1):  # type: ignore[operator]
        names = {row.account.name for row in read(ids[3:], DAY, True)}
    assert len(names) == 2


def test_nothing_given_is_a_form_of_its_own() -> None:
    parent = makers.account("Mother")
    child = makers.account("Daughter", parent=parent)
    read = prepared(_names)
    assert read(child.pk, parent.pk) == [(child.pk, "Daughter")]
    assert read(parent.pk, None) == [(parent.pk, "Mother")]
    assert read(child.pk, None) == []


def test_a_statement_is_composed_once_for_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _contracts()
    composed = []

    def counted(keys: list[int], on: date, active: bool) -> QuerySet[Contract, Contract]:
        composed.append(len(keys))
        return _running(keys, on, active)

    read = Prepared(counted)
    for keys in (ids[:3], ids[:4], ids[1:4], ids[2:]):
        read(keys, DAY, True)
    assert composed == [4]


def test_a_read_that_hides_an_argument_is_composed_each_time() -> None:
    ids = _contracts()

    def doubled(pk: int) -> QuerySet[Account, Account]:
        return Account.objects.filter(pk=pk * 2 // 2 + 0 if pk < 1 << 60 else -5)

    assert [row.pk for row in prepared(doubled)(ids[0])] == [ids[0]]


def test_text_is_not_carried() -> None:
    with pytest.raises(TypeError, match="cannot carry str"):
        prepared(lambda name: Account.objects.filter(name=name))("Mother")


def test_records_hold_what_django_itself_reads() -> None:
    ids = _contracts()

    def counted(keys: list[int]) -> QuerySet[Account, Account]:
        rows = Account.objects.filter(pk__in=keys).select_related("owner", "parent")
        return rows.annotate(held=Count("contracts")).prefetch_related("contracts").order_by("pk")

    def told(rows: list[Account]) -> list[tuple[object, ...]]:
        return [
            (
                {name: value for name, value in vars(row).items() if not name.startswith("_")},
                row._state.adding,
                row._state.db,
                [(one.name, one.ends_on, one.is_active) for one in row.contracts.all()],
            )
            for row in rows
        ]

    assert told(prepared(counted)(ids)) == told(list(counted(ids)))


@pytest.mark.parametrize("flat", [True, False])
def test_values_are_those_that_django_itself_reads(flat: bool) -> None:
    ids = _contracts()

    def days(keys: list[int]) -> QuerySet[Contract, object]:
        rows = Contract.objects.filter(account_id__in=keys).order_by("-account__name", "pk")
        return rows.values_list("ends_on", *(() if flat else ("is_active", "pk")), flat=flat)

    assert prepared(days)(ids) == list(days(ids))


def test_what_several_parts_of_a_page_ask_is_read_once(django_assert_num_queries: object) -> None:
    account, read = makers.account("Mother"), prepared(_names)
    with django_assert_num_queries(1), each_once():  # type: ignore[operator]
        first = read(account.pk, None)
        first.clear()
        assert read(account.pk, None) == [(account.pk, "Mother")]
    Account.objects.filter(pk=account.pk).update(name="Grandmother")
    assert read(account.pk, None) == [(account.pk, "Grandmother")]
