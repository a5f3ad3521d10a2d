"""Supplier names and spend: one firm under several spellings, and wallets read outright."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.wallet import (
    Match,
    Spend,
    SupplierBook,
    SupplierClass,
    WalletParameters,
    firms_to_class,
    plain_name,
    same_firms,
    wallets_from_spend,
)

P = load_defaults().section(WalletParameters, "wallet")
EXAMPLES = yaml.safe_load(
    (Path(__file__).parents[2] / "examples" / "wallet" / "suppliers.yaml").read_text("utf-8")
)


def matched(name: str | None, known: str) -> Match:
    return SupplierBook({"k": known}, aliases={}, parameters=P).match(name).kind


@pytest.mark.parametrize(("one", "other"), EXAMPLES["same"])
def test_spellings_of_one_firm_are_the_same(one: str, other: str) -> None:
    assert matched(one, other) is matched(other, one) is Match.SAME


@pytest.mark.parametrize(("one", "other"), EXAMPLES["doubtful"])
def test_doubtful_names_are_asked_and_not_decided(one: str, other: str) -> None:
    found = SupplierBook({"k": other}, aliases={}, parameters=P).match(one)
    assert (found.kind, found.firm, found.candidates) == (Match.DOUBTFUL, None, ("k",))


@pytest.mark.parametrize(("one", "other"), EXAMPLES["different"])
def test_different_firms_are_not_taken_for_one_another(one: str, other: str) -> None:
    assert matched(one, other) is matched(other, one) is Match.NEW


@pytest.mark.parametrize("name", [*EXAMPLES["unnamed"], None])
def test_withheld_names_are_unnamed(name: str | None) -> None:
    assert matched(name, "Anybody Ltd") is Match.UNNAMED


def test_an_alias_settles_a_doubtful_name() -> None:
    book = SupplierBook(
        {"vod": "Vodafone Ltd"}, aliases={"VODAFONE LIMITED (CORPORATE)": "vod"}, parameters=P
    )
    found = book.match("Vodafone Limited (Corporate)")
    assert (found.kind, found.firm) == (Match.ALIAS, "vod")


def test_a_name_that_is_only_a_legal_form_stays() -> None:
    assert plain_name("Limited", parameters=P) == "limited"
    assert plain_name("AG", parameters=P) == "ag"


@given(st.text(max_size=40))
def test_plain_names_are_plain_already(name: str) -> None:
    once = plain_name(name, parameters=P)
    assert plain_name(once, parameters=P) in (once, "")


def test_spellings_are_grouped() -> None:
    names = ["JEWSON LTD", "Jewson Limited", None, "Redacted personal data", "Npower"]
    found = same_firms(names, parameters=P)
    assert found["jewson"] == ("JEWSON LTD", "Jewson Limited")
    assert found[""] == ("", "Redacted personal data")


def gbp(amount: int) -> Money:
    return Money(amount * 100, "GBP")


ROWS = [
    Spend("Housing", "Building", "us", gbp(300)),
    Spend("Housing", "Building", "jewson", gbp(500)),
    Spend("Housing", "Building", "grafton", gbp(250)),
    Spend("Housing", "Building", "grafton", gbp(-50)),
    Spend("Housing", "Building", None, gbp(100)),
    Spend("Housing", "Energy", "npower", gbp(-20)),
]
CLASSES = {"us": SupplierClass.US, "jewson": SupplierClass.COMPETITOR}


def test_a_wallet_is_read_outright_from_what_the_customer_pays() -> None:
    energy, building = sorted(
        wallets_from_spend(ROWS, classes=CLASSES), key=lambda one: one.share or 0
    )
    assert building.total == gbp(1100)
    assert building.share == pytest.approx(300 / 1100)
    assert building.competitors == (("jewson", gbp(500)),)
    assert building.unclassed == gbp(300)
    assert energy.share is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("u", "v")),
            st.sampled_from(("c", "d")),
            st.sampled_from(("us", "jewson", "part", "oth", "new", None)),
            st.integers(-100, 1000),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_classes_add_up_to_the_total_to_the_penny(
    rows: list[tuple[str, str, str | None, int]],
) -> None:
    classes = {
        **CLASSES,
        "part": SupplierClass.PARTNER,
        "oth": SupplierClass.OTHER,
    }
    spend = [Spend(unit, line, firm, gbp(amount)) for unit, line, firm, amount in rows]
    found = wallets_from_spend(spend, classes=classes)
    for one in found:
        rivals = sum((amount for _, amount in one.competitors), gbp(0))
        parts = one.ours + rivals + one.partners + one.other + one.unclassed
        assert parts == one.total
    assert sum((one.total for one in found), gbp(0)) == sum((one.amount for one in spend), gbp(0))


def test_the_largest_supplier_nobody_has_classed_is_asked_about_first() -> None:
    assert firms_to_class(ROWS, classes=CLASSES) == (("grafton", gbp(200)), ("npower", gbp(-20)))
