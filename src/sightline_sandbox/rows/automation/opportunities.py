"""Opportunities: what a stage means, fiscal period, history, products, contact roles."""

from typing import Any

from sightline_sandbox.errors import row_error
from sightline_sandbox.rows.read import Row
from sightline_sandbox.work import Work

_STAGE = (
    'SELECT "IsClosed", "IsWon", "ForecastCategory", "ForecastCategoryName", '
    '"DefaultProbability" FROM "OpportunityStage" WHERE "ApiName" = ?'
)
_TRACKED = ("StageName", "Amount", "CloseDate", "Probability", "ForecastCategory")


def stage_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """Closed, won, probability, forecast category and expected revenue follow from the stage."""
    if old is not None and old.get("HasOpportunityLineItem"):
        row["Amount"] = old["Amount"]  # the sum of its products; one that is given is ignored
    moved = old is None or old["StageName"] != row["StageName"]
    stage = work.db.execute(_STAGE, (row.get("StageName"),)).fetchone()
    closed, won, category, category_name, probability = stage or (0, 0, "Pipeline", "Pipeline", 10)
    row["IsClosed"], row["IsWon"] = closed, won
    if moved:
        row["ForecastCategory"] = category
        if "ForecastCategoryName" not in given:
            row["ForecastCategoryName"] = category_name
        if "Probability" not in given or row.get("Probability") is None:
            row["Probability"] = probability
    if moved and old is not None:
        row["LastStageChangeDate"] = work.stamp
    _money_and_period(work, row)


def _money_and_period(work: Work, row: Row) -> None:
    amount, probability = row.get("Amount"), row.get("Probability")
    if amount is None or probability is None:
        row["ExpectedRevenue"] = None
    else:
        row["ExpectedRevenue"] = round(amount * probability / 100, 2)
    day = row.get("CloseDate")
    if not day:
        return
    start = work.org.fiscal_start
    year, month = int(day[:4]), int(day[5:7])
    row["FiscalYear"] = year + (1 if start > 1 and month >= start else 0)
    row["FiscalQuarter"] = ((month - start) % 12) // 3 + 1
    row["Fiscal"] = f"{row['FiscalYear']} {row['FiscalQuarter']}"


def history(work: Work, row: Row, old: Row | None) -> None:
    """A history row when stage, amount, date or probability move; field history beside it."""
    if old is not None and all(row.get(n) == old.get(n) for n in _TRACKED):
        return
    _insert(
        work,
        "OpportunityHistory",
        {n: row.get(n) for n in (*_TRACKED, "ExpectedRevenue")}
        | {"OpportunityId": row["Id"], "IsDeleted": 0, "SystemModstamp": work.stamp},
    )
    for name in ("StageName", "Amount", "CloseDate") if old is not None else ():
        if old is not None and old.get(name) != row.get(name):
            _insert(
                work,
                "OpportunityFieldHistory",
                {
                    "OpportunityId": row["Id"],
                    "Field": name,
                    "OldValue": old.get(name),
                    "NewValue": row.get(name),
                    "IsDeleted": 0,
                },
            )


def _insert(work: Work, name: str, values: Row) -> None:
    from sightline_sandbox.rows.save import insert

    sobject = work.schema.get(name)
    row: Row = {
        "Id": work.org.new_id(work.db, sobject),
        "CreatedDate": work.stamp,
        "CreatedById": work.viewer.user_id,
        **values,
    }
    insert(work, sobject, row)


def first_contact(work: Work, row: Row, old: Row | None) -> None:
    """A create-only ContactId becomes the primary contact role."""
    if old is not None or not row.get("ContactId"):
        return
    stamps = {"LastModifiedDate": work.stamp, "LastModifiedById": work.viewer.user_id}
    _insert(
        work,
        "OpportunityContactRole",
        {"OpportunityId": row["Id"], "ContactId": row["ContactId"], "IsPrimary": 1}
        | {"IsDeleted": 0, "SystemModstamp": work.stamp}
        | stamps,
    )


def one_primary(work: Work, row: Row, old: Row | None) -> None:
    """Making one contact role primary unmakes the others, with a new stamp."""
    if not row.get("IsPrimary"):
        return
    work.db.execute(
        'UPDATE "OpportunityContactRole" SET "IsPrimary" = 0, "SystemModstamp" = ?, '
        '"LastModifiedDate" = ? WHERE "OpportunityId" = ? AND "Id" <> ? AND "IsPrimary" = 1',
        (work.stamp, work.stamp, row["OpportunityId"], row["Id"]),
    )


def entry_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """A price book entry shows its product's name and code."""
    found = work.db.execute(
        'SELECT "Name", "ProductCode" FROM "Product2" WHERE "Id" = ?', (row.get("Product2Id"),)
    ).fetchone()
    if found:
        row["Name"], row["ProductCode"] = found


def line_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """Price, total, product and name of an opportunity product."""
    entry = work.db.execute(
        'SELECT e."Product2Id", e."UnitPrice", e."ProductCode", e."Name", o."Name" '
        'FROM "PricebookEntry" e LEFT JOIN "Opportunity" o ON o."Id" = ? WHERE e."Id" = ?',
        (row.get("OpportunityId"), row.get("PricebookEntryId")),
    ).fetchone()
    if old is None:
        _of_the_price_book(work, row)
    if entry:
        row["Product2Id"], row["ListPrice"], row["ProductCode"] = entry[0], entry[1], entry[2]
        row["Name"] = f"{entry[4] or ''} {entry[3] or ''}".strip()
        if row.get("UnitPrice") is None and row.get("TotalPrice") is None:
            row["UnitPrice"] = entry[1]
    _total(row, given)


def _of_the_price_book(work: Work, row: Row) -> None:
    """A product is sold at an active price of the opportunity's own price book.

    Raises ApiError FIELD_INTEGRITY_EXCEPTION.
    """
    found = work.db.execute(
        'SELECT e."IsActive", e."Pricebook2Id", o."Pricebook2Id" FROM "PricebookEntry" e, '
        '"Opportunity" o WHERE e."Id" = ? AND o."Id" = ?',
        (row.get("PricebookEntryId"), row.get("OpportunityId")),
    ).fetchone()
    if found is None:
        return
    active, book, chosen = found
    why = "" if active else "pricebook entry is inactive"
    if chosen and chosen != book:
        why = "pricebook entry is in a different pricebook than the one assigned to the opportunity"
    if why:
        text = f"field integrity exception: PricebookEntryId ({why})"
        raise row_error("FIELD_INTEGRITY_EXCEPTION", text, "PricebookEntryId")


def _total(row: Row, given: frozenset[str]) -> None:
    quantity: Any = row.get("Quantity")
    if not quantity:
        return
    if "TotalPrice" in given and "UnitPrice" not in given and row.get("TotalPrice") is not None:
        row["UnitPrice"] = round(row["TotalPrice"] / quantity, 2)
    elif row.get("UnitPrice") is not None:
        row["TotalPrice"] = round(row["UnitPrice"] * quantity, 2)


def roll_up(work: Work, row: Row, old: Row | None) -> None:
    """The opportunity's amount is the sum of its products; its stamp moves. The first of them
    brings its price book where none was chosen."""
    work.db.execute(
        'UPDATE "Opportunity" SET "Pricebook2Id" = (SELECT "Pricebook2Id" FROM "PricebookEntry" '
        'WHERE "Id" = ?) WHERE "Id" = ? AND "Pricebook2Id" IS NULL',
        (row.get("PricebookEntryId"), row["OpportunityId"]),
    )
    roll_up_amount(work, str(row["OpportunityId"]))


def roll_up_amount(work: Work, opportunity_id: str) -> None:
    """Recompute one opportunity's amount from its live products."""
    total, lines = work.db.execute(
        'SELECT SUM("TotalPrice"), COUNT(*) FROM "OpportunityLineItem" '
        'WHERE "OpportunityId" = ? AND "IsDeleted" = 0',
        (opportunity_id,),
    ).fetchone()
    amount = total if lines else None
    work.db.execute(
        'UPDATE "Opportunity" SET "Amount" = COALESCE(?, "Amount"), "HasOpportunityLineItem" = ?, '
        '"ExpectedRevenue" = COALESCE(?, "Amount") * "Probability" / 100, "SystemModstamp" = ?, '
        '"LastModifiedDate" = ?, "LastModifiedById" = ? WHERE "Id" = ?',
        (
            amount,
            int(lines > 0),
            amount,
            work.stamp,
            work.stamp,
            work.viewer.user_id,
            opportunity_id,
        ),
    )
