"""ACV: the first source that exists, named, and never two added."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from sightline.planning.accounts import (
    Acv,
    AcvSource,
    Entitlement,
    RevenueKind,
    TermYear,
    acv_on,
)
from sightline.planning.errors import InvalidValue, MixedCurrencies
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.periods import Window
from tests.planning.worked import worked

ON = dt.date(2026, 11, 21)


def euro(amount: float | None) -> Money | None:
    return None if amount is None else Money.of(Decimal(str(amount)), "EUR")


def entitlement(row: dict[str, Any]) -> Entitlement:
    value = euro(row["value"])
    assert value is not None
    steps = tuple(
        TermYear(Window(step["from"], step["to"]), Money.of(step["yearly"], "EUR"))
        for step in row.get("ramp", ())
    )
    term = Window(row["from"], row["to"]) if "from" in row else None
    source = AcvSource(row["source"])
    return Entitlement(row["key"], source, value, term, since=row.get("since"), ramp=steps)


def acv(case: dict[str, Any]) -> Acv:
    return acv_on(
        [entitlement(row) for row in case["sources"]],
        on=ON,
        kind=RevenueKind(case.get("kind", "recurring")),
        trailing=euro(case.get("trailing")),
        currency="EUR",
        parameters=load_defaults(),
    )


@pytest.mark.parametrize("case", worked("acv", "acv"))
def test_acv_is_as_defined(case: dict[str, Any]) -> None:
    result = acv(case)
    assert result.value == euro(case["acv"])
    assert result.source == case.get("source")
    assert result.overrun == euro(case.get("overrun"))
    assert result.disagrees == (
        pytest.approx(case["disagrees"], abs=1e-4) if "disagrees" in case else None
    )
    if "reasons" in case:
        assert [reason.code for reason in result.reasons] == case["reasons"]


@pytest.mark.parametrize("case", worked("acv", "acv"))
def test_the_order_of_sources_changes_nothing(case: dict[str, Any]) -> None:
    assert acv(case | {"sources": case["sources"][::-1]}).value == acv(case).value


def test_a_figure_opens_to_its_parts() -> None:
    case = {"sources": [{"key": "A", "source": "asset", "value": 36000,
                         "from": dt.date(2025, 1, 1), "to": dt.date(2027, 12, 31)}]}  # fmt: skip
    (part,) = acv(case).parts
    assert (part.key, part.yearly, part.overrun, part.inferred) == (
        "A",
        Money.of(12000, "EUR"),
        False,
        False,
    )


def test_amounts_of_another_currency_are_refused() -> None:
    item = Entitlement("A", AcvSource.ASSET, Money(1200, "USD"), Window(ON, ON))
    with pytest.raises(MixedCurrencies):
        acv_on(
            [item],
            on=ON,
            kind=RevenueKind.RECURRING,
            trailing=None,
            currency="EUR",
            parameters=load_defaults(),
        )


def test_an_entitlement_needs_a_term_or_a_start() -> None:
    with pytest.raises(InvalidValue):
        Entitlement("A", AcvSource.WON_LINE, Money(1, "EUR"), None)


def test_the_overrun_is_a_setting() -> None:
    item = Entitlement(
        "A",
        AcvSource.ASSET,
        Money(1200, "EUR"),
        Window(dt.date(2025, 11, 1), dt.date(2026, 10, 31)),
    )
    result = acv_on(
        [item],
        on=ON,
        kind=RevenueKind.RECURRING,
        trailing=None,
        currency="EUR",
        parameters=load_defaults().with_overrides({"acv.overrun_days": 20}),
    )
    assert result.value is None


def test_kinds_of_revenue_say_what_they_count_for() -> None:
    assert [kind for kind in RevenueKind if kind.in_acv] == [RevenueKind.RECURRING]
    assert [kind for kind in RevenueKind if kind.in_baseline] == [
        RevenueKind.RECURRING,
        RevenueKind.REPEAT,
    ]
