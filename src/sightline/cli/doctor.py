"""`sightline doctor`: the state of this installation, and what to do about what is wrong."""

from __future__ import annotations

import json
import platform
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import django
from django.conf import settings
from django.db.utils import OperationalError
from django.utils import timezone

from sightline import __version__
from sightline.actions import ledger_lines, ledger_place
from sightline.cli import layout
from sightline.ledger.errors import LedgerError
from sightline.records.queries import state

MANY_PEOPLE = 25
LITTLE_DISK = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `todo` is empty where all is well."""

    what: str
    found: str
    todo: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def doctor(as_json: bool) -> None:
    """Say what state this installation is in; exit 1 where something is to be done."""
    findings = _versions() + _disk() + _database() + [_lines()]
    wrong = [finding for finding in findings if finding.todo]
    if as_json:
        rows = [{"what": f.what, "found": f.found, "todo": f.todo} for f in findings]
        click.echo(json.dumps({"well": not wrong, "findings": rows}))
    else:
        for finding in findings:
            mark = "!" if finding.todo else "·"
            click.echo(f"{mark} {finding.what:16} {finding.found}")
            if finding.todo:
                click.echo(f"  {'':16} {finding.todo}")
    sys.exit(1 if wrong else 0)


def _versions() -> list[Finding]:
    return [
        Finding("Sightline", __version__),
        Finding("Python", platform.python_version()),
        Finding("Django", django.get_version()),
    ]


def _disk() -> list[Finding]:
    free = shutil.disk_usage(settings.SIGHTLINE_DATA).free
    todo = "Make room: imports and the ledger need it." if free < LITTLE_DISK else ""
    return [
        Finding(
            "Data folder", str(settings.SIGHTLINE_DATA), _folder_advice(settings.SIGHTLINE_DATA)
        ),
        Finding("Free disk", f"{free / 1024**3:.1f} GiB", todo),
    ]


def _folder_advice(folder: Path) -> str:
    """What to do where every user of the machine may look into the folder; "" where none may."""
    if not folder.stat().st_mode & 0o007:
        return ""
    return (
        f"Everybody with a sign-in on this machine can read it: chmod o= {shlex.quote(str(folder))}"
    )


def _database() -> list[Finding]:
    try:
        behind = layout.tables_behind()
    except OperationalError as problem:
        todo = "Check DATABASE_URL, and that the server runs."
        return [Finding("Database", f"cannot be reached: {problem}", todo)]
    if behind != "ready":
        word = "has no tables yet" if behind == "new" else "is behind this version"
        return [Finding("Database", word, "Run: sightline migrate")]
    found = state.installation(timezone.now())
    return [
        Finding("Database", f"{found.database}, {found.database_mode}", _size_advice(found)),
        Finding(
            "Sign-ins",
            str(found.sign_ins),
            "" if found.sign_ins else "Create the first: sightline user create EMAIL --admin",
        ),
        Finding(
            "Accounts",
            f"{found.accounts:,}, {found.measured:,} measured, {found.tiered:,} with a tier",
            "" if found.accounts else "Load data: sightline import salesforce-export FOLDER",
        ),
        Finding("Plans", f"{found.plans:,}"),
        Finding("Ledger", f"version {found.ledger_version}"),
        Finding("Worker", f"{found.workers_alive} alive", _worker_advice(found)),
        Finding(
            "Jobs",
            f"{found.waiting_jobs} waiting, {found.failed_jobs} failed",
            "See Settings → Jobs for what failed and why." if found.failed_jobs else "",
        ),
    ]


def _lines() -> Finding:
    """Where the revenue lines lie, and whether a warehouse answers."""
    place = ledger_place.elsewhere()
    if not place:
        return Finding("Revenue lines", f"folder {settings.SIGHTLINE_LEDGER}")
    try:
        tables = ledger_lines.answers()
    except LedgerError as problem:
        todo = "Check LEDGER_URL and LEDGER_MAPPING, and that the warehouse can be reached."
        return Finding("Revenue lines", f"warehouse {place}: {problem}", todo)
    return Finding("Revenue lines", f"warehouse {place}, answers for {', '.join(tables)}")


def _size_advice(found: state.Installation) -> str:
    if found.database == "sqlite" and found.database_mode.lower() != "wal":
        return "SQLite is not in WAL mode: the data folder may lie on a network disk. Move it."
    if found.database == "sqlite" and found.sign_ins > MANY_PEOPLE:
        return f"Beyond about {MANY_PEOPLE} people use PostgreSQL: set DATABASE_URL."
    return ""


def _worker_advice(found: state.Installation) -> str:
    if found.workers_alive or not found.waiting_jobs:
        return ""
    return "Work is waiting and no worker runs. Start one: sightline worker"
