"""From a record of Salesforce's to rows for our targets: accounts, people, products, service.

Only fields that the file carries are emitted: a column that is not there says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sightline.agreement.canonical import Unreadable
from sightline.agreement.naming import sort_key
from sightline.exchange.imports.cells import amount_of
from sightline.exchange.imports.meanings import (
    buying_role,
    is_critical,
    revenue_kind,
    stance_of,
    strength_of,
)
from sightline.exchange.imports.specs import LeftOut, Row, Staged, Values

_SHARES = {"read": "Read", "edit": "Edit", "all": "All"}


def picked(row: Row, *names: str) -> Values:
    """The named fields that the file carries, empty ones as None."""
    said, present = row.values.get, row.present
    return {name: said(name) for name in names if name in present}


def currency_of_row(row: Row) -> str:
    """The record's own currency, else the company's."""
    return str(row.values.get("currency") or row.context.currency)


def money(row: Row, name: str, *, to: str = "") -> Values:
    """A money field in minor units of the record's currency; nothing where it is not carried."""
    if name not in row.present:
        return {}
    raw = row.values.get(name)
    decimal = row.context.options.get("decimal_mark", ".")
    try:
        value = None if raw is None else amount_of(str(raw), currency_of_row(row), decimal=decimal)
    except Unreadable as problem:
        raise Unreadable(f"{name}: {problem}") from None
    return {to or name: value}


def staged(target: str, row: Row, values: Values) -> Staged:
    """A row for a target under the record's own id."""
    return Staged(target, str(row.values["id"]), bool(row.values.get("deleted")), values)


def full_name(row: Row, *, limit: int = 255) -> str:
    """The name as given, else put together from its parts."""
    parts = (row.values.get("first_name"), row.values.get("last_name"))
    together = " ".join(str(part) for part in parts if part)
    return str(row.values.get("name") or together)[:limit]


def user_role(row: Row) -> Sequence[Staged]:
    """A node of the role hierarchy."""
    return (staged("UserRole", row, picked(row, "name", "parent")),)


def group(row: Row) -> Sequence[Staged]:
    """A group that stands for a role: sharing rows name groups, not roles."""
    if not str(row.values.get("type") or "").startswith("Role"):
        raise LeftOut("group_of_people")
    return (staged("Group", row, {"related": row.values.get("related")}),)


def user(row: Row) -> Sequence[Staged]:
    """One of our people."""
    values = picked(row, "title", "email", "is_active", "role", "manager")
    values["name"] = full_name(row, limit=200) or str(row.values.get("username") or "Unnamed")
    return (staged("User", row, values),)


def account(row: Row) -> Sequence[Staged]:
    """An account and, where a field is mapped to it, what it is thought to spend."""
    name = full_name(row)
    if not name and not row.values.get("deleted"):
        raise Unreadable("Name is empty")
    values = picked(
        row,
        *("parent", "owner", "executive_sponsor", "industry", "segment", "kind"),
        *("country", "city", "website", "employees", "currency", "created_on"),
    )
    if values.get("employees") is not None and not 0 <= int(str(values["employees"])) < 2**31:
        values["employees"] = None
    values |= money(row, "annual_revenue") | money(row, "target")
    if {"annual_revenue", "target"} & row.present:
        values["currency"] = currency_of_row(row)
    for ours, theirs in (("crm_tier", "tier"), ("crm_health", "health")):
        if theirs in row.present:
            values[ours] = row.values.get(theirs) or ""
    values |= {"name": name, "sort_name": sort_key(name)}
    rows = [staged("Account", row, values)]
    spend = money(row, "estimated_spend", to="likely").get("likely")
    if spend is not None and not row.values.get("deleted"):
        rows.append(staged("Wallet", row, _wallet(row, spend)))
    return rows


def _wallet(row: Row, spend: object) -> Values:
    return {
        "account": row.values["id"],
        "likely": spend,
        "currency": currency_of_row(row),
        "method": "crm",
        "from_whom": "CRM",
        "as_of": row.values.get("changed_on") or row.context.today,
    }


def team_member(row: Row) -> Sequence[Staged]:
    """One of ours on an account's team."""
    return (staged("AccountTeamMember", row, picked(row, "account", "user", "role")),)


def share(row: Row) -> Sequence[Staged]:
    """A sharing row, to a user, a role, or a group that stands for a role."""
    cause = str(row.values.get("row_cause") or "")
    if cause == "Owner":
        raise LeftOut("owner_share")
    who = str(row.values["shared_with"])
    level = _SHARES.get(str(row.values.get("level") or "Read").lower())
    if level is None:
        raise LeftOut("no_access")
    values: Values = {
        "account": row.values["account"],
        "user": who if who.startswith("005") else None,
        "role": who if who.startswith("00E") else None,
        "group": who if who.startswith("00G") else None,
        "level": level,
        "row_cause": cause,
    }
    return (staged("AccountShare", row, values),)


def contact(row: Row) -> Sequence[Staged]:
    """A person, and what a custom field says of their stance and our relationship."""
    if not row.values.get("account"):
        raise LeftOut("contact_without_account")
    name = full_name(row)
    if not name and not row.values.get("deleted"):
        raise Unreadable("LastName is empty")
    values = picked(
        row,
        *("account", "first_name", "last_name", "title", "department", "email", "phone"),
        *("reports_to", "business_unit", "left_on", "created_on", "bounced_on", "profile_url"),
    )
    last = row.values.get("last_name") or name
    values |= {"name": name, "sort_name": sort_key(f"{last} {row.values.get('first_name') or ''}")}
    if "left_company" in row.present:
        gone = bool(row.values.get("left_company"))
        values["status"] = "left" if gone else "active"
        if not gone:
            values["left_on"] = None
    rows = [staged("Contact", row, values)]
    if not row.values.get("deleted"):
        rows += _opinions(row)
    return rows


def _opinions(row: Row) -> list[Staged]:
    found = []
    said = (("stance", stance_of), ("strength", strength_of))
    for name, meaning in said:
        raw = row.values.get(name)
        value = meaning(str(raw)) if raw else None
        if value is not None:
            key = f"{row.values['id']}/{name}"
            opinion: Values = {
                "contact": row.values["id"],
                "kind": name,
                "value": value,
                "rated_on": row.values.get("changed_on") or row.context.today,
            }
            found.append(Staged("Opinion", key, False, opinion))
    return found


def product(row: Row) -> Sequence[Staged]:
    """A product under its line and family."""
    values = picked(row, "name", "code", "is_active")
    by = row.context.options.get("product_line", "")
    family, name = row.values.get("family"), row.values["name"]
    line = row.values.get("product_line") or (family if by == "family" and family else name)
    kind = row.values.get("revenue_kind")
    values |= {
        "line": str(line)[:120],
        "family": family,
        "revenue_kind": revenue_kind(str(kind)) if kind else None,
    }
    return (staged("Product2", row, values),)


def case(row: Row) -> Sequence[Staged]:
    """A case of an account."""
    if not row.values.get("account"):
        raise LeftOut("case_without_account")
    values = picked(
        row,
        *("account", "contact", "business_unit", "number", "subject", "priority", "status"),
        *("is_closed", "opened_at", "closed_at"),
    )
    if "is_closed" not in row.present and "status" in row.present:
        values["is_closed"] = int(str(row.values.get("status") or "").lower() == "closed")
    values["is_critical"] = int(
        is_critical(str(row.values.get("priority") or "")) or bool(row.values.get("is_escalated"))
    )
    if "service_level_broken" in row.present:
        values["sla_breached"] = row.values.get("service_level_broken") or 0
    return (staged("Case", row, values),)


def contact_role(row: Row) -> Sequence[Staged]:
    """A person's part in one buying decision."""
    values = picked(row, "opportunity", "contact", "role", "is_primary")
    values["buying_role"] = buying_role(str(row.values.get("role") or ""))
    return (staged("OpportunityContactRole", row, values),)


def decimal_or_none(value: object) -> Decimal | None:
    """A staged number."""
    return None if value is None else Decimal(str(value))
