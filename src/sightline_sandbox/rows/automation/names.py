"""Names made of parts, and running numbers."""

from sightline_sandbox.rows.read import Row
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work


def compose_name(sobject: SObject, row: Row) -> None:
    """`Name` of a person from first and last name."""
    name = sobject.find("Name")
    if name is None or name.createable or sobject.find("LastName") is None:
        return
    parts = (row.get("FirstName"), row.get("LastName"))
    row["Name"] = " ".join(p for p in parts if p) or None


def running_number(work: Work, counter: str, *, width: int = 8, prefix: str = "") -> str:
    """The next number of a series, as text."""
    return f"{prefix}{work.org.count_up(work.db, counter):0{width}d}"
