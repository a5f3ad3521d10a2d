"""`sightline insight`: insights over a ledger, without a web database.

Columns and keys are a contract. Progress goes to stderr, results to stdout or `--out`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import IO, Any

import click

from sightline.cli.ledger import refusals, say
from sightline.cli.places import Place, ledger_options, opened_place


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day as 2026-01-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Refuse anything but an ISO day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is not a day such as 2026-01-31", param, ctx)


_AS_OF = click.option(
    "--as-of", type=Day(), help="Last day looked at, included; default: the ledger's last day."
)


def _in_a_folder(_ctx: click.Context, _param: click.Parameter, out: Path | None) -> Path | None:
    """Refuse at once, not after minutes of work, a file that nothing can be written to."""
    if out is not None and not out.parent.is_dir():
        raise click.BadParameter(f"the folder {out.parent} does not exist")
    return out


_OUT = click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=_in_a_folder,
    help="File; default: stdout.",
)
_CURRENCY = click.option("--currency", default=None, help="Reporting currency.")


@click.group()
def insight() -> None:
    """Insights from the ledger: each says what it rests on and how sure it is."""


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]], out: Path | None) -> int:
    """Write rows as CSV; an unfinished file never stands under its name. Returns the rows."""
    count = 0

    def write(file: Any) -> None:
        nonlocal count
        each = iter(rows)
        first = next(each, None)  # a refusal comes before anything is written
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in chain([] if first is None else [first], each):
            writer.writerow(["" if cell is None else cell for cell in row])
            count += 1

    if out is None:
        write(sys.stdout)
        return count
    _replace(out, write)
    return count


def _replace(out: Path, write: Callable[[IO[str]], object]) -> None:
    draft = out.with_name(f".{out.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            write(file)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def write_json(answer: object, out: Path | None) -> None:
    """Write one JSON value."""
    plain = json.dumps(answer, indent=2, ensure_ascii=False)
    if out is None:
        click.echo(plain)
    else:
        _replace(out, lambda file: file.write(plain + "\n"))


@insight.command()
@ledger_options
@_AS_OF
@click.option("--top", "count", type=click.IntRange(min=1), default=5, show_default=True)
@_OUT
def whitespace(place: Place, as_of: date | None, count: int, out: Path | None) -> None:
    """For each buyer the lines it does not own that it is likeliest to take next."""
    from sightline.ledger.insight.whitespace_rows import WhitespaceRow, whitespace_rows
    from sightline.ledger.method import shipped

    with refusals(), opened_place(place, as_of, None, adds_up=False) as (source, day):
        rows = whitespace_rows(source, as_of=day, count=count, parameters=shipped())
        written = write_csv(WhitespaceRow._fields, rows, out)
        say(f"{written:,} open lines")


@insight.command()
@ledger_options
@_AS_OF
@click.option("--horizon", type=click.IntRange(1, 3650), default=180, show_default=True)
@_OUT
@_CURRENCY
def quiet(
    place: Place, as_of: date | None, horizon: int, out: Path | None, currency: str | None
) -> None:
    """For each active account the chance that it buys nothing in the next HORIZON days."""
    from sightline.ledger.insight.quiet_rows import QuietRow, quiet_rows
    from sightline.ledger.method import shipped

    with refusals(), opened_place(place, as_of, currency) as (source, day):
        answer = quiet_rows(source, as_of=day, horizon=horizon, parameters=shipped())
        write_csv(QuietRow._fields, answer.rows, out)
        model = answer.model
        say(f"model: {model.method}, from {model.outcomes:,} earlier outcomes")
        say(
            f"{answer.left_out:,} accounts left out: too few purchase days, or quiet for six months"
        )


@insight.command()
@ledger_options
@click.option("--us", required=True, help="Our own name among the suppliers.")
@_AS_OF
@_OUT
@click.option("--hide-others", is_flag=True, help="See other suppliers only as category totals.")
@click.option(
    "--size",
    "size_file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="File with the columns unit, size.",
)
def wallet(
    place: Place,
    us: str,
    as_of: date | None,
    out: Path | None,
    hide_others: bool,
    size_file: Path | None,
) -> None:
    """For each unit and category the yearly wallet as a range, and our share of it."""
    from sightline.ledger.insight.sizes import read_sizes
    from sightline.ledger.insight.wallet_rows import WalletRow, wallet_rows
    from sightline.ledger.method import shipped

    with refusals():
        sizes = read_sizes(size_file) if size_file else {}
        with opened_place(place, as_of, None, table="spend", adds_up=False) as (source, day):
            rows = wallet_rows(
                source,
                us=us,
                as_of=day,
                hide_others=hide_others,
                sizes=sizes,
                parameters=shipped(),
            )
            written = write_csv(WalletRow._fields, rows, out)
            say(f"{written:,} units and categories")


class Windows(click.ParamType):  # type: ignore[type-arg]
    """Months of both windows, or two windows as FIRST:LAST,FIRST:LAST."""

    name = "windows"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | tuple[tuple[date, date], tuple[date, date]]:
        """A number of months, or two spans of days."""
        if isinstance(value, int | tuple):
            return value
        if value.isdigit() and int(value) > 0:
            return int(value)
        try:
            spans = [
                tuple(date.fromisoformat(day) for day in span.split(":"))
                for span in value.split(",")
            ]
            (a, b), (c, d) = spans
        except ValueError:
            self.fail("give a number of months, or FIRST:LAST,FIRST:LAST", param, ctx)
        if b < a or d < c or c <= a:
            self.fail("each window runs forward, and the second starts later", param, ctx)
        return (a, b), (c, d)


@insight.command()
@ledger_options
@click.option("--from", "start", type=Day(), required=True, help="Last day of the start window.")
@click.option("--to", "end", type=Day(), required=True, help="Last day of the end window.")
@click.option(
    "--windows",
    type=Windows(),
    default="12",
    show_default=True,
    help="Months of both windows, or two windows as FIRST:LAST,FIRST:LAST.",
)
@click.option("--kind", type=click.Choice(["recurring", "repeat", "one_off"]), default=None)
@_OUT
@_CURRENCY
def retention(
    place: Place,
    start: date,
    end: date,
    windows: int | tuple[tuple[date, date], tuple[date, date]],
    kind: str | None,
    out: Path | None,
    currency: str | None,
) -> None:
    """Gross, net and logo retention between two windows, with the bridge to the cent."""
    from sightline.ledger.insight.retention import as_json
    from sightline.ledger.insight.retention import retention as between
    from sightline.planning.periods import Window, rolling

    if end <= start:
        raise click.UsageError("--to must lie after --from")
    if isinstance(windows, int):
        opening, closing = rolling(start, months=windows), rolling(end, months=windows)
    else:
        opening, closing = (Window(*span) for span in windows)
    with refusals(), opened_place(place, closing.end, currency) as (source, _):
        found = between(source, opening=opening, closing=closing, basis=kind or "")
        write_json(as_json(found, opening=opening, closing=closing, currency=source.currency), out)


@insight.command()
@ledger_options
@_AS_OF
@_OUT
@_CURRENCY
def concentration(place: Place, as_of: date | None, out: Path | None, currency: str | None) -> None:
    """How much of twelve months' revenue few accounts hold."""
    from sightline.ledger.currencies import major
    from sightline.ledger.insight.concentration import concentration as figures

    with refusals(), opened_place(place, as_of, currency) as (source, day):
        found = figures(source)
        answer = {
            "as_of": day.isoformat(),
            "accounts": found.accounts,
            "total": float(major(round(found.total), currency=source.currency)),
            "currency": source.currency,
            "top_20_share": found.top_share,
            "gini": found.gini,
            "hhi": found.hhi,
            "effective_n": found.effective,
            "largest_share": found.largest,
            "left_out": found.left_out,
        }
        write_json(answer, out)


@insight.command()
@ledger_options
@_AS_OF
@click.option("--capacity", type=click.IntRange(min=1), required=True, help="Full plans in all.")
@_OUT
@_CURRENCY
def tiers(
    place: Place, as_of: date | None, capacity: int, out: Path | None, currency: str | None
) -> None:
    """Which accounts deserve a plan, as far as the ledger alone can tell."""
    from sightline.ledger.insight.tiers import TierRow, tier_rows
    from sightline.ledger.method import shipped
    from sightline.planning.parameters import load_defaults

    with refusals(), opened_place(place, as_of, currency) as (source, day):
        rows = tier_rows(
            source,
            as_of=day,
            capacity=capacity,
            parameters=load_defaults(),
            insight=shipped(),
        )
        write_csv(TierRow._fields, rows, out)


@insight.command()
@ledger_options
@_AS_OF
@_OUT
@_CURRENCY
def attention(place: Place, as_of: date | None, out: Path | None, currency: str | None) -> None:
    """Where contact goes against where the potential is, with what chance alone would do."""
    from sightline.ledger.insight.attention_audit import attention_answer
    from sightline.ledger.method import shipped
    from sightline.planning.parameters import load_defaults

    with refusals(), opened_place(place, as_of, currency, table="activities") as (source, day):
        answer = attention_answer(source, as_of=day, parameters=load_defaults(), insight=shipped())
        write_json(answer, out)


if __name__ == "__main__":
    insight()
