"""The command that writes the demonstration company: `sightline demo generate`."""

import json
from datetime import date, datetime
from pathlib import Path

import click

from sightline.exchange.demonstration.generate import generate
from sightline.exchange.demonstration.profile import MINIMUM
from sightline.exchange.demonstration.stories import CODES


@click.command("generate")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write the export into; made where it is missing.",
)
@click.option(
    "--accounts",
    type=click.IntRange(min=MINIMUM),
    default=120,
    show_default=True,
    help="How many accounts, children included.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another base.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that all dates are relative to. Default: today.",
)
@click.option(
    "--without",
    type=click.Choice(sorted(CODES)),
    multiple=True,
    help="Leave out the cause of this story; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def generate_command(
    out: Path,
    accounts: int,
    seed: int,
    today: datetime | None,
    without: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a company that does not exist, as a Salesforce data export."""
    day = today.date() if today is not None else date.today()  # noqa: DTZ011 - the day here
    summary = generate(out, accounts=accounts, seed=seed, today=day, without=frozenset(without))
    if as_json:
        click.echo(
            json.dumps(
                {
                    "folder": str(summary.folder),
                    "rows": dict(summary.rows),
                    "stories": list(summary.told),
                }
            )
        )
        return
    for name, count in summary.rows.items():
        click.echo(f"{count:>12,}  {name}.csv")
    click.echo(f"Generated demonstration data in {summary.folder}")
