"""`sightline ledger`: load files, look at versions, take an import back. Needs no web database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

_DIR = click.option(
    "--ledger",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The ledger's folder.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
# How DuckDB tells that Ctrl-C stopped a query.
_INTERRUPTED = "Query interrupted"
KINDS = ("lines", "spend", "activities", "usage", "contracts", "kinds", "rates")


@contextmanager
def refusals() -> Iterator[None]:
    """Errors of the ledger as one line on stderr and exit code 1."""
    from sightline.ledger.errors import LedgerError

    try:
        yield
    except LedgerError as error:
        click.echo(f"refused: {error.message}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        raise
    except RuntimeError as error:
        if str(error) != _INTERRUPTED:
            raise
        raise click.Abort from None
    except (OSError, MemoryError) as error:
        click.echo(f"failed: {error}", err=True)
        sys.exit(1)


def say(words: str) -> None:
    """Progress, on stderr."""
    click.echo(words, err=True)


@click.group()
def ledger() -> None:
    """Revenue lines, spend and activities at any size, in a folder of immutable parts."""


@ledger.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@_DIR
@click.option("--currency", default="", help="Currency of files without a currency column.")
@click.option("--date-format", default="", help="Such as %d/%m/%Y, where days are not ISO days.")
@click.option("--decimal-comma", is_flag=True, help="Amounts are written 1.234,56.")
@click.option(
    "--leave-out-bad-rows",
    "leave_out",
    is_flag=True,
    help="Leave out and count rows that cannot be read, instead of refusing the file.",
)
@click.option("--again", is_flag=True, help="Load a file even if it was loaded before.")
@_JSON
def load(
    kind: str,
    files: tuple[Path, ...],
    folder: Path,
    currency: str,
    date_format: str,
    decimal_comma: bool,
    leave_out: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Load FILES (CSV or Parquet) of one KIND. All are taken, or none.

    \b
    lines       account, unit, product_line, date, amount, currency
    spend       buyer, unit, category, supplier, date, amount, currency
    activities  account, contact, our_person, kind, direction, at, thread, connected, minutes
    usage       account, unit, product_line, date, quantity
    contracts   account, unit, product_line, source, starts, ends, value, term_months, currency
    kinds       product_line, kind (recurring, repeat or one_off)
    rates       month, currency, into, rate
    """
    from sightline.ledger.catalogue import FileCatalogue
    from sightline.ledger.currencies import checked_code
    from sightline.ledger.load import load_files
    from sightline.ledger.load.cells import Format
    from sightline.ledger.load.days import with_times

    if "'" in date_format:
        raise click.UsageError("--date-format may not hold a quote")
    with refusals():
        form = Format(
            days=with_times(date_format) if date_format else (),
            decimal_comma=decimal_comma,
            currency=checked_code(currency),
            leave_out=leave_out,
        )
        done = load_files(
            files,
            table=kind,
            folder=folder,
            catalogue=FileCatalogue(folder),
            form=form,
            again=again,
            progress=say,
        )
    for name in done.known:
        say(f"{name}: loaded before, nothing added")
    for note in done.notes:
        say(note)
    rows = sum(part.rows for part in done.added)
    if as_json:
        answer = {"version": done.version.number, "rows": rows, "known": list(done.known)}
        click.echo(json.dumps(answer))
    else:
        click.echo(f"version {done.version.number}: {rows:,} rows of {kind} added")


@ledger.command()
@_DIR
@_JSON
def show(folder: Path, as_json: bool) -> None:
    """What the current version holds, table by table and import by import."""
    from sightline.ledger.catalogue import FileCatalogue

    with refusals():
        version = FileCatalogue(folder).current()
    if as_json:
        click.echo(json.dumps(version.to_json()))
        return
    click.echo(f"version {version.number}")
    for part in version.parts:
        span = f"{part.first_day} to {part.last_day}" if part.first_day else ""
        click.echo(f"{part.table:<11}{part.rows:>12,} rows  {part.source[:24]}  {span}".rstrip())


@ledger.command()
@click.argument("source")
@_DIR
def undo(source: str, folder: Path) -> None:
    """Take one import back: a new version without its parts. SOURCE as `show` prints it."""
    from sightline.ledger.catalogue import FileCatalogue
    from sightline.ledger.errors import LedgerError

    with refusals():
        catalogue = FileCatalogue(folder)
        version = catalogue.current()
        fitting = [name for name in version.sources() if name.startswith(source)]
        if len(fitting) != 1:
            raise LedgerError(f"{len(fitting)} imports are named {source}; one is needed")
        after = catalogue.commit(version.without(fitting[0]), expected_version=version.number)
    click.echo(f"version {after.number}: without {fitting[0]}")


@ledger.command()
@_DIR
def check(folder: Path) -> None:
    """Read every part and compare it with what was committed."""
    from sightline.ledger.catalogue import FileCatalogue
    from sightline.ledger.parts import verify

    with refusals():
        version = FileCatalogue(folder).current()
        verify(folder, version)
    click.echo(f"version {version.number}: {len(version.parts)} parts are whole")


if __name__ == "__main__":
    ledger()
