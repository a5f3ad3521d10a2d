"""A contract is called by what it is about; its number stands for it only where nothing else does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sightline.records.models import Asset, Contract
from sightline.records.queries.contract_names import names_of_contracts
from tests import makers

pytestmark = pytest.mark.django_db
END = date(2027, 3, 31)


def test_its_name_then_its_lines_then_its_number(django_assert_num_queries: Any) -> None:
    helvion, other = makers.account("Helvion"), makers.account("Orwick")
    core, audit, hub = makers.line("Core"), makers.line("Audit"), makers.line("Hub")

    def contract(number: str, **more: Any) -> int:
        given = {"account": helvion, "number": number, "ends_on": END} | more
        return Contract.objects.create(**given).pk

    named = contract("1", name="Frame agreement")
    own_line = contract("2", product_line=hub, name="2")
    by_day = contract("3")
    linked = contract("4", ends_on=date(2027, 6, 30))
    bare = contract("5", account=other)
    for line, price, quantity, more in (
        (core, 100, 50, {}),
        (audit, 900, 1, {}),
        (hub, 10, 1, {}),
        (hub, 9_000_000, 1, {"is_active": False}),
        (audit, 5, 1, {"contract_id": linked}),
    ):
        Asset.objects.create(
            account=helvion, product_line=line, price=price, quantity=quantity, ends_on=END, **more
        )
    with django_assert_num_queries(3):
        found = names_of_contracts([named, own_line, by_day, linked, bare])
    assert found == {
        named: "Frame agreement",
        own_line: "Hub",
        by_day: "Core, Audit and 1 more",
        linked: "Audit",
        bare: "5",
    }
