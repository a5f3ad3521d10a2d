"""Loading exports: ids kept or mapped, both date forms, custom columns, supplements, scale."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sightline_sandbox.ids import make_id, to_18
from sightline_sandbox.loading import export, founding
from sightline_sandbox.org import Org


def write(folder: Path, name: str, header: str, *rows: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def org(tmp_path: Path) -> Org:
    made = Org(tmp_path / "sandbox.sqlite3")
    founding.found(made, name="Export")
    return made


def rows(org: Org, sql: str) -> list[tuple[Any, ...]]:
    with org.database.reading() as db:
        return [tuple(r) for r in db.execute(sql)]


def test_valid_ids_are_kept_and_others_mapped_in_references_too(org: Org, tmp_path: Path) -> None:
    kept = to_18("0013z00002QeTIW")
    assert kept == "0013z00002QeTIWAA3"
    folder = tmp_path / "export"
    write(
        folder,
        "Account",
        "Id,Name,ParentId",
        "0013z00002QeTIW,Kept,",
        "A-2,Mapped,A-3",
        "A-3,Parent,0013z00002QeTIWAA3",
    )
    write(folder, "Contact", "Id,LastName,AccountId", "7,First,A-2", "8,Second,0013z00002QeTIWAA3")
    loaded = export.load(org, folder)
    assert loaded.rows == {"Account": 3, "Contact": 2}
    found = {r[0]: r for r in rows(org, 'SELECT "Name", "Id", "ParentId" FROM "Account"')}
    assert found["Kept"][1] == kept
    assert found["Mapped"][2] == found["Parent"][1] and found["Parent"][2] == kept
    assert found["Mapped"][1].startswith("001") and to_18(found["Mapped"][1])
    contacts = dict(rows(org, 'SELECT "LastName", "AccountId" FROM "Contact"'))
    assert contacts == {"First": found["Mapped"][1], "Second": kept}
    relations = rows(org, 'SELECT COUNT(*) FROM "AccountContactRelation" WHERE "IsDirect" = 1')
    assert relations == [(2,)]


def test_both_date_forms_are_read_and_empty_stamps_filled(org: Org, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write(
        folder,
        "Account",
        "Name,CreatedDate,LastModifiedDate",
        "Space,2026-01-01 10:00:00,2026-02-01 10:00:00",
        "Iso,2026-01-01T10:00:00.000Z,2026-02-01T11:00:00.000+0100",
        "None,,",
    )
    export.load(org, folder)
    found = {
        r[0]: r[1:]
        for r in rows(org, 'SELECT "Name", "CreatedDate", "SystemModstamp" FROM "Account"')
    }
    created = "2026-01-01T10:00:00.000+0000"
    assert found["Space"] == found["Iso"] == (created, "2026-02-01T10:00:00.000+0000")
    assert all(found["None"])


def test_stages_shares_and_names_are_derived(org: Org, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write(
        folder,
        "User",
        "Id,FirstName,LastName,Username,IsActive",
        "u1,Ann,Seller,ann@example.com,true",
    )
    write(folder, "Account", "Id,Name,OwnerId", "a1,A,u1")
    write(
        folder,
        "Opportunity",
        "Id,Name,AccountId,StageName,CloseDate,Amount,OwnerId",
        "o1,Won,a1,Closed Won,2026-05-09,10,u1",
    )
    write(folder, "Contact", "FirstName,LastName,AccountId", "Bo,Levy,a1")
    export.load(org, folder)
    deal = rows(
        org, 'SELECT "IsWon", "Probability", "Fiscal", "ForecastCategory" FROM "Opportunity"'
    )
    assert deal == [(1, 100.0, "2026 2", "Closed")]
    assert rows(org, 'SELECT "Name" FROM "Contact"') == [("Bo Levy",)]
    assert rows(org, 'SELECT "Name" FROM "User" WHERE "Username" = \'ann@example.com\'') == [
        ("Ann Seller",)
    ]
    shares = rows(
        org,
        'SELECT "RowCause", "UserOrGroupId" = (SELECT "Id" FROM "User" WHERE '
        '"Username" = \'ann@example.com\') FROM "AccountShare"',
    )
    assert shares == [("Owner", 1)]


def test_unknown_custom_columns_become_fields_of_the_right_type(org: Org, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write(
        folder,
        "Account",
        "Name,Score__c,Vip__c,Since__c,Motto__c,Ignored",
        "A,1.25,true,2026-01-01,Go,x",
        "B,,false,,,",
    )
    export.load(org, folder)
    account = org.schema.get("Account")
    found = {n: account.find(n) for n in ("Score__c", "Vip__c", "Since__c", "Motto__c")}
    assert {n: f.type for n, f in found.items() if f} == {
        "Score__c": "double",
        "Vip__c": "boolean",
        "Since__c": "date",
        "Motto__c": "string",
    }
    assert account.find("Ignored") is None
    assert rows(org, 'SELECT "Score__c", "Vip__c" FROM "Account" ORDER BY "Name"') == [
        (1.25, 1),
        (None, 0),
    ]


def test_supplements_add_to_rows_found_by_name(org: Org, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write(folder, "Account", "sf_id,Name", "0013z00002QeTIWAA3,Edge")
    write(folder, "Account_extra", "Name,Industry,AnnualRevenue", "Edge,Electronics,139000000")
    write(folder, "Contact", "FirstName,LastName", "Rose,Gonzalez")
    write(folder, "Contact_titles", "FirstName,LastName,Title", "Rose,Gonzalez,SVP")
    write(folder, "Nonsense", "a,b", "1,2")
    loaded = export.load(org, folder)
    assert rows(org, 'SELECT "Id", "Industry" FROM "Account"') == [
        ("0013z00002QeTIWAA3", "Electronics")
    ]
    assert rows(org, 'SELECT "Title" FROM "Contact"') == [("SVP",)]
    assert loaded.ignored == {"Nonsense.csv": "no object of that name"}


def test_a_zip_loads_like_a_folder_and_cp1252_is_read(org: Org, tmp_path: Path) -> None:
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("data/Account.csv", "Name\nCaf\xe9 M\xfcller\n".encode("cp1252"))
    assert export.load(org, archive).rows == {"Account": 1}
    assert rows(org, 'SELECT "Name" FROM "Account"') == [("Café Müller",)]


def test_new_ids_do_not_collide_with_loaded_ones(org: Org, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write(folder, "Account", "Id,Name", f"{make_id('001', 1)},One", "x,Two", "y,Three")
    export.load(org, folder)
    assert rows(org, 'SELECT COUNT(*) FROM "Account"') == [(3,)]


def test_twenty_thousand_rows_load_in_seconds(org: Org, tmp_path: Path) -> None:
    import time

    folder = tmp_path / "export"
    folder.mkdir()
    with (folder / "Contact.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Id", "FirstName", "LastName", "Email", "LastModifiedDate"])
        for n in range(20_000):
            out.writerow(
                [make_id("003", n + 10), "F", f"L{n}", f"p{n}@x.org", "2026-01-01 10:00:00"]
            )
    begun = time.monotonic()
    export.load(org, folder)
    assert rows(org, 'SELECT COUNT(*) FROM "Contact"') == [(20_000,)]
    assert time.monotonic() - begun < 20
