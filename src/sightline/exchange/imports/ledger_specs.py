"""The kinds of files that become ledger lines: revenue lines, usage, activities."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sightline.exchange.imports.specs import Field, Kind, Object, Row, Staged, of, text
from sightline.ledger import tables


class Resolves(enum.StrEnum):
    """How a column of the ledger is made from the file's text."""

    ACCOUNT = "account"
    UNIT = "unit"
    LINE = "line"
    CONTACT = "contact"
    PERSON = "person"
    DAY = "day"
    AMOUNT = "amount"
    CURRENCY = "currency"
    NUMBER = "number"
    WORD = "word"
    TEXT = "text"
    SWITCH = "switch"
    OUTSIDE_ID = "outside_id"
    # a number that the part holds only where the file tells it; what is none is not told
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class LedgerKind:
    """One kind: the ledger's table, the file's fields, and how each column is made."""

    name: str
    table: str
    object: Object
    columns: Mapping[str, Resolves]


def _never(row: Row) -> Sequence[Staged]:
    raise NotImplementedError(row)  # lines are read as columns, never row by row


_ACCOUNT = text(
    "account",
    "account account_id accountid account_name customer customer_id customerid storeid store "
    "company client",
    required=True,
)
_UNIT = text("unit", "unit business_unit businessunit__c division department")
_LINE = text(
    "product_line",
    "product_line productline line product product_name productname product_id productid "
    "subcategory category product2id",
    required=True,
)
_DAY = of(
    Kind.DAY,
    "date",
    "date day invoice_date invoicedate orderdate order_date booked_on posting_date month period",
    required=True,
)


def _kind(
    name: str, table: str, fields: tuple[Field, ...], columns: Mapping[str, Resolves]
) -> LedgerKind:
    return LedgerKind(name, table, Object(name, fields, _never, ()), columns)


_REVENUE = _kind(
    "revenue-lines",
    tables.LINES,
    (
        _ACCOUNT,
        _UNIT,
        _LINE,
        _DAY,
        of(
            Kind.MONEY,
            "amount",
            "amount revenue net_amount linetotal line_total total value net sales",
            required=True,
        ),
        of(
            Kind.NUMBER,
            tables.QUANTITY,
            "quantity qty order_qty orderqty order_quantity orderquantity units_sold unitssold "
            "invoiced_quantity",
        ),
        text("currency", "currency currencyisocode currency_code currencykey", 8),
        text(
            tables.OUTSIDE_ID,
            "outside_id line_id lineid line_item_id lineitemid invoice_line_id invoicelineid "
            "order_line_id orderlineid opportunity_line_item_id opportunitylineitemid "
            "sales_order_detail_id salesorderdetailid",
            120,
        ),
    ),
    {
        "account": Resolves.ACCOUNT,
        "unit": Resolves.UNIT,
        "product_line": Resolves.LINE,
        "date": Resolves.DAY,
        "amount": Resolves.AMOUNT,
        "currency": Resolves.CURRENCY,
        tables.QUANTITY: Resolves.TOLD,
        tables.OUTSIDE_ID: Resolves.OUTSIDE_ID,
    },
)
_USAGE = _kind(
    "usage",
    tables.USAGE,
    (
        _ACCOUNT,
        _UNIT,
        _LINE,
        _DAY,
        of(Kind.NUMBER, "quantity", "quantity value usage users count active_users", required=True),
    ),
    {
        "account": Resolves.ACCOUNT,
        "unit": Resolves.UNIT,
        "product_line": Resolves.LINE,
        "date": Resolves.DAY,
        "quantity": Resolves.NUMBER,
    },
)
_ACTIVITIES = _kind(
    "activities",
    tables.ACTIVITIES,
    (
        _ACCOUNT,
        text("contact", "contact contact_id contactid contact_email email whoid"),
        text("our_person", "our_person owner ownerid user user_email rep salesperson"),
        text("kind", "kind type activity_type", required=True),
        text("direction", "direction"),
        of(Kind.DAY, "at", "at date day activitydate activity_date when", required=True),
        text("thread", "thread thread_id id conversation"),
        of(Kind.SWITCH, "connected", "connected held took_place"),
        of(Kind.NUMBER, "minutes", "minutes duration duration_minutes durationinminutes"),
    ),
    {
        "account": Resolves.ACCOUNT,
        "contact": Resolves.CONTACT,
        "our_person": Resolves.PERSON,
        "kind": Resolves.WORD,
        "direction": Resolves.WORD,
        "at": Resolves.DAY,
        "thread": Resolves.TEXT,
        "connected": Resolves.SWITCH,
        "minutes": Resolves.NUMBER,
    },
)

LEDGER_KINDS: Mapping[str, LedgerKind] = {one.name: one for one in (_REVENUE, _USAGE, _ACTIVITIES)}
