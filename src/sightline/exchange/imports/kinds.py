"""The kinds of single files: accounts, contacts, opportunities and what belongs to them.

A file of a kind is read like the Salesforce object of the same meaning, under more column names,
and its rows may name accounts by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sightline.agreement.canonical import Unreadable
from sightline.agreement.naming import column_key, company_key, sort_key
from sightline.exchange.imports import salesforce_deals as deals
from sightline.exchange.imports import salesforce_fields as fields
from sightline.exchange.imports import salesforce_rows as rows
from sightline.exchange.imports.ledger_specs import LEDGER_KINDS
from sightline.exchange.imports.plan import Job, Plan, Progress, columns_said, settle_files, silent
from sightline.exchange.imports.specs import (
    Emit,
    Field,
    Kind,
    Object,
    Row,
    Staged,
    Values,
    of,
    text,
)
from sightline.exchange.tables.archive import is_archive
from sightline.exchange.tables.csvfile import CsvFile, look
from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.workbook import is_workbook, sheet_to_csv

_ACCOUNT_WORDS = (
    "account accountname account_name account_id company company_name companyname customer "
    "customer_name customer_id storeid store client"
)


# How databases and spreadsheets write an empty cell into text.
_NOTHING = frozenset({"NULL", "\\N", "#N/A"})


def _wider(own: Sequence[Field], more: Mapping[str, str], *, need: str = "") -> tuple[Field, ...]:
    """The fields with more headers; only those in `need` are required."""
    needed = set(need.split())
    return tuple(
        replace(
            one,
            headers=(*one.headers, *(column_key(word) for word in more.get(one.name, "").split())),
            required=one.name in needed,
        )
        for one in own
    )


_ACCOUNTS = _wider(
    fields.ACCOUNT,
    {
        "id": "account_id accountid customer_id customerid customer_number account_number "
        "businessentityid storeid store_id",
        "name": "account account_name company company_name customer customer_name store",
        "parent": "parent parent_id parent_account subsidiary_of parent_name parentaccount",
        "owner": "owner account_owner sales_agent salesperson salespersonid account_manager",
        "industry": "sector branch",
        "kind": "account_type",
        "country": "country office_location billing_country",
        "city": "city billing_city",
        "website": "url web homepage domain",
        "employees": "employees numberemployees employee_count headcount",
        "annual_revenue": "annual_revenue revenue turnover annualsales annual_sales",
        "tier": "tier account_tier",
        "target": "target account_target",
        "estimated_spend": "estimated_spend wallet spend",
        "segment": "segment specialty businesstype",
        "created_on": "created created_on customer_since",
    },
    need="name",
)
_CONTACTS = _wider(
    fields.CONTACT,
    {
        "id": "contact_id contactid personid person_id",
        "account": _ACCOUNT_WORDS,
        "name": "contact contact_name contactname full_name",
        "first_name": "first_name given_name",
        "last_name": "last_name surname family_name",
        "title": "contacttitle job_title contactrole position role",
        "email": "emailaddress email_address mail",
        "phone": "phonenumber phone_number telephone mobile",
        "reports_to": "reports_to manager",
        "business_unit": "business_unit unit division",
        "left_company": "left left_company",
        "stance": "stance",
        "strength": "strength relationship_strength",
    },
    need="account",
)
_OPPORTUNITIES = (
    *_wider(
        fields.OPPORTUNITY,
        {
            "id": "opportunity_id opportunityid deal_id dealid",
            "account": _ACCOUNT_WORDS,
            "name": "opportunity opportunity_name deal deal_name",
            "stage": "stage deal_stage status",
            "amount": "value close_value deal_value total",
            "close_date": "close_date closed expected_close",
            "created_on": "created engage_date created_on opened",
            "kind": "deal_type",
            "owner": "owner sales_agent salesperson",
            "probability": "chance",
            "competitors": "competitor competitors",
            "loss_reason": "loss_reason reason_lost",
            "business_unit": "business_unit unit division",
        },
        need="account",
    ),
    text("product", "product product_name product_line", 120),
)
_PRODUCTS = _wider(
    fields.PRODUCT,
    {
        "id": "product_id productid sku",
        "name": "product product_name productname",
        "code": "code product_code productnumber sku",
        "family": "category series product_family subcategory",
        "product_line": "product_line line",
        "revenue_kind": "revenue_kind kind",
    },
    need="name",
)
_CONTRACTS = _wider(
    fields.CONTRACT,
    {
        "id": "contract_id contractid contract_number",
        "account": _ACCOUNT_WORDS,
        "starts_on": "start starts start_date starts_on",
        "ends_on": "end ends end_date ends_on",
        "annual_value": "annual_value value acv",
        "product_line": "product product_line",
        "business_unit": "business_unit unit division",
        "notice_days": "notice_days",
    },
    need="account",
)
_WALLET = (
    *_wider(fields.CASE[:3], {"account": _ACCOUNT_WORDS, "id": "estimate_id"}, need="account"),
    of(Kind.MONEY, "likely", "likely spend estimate amount estimated_spend", required=True),
    of(Kind.MONEY, "low", "low from minimum"),
    of(Kind.MONEY, "high", "high to maximum"),
    of(Kind.CURRENCY, "currency", "currency currencyisocode"),
    of(Kind.DAY, "as_of", "as_of date", required=True),
    text("category", "category", 120),
    text("from_whom", "source from_whom", 200),
    text("business_unit", "business_unit unit division"),
)


def _identified(row: Row, made: str) -> Row:
    """The row with an id: its own, else the one that its words make."""
    if row.values.get("id"):
        return row
    return replace(row, values={**row.values, "id": made[:120]})


def account(row: Row) -> Sequence[Staged]:
    """An account; without an id column its name is its id."""
    if row.values.get("id"):
        return rows.account(row)
    parent = row.values.get("parent")
    values: Values = {**row.values, "id": sort_key(str(row.values["name"]))[:120]}
    if parent:
        values["parent"] = sort_key(str(parent))
    return rows.account(replace(row, values=values))


def contact(row: Row) -> Sequence[Staged]:
    """A person; without an id column their e-mail, else account and name, is their id."""
    values = dict(row.values)
    if not values.get("last_name") and not values.get("first_name") and values.get("name"):
        first, _, last = str(values["name"]).rpartition(" ")
        values |= {"first_name": first, "last_name": last}
    made = values.get("email") or f"{values['account']}/{rows.full_name(row)}"
    present = row.present | {"first_name", "last_name"}
    return rows.contact(
        _identified(replace(row, values=values, present=present), str(made).lower())
    )


def opportunity(row: Row) -> Sequence[Staged]:
    """A deal; a product column becomes its one line."""
    product, total = row.values.get("product"), rows.money(row, "amount").get("amount")
    name = row.values.get("name") or " ".join(
        str(word) for word in (row.values["account"], product) if word
    )
    made = f"{row.values['account']}/{name}/{row.values.get('created_on') or ''}"
    row = _identified(replace(row, values={**row.values, "name": str(name)[:255]}), made.lower())
    staged = list(deals.opportunity(row))
    if product:
        values: Values = {"opportunity": row.values["id"], "total": total}
        values |= {"product_line": product, "quantity": "1"}
        staged.append(Staged("OpportunityLineItem", f"{row.values['id']}/line", False, values))
    return staged


def product(row: Row) -> Sequence[Staged]:
    """A product; without an id column its code or name is its id."""
    made = row.values.get("code") or row.values["name"]
    return rows.product(_identified(row, str(made).lower()))


def contract(row: Row) -> Sequence[Staged]:
    """A contract; without an id column account, number and start are its id."""
    made = "/".join(str(row.values.get(name) or "") for name in ("account", "number", "starts_on"))
    return deals.contract(_identified(row, made.lower()))


def wallet(row: Row) -> Sequence[Staged]:
    """An estimate of yearly spend: one for an account, unit, category and day."""
    parts = ("account", "business_unit", "category", "as_of")
    made = "/".join(company_key(str(row.values.get(name) or "-")) for name in parts)
    row = _identified(row, made)
    values = rows.picked(row, "account", "business_unit", "category", "as_of", "from_whom")
    for name in ("low", "likely", "high"):
        values |= rows.money(row, name)
    bounds = [values.get(name) for name in ("low", "likely", "high")]
    numbers = [int(str(one)) for one in bounds if one is not None]
    if numbers != sorted(numbers) or (numbers and numbers[0] < 0):
        raise Unreadable("low, likely and high are not in that order")
    values |= {"currency": rows.currency_of_row(row), "method": "file"}
    return (rows.staged("Wallet", row, values),)


def _kind(name: str, own: tuple[Field, ...], emit: Emit, *targets: str) -> Object:
    return Object(name=name, fields=own, emit=emit, targets=targets, nothing=_NOTHING)


RECORD_KINDS: Mapping[str, Object] = {
    one.name: one
    for one in (
        _kind("accounts", _ACCOUNTS, account, "Account", "Wallet"),
        _kind("contacts", _CONTACTS, contact, "Contact", "Opinion"),
        _kind("opportunities", _OPPORTUNITIES, opportunity, "Opportunity"),
        _kind("products", _PRODUCTS, product, "Product2"),
        _kind("contracts", _CONTRACTS, contract, "Contract"),
        _kind("wallet", _WALLET, wallet, "Wallet"),
    )
}


def plan_kind(job: Job, *, progress: Progress = silent) -> Plan:
    """Look at the files of one kind. Raises TableRefused; `Ambiguous` where formats are asked."""
    spec = RECORD_KINDS.get(job.kind) or LEDGER_KINDS[job.kind].object
    files = [(_readable(path, job.workspace, n), spec) for n, path in enumerate(job.paths)]
    if job.kind in LEDGER_KINDS:
        from sightline.exchange.imports.ledger_files import settle_lines

        sources, evidence = settle_lines(job, files, progress=progress)
    else:
        sources, evidence = settle_files(
            job, files, job.chosen, plain_numbers=False, progress=progress
        )
    return Plan(sources, evidence, tuple(columns_said(sources)))


def _readable(path: Path, workspace: Path, number: int) -> CsvFile:
    if not path.is_file():
        raise TableRefused("missing", f"there is no file {path}")
    if is_workbook(path):
        target = workspace / f"sheet-{number}.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        return look(sheet_to_csv(path, target), name=f"{path.stem}.csv")
    if path.stat().st_size and is_archive(path):
        raise TableRefused("zip", "an archive; name the CSV files inside", file=path.name)
    return look(path, name=path.name)
