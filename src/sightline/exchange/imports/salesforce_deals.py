"""From a record of Salesforce's to rows for our targets: deals, contracts, assets, work."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache

from sightline.agreement.canonical import Unreadable
from sightline.agreement.naming import company_key
from sightline.exchange.imports.meanings import is_renewal_text
from sightline.exchange.imports.salesforce_rows import (
    currency_of_row,
    decimal_or_none,
    money,
    picked,
    staged,
)
from sightline.exchange.imports.specs import LeftOut, Row, Staged, Values

_MONTH_DAYS = 365.25 / 12
_OVER = frozenset({"expired", "terminated", "cancelled", "canceled", "closed", "inactive"})
_NOT_YET = frozenset({"draft", "in approval process", "inapproval"})
_RETURNED = frozenset({"obsolete", "uninstalled", "returned", "retired", "cancelled", "canceled"})


def stage(row: Row) -> Sequence[Staged]:
    """A stage of the sales process; opportunities name it by its label."""
    name = row.values.get("name") or row.values.get("api_name")
    if not name:
        raise Unreadable("MasterLabel is empty")
    values = picked(row, "position", "probability", "is_closed", "is_won", "is_active")
    return (staged("OpportunityStage", row, values | {"name": name}),)


def contract(row: Row) -> Sequence[Staged]:
    """An agreement with dates; the end follows from start and term where it is not told."""
    if not row.values.get("account"):
        raise LeftOut("contract_without_account")
    values = picked(
        row,
        *("account", "business_unit", "number", "name", "status", "starts_on", "ends_on"),
        *("term_months", "owner", "notice_days", "auto_renews", "product_line"),
    )
    values |= money(row, "annual_value")
    values["currency"] = currency_of_row(row)
    if values.get("ends_on") is None and values.get("starts_on") and values.get("term_months"):
        values["ends_on"] = end_of_term(str(values["starts_on"]), int(str(values["term_months"])))
    status = str(row.values.get("status_code") or row.values.get("status") or "").lower()
    if status:
        values["is_active"] = int(status not in _OVER | _NOT_YET)
    return (staged("Contract", row, _whole_months(values)),)


def end_of_term(starts_on: str, months: int) -> str | None:
    """The last day of a term of whole months that begins on a day; None where it overflows."""
    start = dt.date.fromisoformat(starts_on)
    year, month = divmod(start.month - 1 + months, 12)
    try:
        first = dt.date(start.year + year, month + 1, 1)
        following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        last = (following - dt.timedelta(days=1)).day
        day = first.replace(day=min(start.day, last)) - dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return day.isoformat()


def _whole_months(values: Values) -> Values:
    for name in ("term_months", "notice_days"):
        if values.get(name) is not None and not 0 <= int(str(values[name])) < 32_000:
            values[name] = None
    return values


def opportunity(row: Row) -> Sequence[Staged]:
    """A deal, and the competitors that a text field names in it."""
    if not row.values.get("account"):
        raise LeftOut("opportunity_without_account")
    values = picked(
        row,
        *("account", "business_unit", "name", "stage", "close_date", "kind", "next_step"),
        *("lead_source", "loss_reason", "owner", "created_on", "is_closed", "is_won"),
    )
    values |= money(row, "amount")
    values["currency"] = currency_of_row(row)
    if "probability" in row.present:
        values["seller_probability"] = _percent(row.values.get("probability"))
    renewed = row.values.get("renewed_contract")
    renewal = is_renewal_text(row.values.get("kind"), row.values.get("name")) or bool(renewed)
    values["is_renewal"] = int(renewal)
    values["renews"] = renewed or (row.values.get("contract") if renewal else None)
    if "is_closed" not in row.present:
        values |= _closed_by_name(str(row.values.get("stage") or ""))
    if row.values.get("is_closed") or values.get("is_closed"):
        values["closed_on"] = row.values.get("close_date")
    if row.values.get("stage_since"):
        values |= {"stage_since": row.values["stage_since"], "stage_since_inferred": 0}
    rows = [staged("Opportunity", row, values)]
    if not row.values.get("deleted"):
        rows += _named_competitors(row)
    return rows


def _closed_by_name(stage_name: str) -> Values:
    """Closed and won as the stage's own name says, where no column does."""
    word = stage_name.casefold()
    won = word in ("won", "closed won") or word.endswith("closed won")
    lost = word in ("lost", "closed lost") or word.startswith("closed")
    return {"is_closed": int(won or lost), "is_won": int(won)}


@lru_cache(maxsize=1024)
def _percent(value: object) -> str | None:
    number = decimal_or_none(value)
    return str(number) if number is not None and 0 <= number <= 100 else None


def _named_competitors(row: Row) -> list[Staged]:
    told = row.values.get("competitors")
    if not told:
        return []
    named = re.split(r"[,;/|\n]+", str(told))
    keys = {company_key(name): name.strip()[:200] for name in named if name.strip()}
    return [
        Staged(
            "OpportunityCompetitor",
            f"{row.values['id']}/{key}"[:120],
            False,
            {"opportunity": row.values["id"], "competitor": name},
        )
        for key, name in keys.items()
    ]


def line(row: Row) -> Sequence[Staged]:
    """One product on a deal. The total is quantity times price where it is not told."""
    values = picked(row, "opportunity", "product", "quantity", "service_start", "service_end")
    values |= money(row, "total")
    price = money(row, "unit_price").get("unit_price")
    quantity = decimal_or_none(row.values.get("quantity"))
    if values.get("total") is None and price is not None and quantity is not None:
        values["total"] = round(int(str(price)) * quantity)
    return (staged("OpportunityLineItem", row, values),)


def competitor(row: Row) -> Sequence[Staged]:
    """A competitor seen in a deal."""
    values = picked(row, "opportunity", "strengths", "weaknesses")
    return (staged("OpportunityCompetitor", row, values | {"competitor": row.values["name"]}),)


def history(row: Row) -> Sequence[Staged]:
    """What a deal was from a moment on."""
    values = picked(row, "opportunity", "at", "stage", "close_date")
    values |= money(row, "amount")
    if "probability" in row.present:
        values["probability"] = _percent(row.values.get("probability"))
    return (staged("OpportunityHistory", row, values),)


def asset(row: Row) -> Sequence[Staged]:
    """Something an account holds from us; with an end it is a subscription."""
    if not row.values.get("account"):
        raise LeftOut("asset_without_account")
    if row.values.get("is_competitor"):
        raise LeftOut("competitor_asset")
    values = picked(
        row,
        *("account", "business_unit", "product", "contract", "name", "quantity"),
        *("starts_on", "ends_on", "status"),
    )
    if values.get("starts_on") is None and "purchased_on" in row.present:
        values["starts_on"] = row.values.get("purchased_on")
    values |= money(row, "price")
    values["currency"] = currency_of_row(row)
    values["is_active"] = int(str(row.values.get("status") or "").lower() not in _RETURNED)
    values["is_subscription"] = int(
        bool(row.values.get("is_subscription")) or values.get("ends_on") is not None
    )
    if values.get("starts_on") and values.get("ends_on"):
        values["term_months"] = _months(str(values["starts_on"]), str(values["ends_on"]))
    return (staged("Asset", row, values),)


def _months(starts_on: str, ends_on: str) -> int | None:
    days = (dt.date.fromisoformat(ends_on) - dt.date.fromisoformat(starts_on)).days + 1
    months = round(days / _MONTH_DAYS)
    return months if 0 < months < 32_000 else None


def task(row: Row) -> Sequence[Staged]:
    """An open task is somebody's next step; a closed one goes to the activity ledger."""
    if is_closed_task(row):
        return (staged("ClosedTask", row, dict(row.values)),)
    what, who = str(row.values.get("what") or ""), str(row.values.get("who") or "")
    values: Values = {
        "subject": row.values.get("subject") or "Task",
        "due_on": row.values.get("day"),
        "priority": row.values.get("priority") or "",
        "owner": row.values.get("owner"),
        "state": "open",
        "contact": who if who.startswith("003") else None,
        "opportunity": what if what.startswith("006") else None,
        "contract": what if what.startswith("800") else None,
        "account": what if what.startswith("001") else row.values.get("account"),
    }
    return (staged("Task", row, values),)


def is_closed_task(row: Row) -> bool:
    """By its flag, else by its status."""
    if row.values.get("is_closed") is not None:
        return bool(row.values["is_closed"])
    return str(row.values.get("status") or "").lower() in ("completed", "closed", "done")


def as_activity(target: str, row: Row) -> Sequence[Staged]:
    """A record that the activity step reads as it is: keys, days and directions only."""
    return (staged(target, row, dict(row.values)),)
