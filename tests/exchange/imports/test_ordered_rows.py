"""Who is named comes in before who names them, and is stored in their row; circles and chains end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sightline.actions.imports.families import settle_families
from sightline.exchange.imports import apply as applying
from sightline.exchange.imports import ordering
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.service import Asked
from sightline.records.models import Account, Contact, CrmRolePath, JournalEntry, Unit
from tests.exchange.imports.conftest import identifier, load

pytestmark = pytest.mark.django_db(transaction=True)


def account(number: int, parent: int | None = None) -> list[str]:
    above = identifier("001", parent) if parent is not None else ""
    return [identifier("001", number), f"Account {number}", above]


def parents() -> dict[str, str]:
    rows = Account.objects.exclude(parent=None).values_list("name", "parent__name")
    return {name.split()[-1]: above.split()[-1] for name, above in rows}


def load_accounts(export: Any, rows: list[list[str]]) -> None:
    export.write("Account", "Id Name ParentId", rows)
    export.write("Opportunity", "Id AccountId Name StageName CloseDate", [])
    export.load()


def test_children_before_their_parents_are_stored_with_them_and_nothing_is_linked_after(
    export: Any,
) -> None:
    load_accounts(export, [account(3, 2), account(2, 1), account(1), account(5, 1), account(6)])
    assert parents() == {"3": "2", "2": "1", "5": "1"}
    assert not JournalEntry.objects.filter(verb="import_links").exists()
    heads = dict(Account.objects.values_list("name", "planning_account__name"))
    assert {heads[f"Account {n}"] for n in (1, 2, 3, 5)} == {"Account 1"}
    assert heads["Account 6"] == "Account 6"
    assert Unit.objects.get(name="Account 3").parent == Unit.objects.get(name="Account 2")
    assert not JournalEntry.objects.filter(verb__in=["join_family", "leave_family"]).exists()
    assert settle_families(run=None) == 0


def test_a_chain_deeper_than_any_level_is_whole(
    export: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "_FIRST_CHUNK", 5)
    monkeypatch.setattr(applying, "_SMALLEST_CHUNK", 5)
    deep = 4 * ordering.UNPLACED
    load_accounts(export, [account(n, n + 1 if n < deep else None) for n in range(deep + 1)])
    assert parents() == {str(n): str(n + 1) for n in range(deep)}
    heads = set(Account.objects.values_list("planning_account__name", flat=True))
    assert heads == {f"Account {deep}"}
    assert JournalEntry.objects.filter(verb="import_links").exists()


def test_circles_and_an_account_above_itself_are_taken_and_taken_again(export: Any) -> None:
    rows = [account(1, 1), account(2, 3), account(3, 2), account(4, 3)]
    for _ in range(2):
        load_accounts(export, rows)
        assert parents() == {"2": "3", "3": "2", "4": "3"}


def test_a_new_parent_of_an_account_that_is_here_takes_it_into_its_family(export: Any) -> None:
    load_accounts(export, [account(1)])
    load_accounts(export, [account(1, 2), account(2)])
    assert parents() == {"1": "2"}
    assert Account.objects.get(name="Account 1").planning_account == Account.objects.get(
        name="Account 2"
    )


def test_a_parent_told_by_name_in_its_own_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("id,name,parent\n1,Acme Nord,Acme\n2,Acme,\n")
    load(Asked("accounts", (path,), Chosen({}, {}, {}), {}))
    assert Account.objects.get(name="Acme Nord").parent == Account.objects.get(name="Acme")


def test_managers_go_in_with_their_people(export: Any) -> None:
    export.write("Account", "Id Name", [account(1)[:2]])
    top = identifier("001", 1)
    export.write(
        "Contact",
        "Id AccountId LastName ReportsToId",
        [
            [identifier("003", 1), top, "Low", identifier("003", 2)],
            [identifier("003", 2), top, "Mid", identifier("003", 3)],
            [identifier("003", 3), top, "High", ""],
        ],
    )
    export.load()
    told = Contact.objects.order_by("pk").values_list("last_name", "reports_to__last_name")
    assert list(told) == [("High", None), ("Mid", "High"), ("Low", "Mid")]


def test_a_circle_of_roles_and_a_chain_without_end_keep_few_rows(export: Any) -> None:
    circle = [[identifier("00E", n), f"R{n}", identifier("00E", (n + 1) % 200)] for n in range(200)]
    export.write("UserRole", "Id Name ParentRoleId", circle)
    export.write("Account", "Id Name", [account(1)[:2]])
    export.write("Opportunity", "Id AccountId Name StageName CloseDate", [])
    export.load()
    assert CrmRolePath.objects.filter(depth=1).count() == 200
    assert max(CrmRolePath.objects.values_list("depth", flat=True)) == 50
