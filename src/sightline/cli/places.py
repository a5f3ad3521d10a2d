"""Where a command finds the ledger: a folder, or a company's own warehouse read in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sightline.cli.ledger import say

if TYPE_CHECKING:
    from sightline.ledger.source import Source


@dataclass(frozen=True, slots=True)
class Place:
    """Where the ledger lies: a folder, or a warehouse with the file that maps its tables."""

    folder: Path | None
    url: str = ""
    mapping: Path | None = None


class PlaceType(click.ParamType):  # type: ignore[type-arg]
    """A folder that is there, or a warehouse's address."""

    name = "folder or address"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Place:
        """A folder must exist; an address is opened later."""
        if isinstance(value, Place):
            return value
        from urllib.parse import urlsplit

        scheme = urlsplit(value).scheme
        if len(scheme) > 1 and scheme != "file":
            return Place(None, value)
        path = Path(urlsplit(value).path if scheme == "file" else value)
        if not path.is_dir():
            self.fail(f"the folder {path} does not exist", param, ctx)
        return Place(path)


def ledger_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--ledger` and `--mapping`, handed to the command as one `place`."""

    @click.option(
        "--ledger",
        "place",
        required=True,
        type=PlaceType(),
        envvar="LEDGER_URL",
        help="The ledger's folder, or a warehouse's address; default: LEDGER_URL.",
    )
    @click.option(
        "--mapping",
        type=click.Path(dir_okay=False, exists=True, path_type=Path),
        envvar="LEDGER_MAPPING",
        help="TOML file that maps a warehouse's tables; default: LEDGER_MAPPING.",
    )
    @wraps(command)
    def with_place(*args: Any, place: Place, mapping: Path | None, **kwargs: Any) -> Any:
        typed = click.get_current_context().get_parameter_source("mapping")
        if place.folder is not None and typed is ParameterSource.COMMANDLINE:
            raise click.UsageError("--mapping is for a warehouse; a folder needs none")
        return command(*args, place=replace(place, mapping=mapping), **kwargs)

    return with_place


@contextmanager
def opened_place(
    place: Place,
    as_of: date | None,
    currency: str | None,
    *,
    table: str = "lines",
    adds_up: bool = True,
) -> Iterator[tuple[Source, date]]:
    """The ledger opened at the cut; the table's last day where none is given."""
    from sightline.ledger.currencies import checked_code

    wanted = checked_code(currency) or None if currency else None
    if place.folder is None:
        from sightline.ledger.warehouse import opened_warehouse, read_mapping, same_names

        mappings = read_mapping(place.mapping) if place.mapping else same_names()
        with opened_warehouse(
            place.url,
            mappings=mappings,
            table=table,
            as_of=as_of,
            reporting_currency=wanted,
            adds_up=adds_up,
        ) as (source, day):
            say(f"the warehouse adds up its {table} up to {day}; only sums are fetched")
            yield source, day
        return
    from sightline.ledger.catalogue import FileCatalogue
    from sightline.ledger.errors import NothingToJudge
    from sightline.ledger.source import opened

    version = FileCatalogue(place.folder).current()
    last = as_of or version.last_day(table)
    if last is None or not version.of(table):
        raise NothingToJudge(f"the ledger holds no {table}; load some first")
    say(f"version {version.number}: {version.rows(table):,} rows of {table} up to {last}")
    with opened(
        version,
        folder=place.folder,
        as_of=last,
        reporting_currency=wanted,
        adds_up=adds_up,
        progress=say,
    ) as embedded:
        yield embedded, last
