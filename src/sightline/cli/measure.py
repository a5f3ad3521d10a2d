"""`sightline measure` and `sightline requalify`: compute for every account, and keep it."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from datetime import date, datetime

import click

from sightline.ledger.errors import LedgerError
from sightline.planning.errors import MissingRate, PlanningError

RATES = (
    "Load rates (sightline import rates FILE), or choose the company's currency: Settings, Company."
)
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Progress:
    """Says on standard error how far it is, at most twice a second, where a person looks."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._watched = sys.stderr.isatty()

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """One line, overwritten."""
        if not self._watched or time.monotonic() - self._shown < 0.5:
            return
        self._shown = time.monotonic()
        of = f" of {total:,}" if total else ""
        click.echo(f"\r{done:,}{of} {note}   ", nl=False, err=True)

    def close(self) -> None:
        """End the line."""
        if self._watched and self._shown:
            click.echo("", err=True)


def _day(as_of: datetime | None) -> date | None:
    return as_of.date() if as_of else None


@click.command()
@click.option("--as-of", type=DAY, help="The day to measure on; today without it.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def measure(as_of: datetime | None, as_json: bool) -> None:
    """Compute revenue, ACV, contact and usage of every account as of a day."""
    from sightline.actions import measuring as job

    watch = Progress()
    try:
        done = job.measure(_day(as_of), job=watch)
    except MissingRate as gap:
        raise click.ClickException(f"{gap}. {RATES}") from gap
    except (PlanningError, LedgerError) as problem:
        raise click.ClickException(str(problem)) from problem
    finally:
        watch.close()
    if as_json:
        click.echo(json.dumps(asdict(done), default=str))
        return
    source = " (revenue from bookings)" if done.from_bookings else ""
    click.echo(
        f"Measured {done.accounts:,} accounts as of {done.as_of}{source}: {done.cells:,} cells, "
        f"{done.people:,} people with contact. Ledger version {done.ledger_version}."
    )


@click.command()
@click.option("--as-of", type=DAY, help="The day to compute on; today without it.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def requalify(as_of: datetime | None, as_json: bool) -> None:
    """Compute every planning account's potential, vulnerability and proposed tier."""
    from sightline.actions import qualifying as job

    watch = Progress()
    try:
        done = job.requalify(_day(as_of), job=watch)
    except (PlanningError, LedgerError) as problem:
        raise click.ClickException(str(problem)) from problem
    finally:
        watch.close()
    if as_json:
        click.echo(json.dumps(asdict(done), default=str))
        return
    tiers = ", ".join(f"tier {tier}: {count:,}" for tier, count in sorted(done.tiers.items()))
    click.echo(f"Computed {done.accounts:,} planning accounts as of {done.as_of}: {tiers}.")
    click.echo(f"{done.to_decide:,} wait for a decision; {done.over_capacity:,} over capacity.")
