"""Who of the demonstration company signs in: one person per role of ours."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.exchange.demonstration.identity import record_id
from sightline.exchange.demonstration.stories import DIP

TITLES: Final = (
    ("Account Manager", "account_manager", "Account manager"),
    ("Customer Success Manager", "customer_success", "Customer success"),
    ("Regional Sales Manager", "leader", "Leader"),
    ("VP Sales", "sponsor", "Executive sponsor"),
    ("Account Marketing Manager", "marketing", "Marketing"),
    ("Sales Operations Lead", "operations", "Operations"),
)
READER: Final = ("reader@larkfield.example", "Robin Reader", "reader", "Reader")


@dataclass(frozen=True, slots=True)
class DemonstrationPerson:
    """A sign-in to make. The VP sponsors accounts and leads everybody below."""

    email: str
    name: str
    roles: tuple[str, ...]
    label: str


def people_of_export(folder: Path) -> list[DemonstrationPerson]:
    """One user of each title in the export, and a reader who is no CRM user.

    The account manager is the one whose account the tour walks through; the others are the first.
    """
    with (folder / "User.csv").open(encoding="utf-8", newline="") as file:
        users = list(csv.DictReader(file))
    told = _owner(folder, record_id("Account", owner=DIP))
    users.sort(key=lambda user: user["Id"] != told)
    found = []
    for title, role, label in TITLES:
        user = next(row for row in users if row["Title"] == title)
        roles = (role, "leader") if role == "sponsor" else (role,)
        found.append(DemonstrationPerson(user["Email"].lower(), user["Name"], roles, label))
    email, name, role, label = READER
    return [*found, DemonstrationPerson(email, name, (role,), label)]


def _owner(folder: Path, account: str) -> str:
    """The id of the user who owns an account of the export; empty where it has none of that id."""
    with (folder / "Account.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return next((row["OwnerId"] for row in rows if row["Id"] == account), "")
