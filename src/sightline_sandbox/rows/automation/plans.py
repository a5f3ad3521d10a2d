"""Account plans and contracts: typed copies of measures, running numbers, end dates."""

from datetime import date

from sightline_sandbox.errors import row_error
from sightline_sandbox.rows.automation.names import running_number
from sightline_sandbox.rows.read import Row
from sightline_sandbox.work import Work


def measure_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """Target and current value are text; a typed, read-only copy is kept beside them."""
    for stem in ("Target", "Current"):
        text = row.get(f"{stem}Value")
        for kind in ("Currency", "Number", "Percent"):
            row[f"{stem}{kind}Value"] = None
        if text is not None and row.get("ValueType"):
            row[f"{stem}{row['ValueType']}Value"] = _number(text, f"{stem}Value")
    if old is None or old.get("CurrentValue") != row.get("CurrentValue"):
        row["CurrentValueTimestamp"] = work.stamp if row.get("CurrentValue") is not None else None


def _number(text: str, field: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise row_error("FIELD_INTEGRITY_EXCEPTION", f"{field} must be a number", field) from None


def number(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """The running number of a link between a measure and a record."""
    if not row.get("Name"):
        row["Name"] = running_number(work, "AccountPlanObjMeasRela", prefix="APOMR-")


def contract_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """Number, end date from start and term, status code."""
    if not row.get("ContractNumber"):
        row["ContractNumber"] = running_number(work, "ContractNumber")
    codes = {"In Approval Process": "InApproval", "Activated": "Activated", "Draft": "Draft"}
    row["StatusCode"] = codes.get(row.get("Status") or "", "Draft")
    if row.get("StartDate") and row.get("ContractTerm"):
        row["EndDate"] = _term_end(row["StartDate"], int(row["ContractTerm"]))


def _term_end(start: str, months: int) -> str:
    first = date.fromisoformat(start)
    index = first.year * 12 + first.month - 1 + months
    year, month = index // 12, index % 12 + 1
    for day in range(first.day, 27, -1):
        try:
            end = date(year, month, day)
        except ValueError:
            continue
        return date.fromordinal(end.toordinal() - 1).isoformat()
    return date.fromordinal(date(year, month, first.day).toordinal() - 1).isoformat()
