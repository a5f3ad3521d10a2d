"""An org with several currencies: codes, rates, dated rates, sums."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.conftest import Served, serve


def test_an_org_with_several_currencies_keeps_and_converts_them(tmp_path: Path) -> None:
    for served in serve(tmp_path, currencies=True):
        deal = {"Name": "D", "StageName": "Prospecting", "CloseDate": "2026-01-01"}
        made = served.create("Opportunity", **deal, Amount=116, CurrencyIsoCode="EUR")
        served.create("Opportunity", **deal, Amount=5)
        row = served.query(
            "SELECT Amount, CurrencyIsoCode, convertCurrency(Amount) own FROM Opportunity "
            f"WHERE Id = '{made}'"
        )["records"][0]
        assert (row["Amount"], row["CurrencyIsoCode"], row["own"]) == (116.0, "EUR", 100.0)
        plain = served.query("SELECT CurrencyIsoCode FROM Opportunity WHERE Amount = 5")
        assert plain["records"][0]["CurrencyIsoCode"] == "GBP"
        refused = served.post("sobjects/Opportunity", {**deal, "CurrencyIsoCode": "XXX"})
        assert refused.json()[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        rates = served.query("SELECT IsoCode FROM CurrencyType WHERE IsCorporate = true")
        assert [r["IsoCode"] for r in rates["records"]] == ["GBP"]
        _check_dated_rates(served, made)


def _check_dated_rates(served: Served, made: str) -> None:
    """By the day the deal closes, in the user's currency; sums in the corporate one."""
    for day, rate in (("2025-12-01", 2.0), ("2026-02-01", 4.0)):
        served.create("DatedConversionRate", IsoCode="EUR", StartDate=day, ConversionRate=rate)
    chained = served.query("SELECT NextStartDate FROM DatedConversionRate ORDER BY StartDate")
    assert [r["NextStartDate"] for r in chained["records"]] == ["2026-02-01", "9999-12-31"]

    def own(day: str) -> float:
        served.patch(f"sobjects/Opportunity/{made}", {"CloseDate": day})
        soql = f"SELECT convertCurrency(Amount) FROM Opportunity WHERE Id = '{made}'"
        return float(served.query(soql)["records"][0]["Amount"])

    assert [own(d) for d in ("2025-11-30", "2026-01-31", "2026-02-01")] == [100.0, 58.0, 29.0]
    total = served.query("SELECT SUM(Amount) total FROM Opportunity")["records"][0]["total"]
    assert total == pytest.approx(29 + 5)
    dear = served.query("SELECT Amount FROM Opportunity WHERE Amount > EUR30")["records"]
    assert [r["Amount"] for r in dear] == [116.0]
    user = served.query("SELECT Id FROM User WHERE Profile.Name = 'System Administrator'")
    user_id = user["records"][0]["Id"]
    served.patch(f"sobjects/User/{user_id}", {"DefaultCurrencyIsoCode": "JPY"})
    assert own("2026-02-01") == 29 * 202.0
    served.refused("SELECT Id FROM Opportunity WHERE convertCurrency(Amount) > 5")
