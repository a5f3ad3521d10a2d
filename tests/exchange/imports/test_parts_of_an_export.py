"""An export with 2, 4 or 12 of its files is loaded for what it holds."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sightline.exchange.demonstration.generate import generate
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.salesforce import EXPECTED
from sightline.exchange.imports.service import EXPORT, Asked
from sightline.exchange.tables.errors import TableRefused
from sightline.records.models import Account, Contact, CrmUser, Opportunity, StageChange

pytestmark = pytest.mark.django_db
TWO = ("Account", "Opportunity")
FOUR = (*TWO, "Contact", "User")
TWELVE = (
    *(*FOUR, "UserRole", "AccountTeamMember", "Product2", "OpportunityLineItem"),
    *("OpportunityContactRole", "OpportunityHistory", "Contract", "Case"),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated export of a few accounts."""
    folder = tmp_path_factory.mktemp("demonstration")
    generate(folder, accounts=26, seed=1, today=date(2026, 11, 21), without=frozenset())
    return folder


def rows(folder: Path, name: str) -> int:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


@pytest.mark.parametrize("names", [TWO, FOUR, TWELVE], ids=["two", "four", "twelve"])
def test_what_is_there_is_loaded_and_what_is_missing_is_said_once(
    whole: Path, loader: Any, tmp_path: Path, names: tuple[str, ...]
) -> None:
    folder = tmp_path / "part"
    folder.mkdir()
    for name in names:
        shutil.copy(whole / f"{name}.csv", folder)
    asked = Asked(EXPORT, (folder,), Chosen({}, {}, {}), {})
    _, preview = loader(asked)
    assert preview.refused_rows == 0
    models = {
        "Account": Account,
        "Opportunity": Opportunity,
        "Contact": Contact,
        "User": CrmUser,
        "OpportunityHistory": StageChange,
    }
    for name, model in models.items():
        expected = rows(folder, name) if name in names else 0
        assert model._default_manager.count() == expected, name
    said = [one["object"] for one in preview.warnings if one["code"] == "missing_object"]
    assert sorted(said) == sorted(set(EXPECTED) - set(names))
    inferred = set(Opportunity.objects.values_list("stage_since_inferred", flat=True))
    assert Opportunity.objects.filter(stage_since=None).count() == 0
    assert inferred <= {True, False}
    _, again = loader(asked)
    assert not [one for one in again.warnings if one["code"] == "missing_object"]
    assert (again.total("create"), again.total("change")) == (0, 0)


def test_a_mended_file_alone_is_enough_once_its_accounts_are_here(
    whole: Path, loader: Any, tmp_path: Path
) -> None:
    folder, mended = tmp_path / "part", tmp_path / "mended"
    for name in TWO:
        folder.mkdir(exist_ok=True)
        shutil.copy(whole / f"{name}.csv", folder)
    mended.mkdir()
    shutil.copy(whole / "Contact.csv", mended)
    asked = Asked(EXPORT, (mended,), Chosen({}, {}, {}), {})
    with pytest.raises(TableRefused, match=r"Account.csv is not here"):
        loader(asked)
    loader(Asked(EXPORT, (folder,), Chosen({}, {}, {}), {}))
    _, preview = loader(asked)
    assert preview.refused_rows == 0
    assert Contact.objects.count() == rows(whole, "Contact")
    assert Account.objects.count() == rows(whole, "Account")


def test_a_file_without_rows_is_named(loader: Any, tmp_path: Path) -> None:
    (tmp_path / "Account.csv").write_text("Id,Name\n", encoding="utf-8")
    _, preview = loader(Asked(EXPORT, (tmp_path,), Chosen({}, {}, {}), {}))
    (said,) = [one["message"] for one in preview.warnings if one["code"] == "no_rows"]
    assert said == "Account.csv names its columns and holds no row"


def test_people_and_their_roles_may_come_first_by_themselves(
    whole: Path, loader: Any, tmp_path: Path
) -> None:
    for name in ("User", "UserRole"):
        shutil.copy(whole / f"{name}.csv", tmp_path / f"{name}.csv")
    _, preview = loader(Asked(EXPORT, (tmp_path,), Chosen({}, {}, {}), {}))
    assert preview.refused_rows == 0
    assert CrmUser.objects.filter(role__isnull=False).exists()
