"""`sightline sync`: connect an org, run rounds, compare and repair.

Exit codes: 0 done; 1 refused, or drift was found; 2 wrong use. Progress goes to stderr.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from sightline.actions.sync import connections, inbox
from sightline.actions.sync.context import SyncProblem, context_of
from sightline.agreement.records import Write
from sightline.agreement.rules import Rules, check_rules, default_rules, reading
from sightline.agreement.telling import called, shown
from sightline.crm import mirror, push, registry
from sightline.crm.budget import Purpose
from sightline.crm.errors import CrmError, Retry
from sightline.exchange.imports.mapping import read_mapping
from sightline.exchange.imports.salesforce import OBJECTS
from sightline.jobs.garbage import garbage_looked_for_seldom
from sightline.jobs.sync import rounds
from sightline.records.queries import sync as queries
from sightline.records.queries import sync_titles


class _Group(click.Group):
    """`sync NAME` runs rounds; `sync VERB …` is one of the commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A first word that is no command is a connection's name."""
        first = next((one for one in args if not one.startswith("-")), "")
        if first and first not in self.commands:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group("sync", cls=_Group)
def sync() -> None:
    """Keep plans and a CRM in step: sync NAME [--once] [--dry-run] [--since T]."""


@sync.command("connect")
@click.argument("name")
@click.option("--login", required=True, help="The org's My Domain address.")
@click.option("--flow", type=click.Choice(registry.FLOWS), default="client_credentials")
@click.option("--client-id", default="")
@click.option("--username", default="", help="Whose rights are used, for the JWT flow.")
@click.option("--source", default="", help="Take over the rows of this import source.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, path_type=Path),
    help="A mapping file of an import: which columns are read, what their values mean.",
)
@click.option("--secrets", "secrets_file", type=click.File("r"), default="-")
def connect(
    name: str, secrets_file: Any, source: str, mapping: Path | None, **settings: Any
) -> None:
    """Make a connection. Secrets are read as JSON from a file or stdin, never from arguments:
    client_secret, private_key, refresh_token, access_token."""
    secrets = json.loads(secrets_file.read() or "{}")
    plain = {key: value for key, value in settings.items() if value}
    if "private_key_file" in secrets:
        secrets["private_key"] = Path(secrets.pop("private_key_file")).read_text("utf-8")
    with _said():
        pk = connections.connect(
            name,
            brand="salesforce",
            settings=plain,
            secrets=secrets,
            source=source,
            rules=_rules(mapping),
            actor_id=None,
        )
        with rounds.at_work(pk, purpose=Purpose.ASKED) as session:
            mirror.refresh_shapes(session)
        facts = queries.connection(pk)
        click.echo(f"{name} is connected to the org {facts.org_id if facts else ''}.")
        for problem in check_rules(context_of(pk).rules, context_of(pk).shapes):
            click.echo(f"note: {problem.message}")


def _rules(mapping: Path | None) -> Rules:
    """The mapping to begin with. Raises TableRefused."""
    rules = default_rules("salesforce")
    if mapping is None:
        return rules
    chosen = read_mapping(mapping, OBJECTS.values())
    return reading(rules, columns=chosen.columns, meanings=chosen.values)


@sync.command("run")
@click.argument("name")
@click.option("--once", is_flag=True, help="One round, then end.")
@click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@click.option("--since", type=click.DateTime(), help="Read again what changed since then (UTC).")
@click.option("--json", "as_json", is_flag=True)
def run_rounds(
    name: str, once: bool, dry_run: bool, since: dt.datetime | None, as_json: bool
) -> None:
    """Read and send, over and over or once."""
    pk = _named(name)
    moment = since.replace(tzinfo=dt.UTC) if since is not None else None
    if dry_run:
        _show_planned(pk, since=moment, as_json=as_json)
        return
    if moment is not None:
        inbox.read_again_since(pk, moment)
    with garbage_looked_for_seldom():
        while True:
            _run_round(pk, once=once, as_json=as_json)
            if once:
                return
            time.sleep(rounds.EVERY.total_seconds())


def _run_round(pk: int, *, once: bool, as_json: bool) -> None:
    try:
        with _said(ends=once), rounds.at_work(pk) as session:
            pulled, pushed = rounds.round_of(session, progress=_progress)
            _echo({"read": _plain(pulled), "sent": _plain(pushed)}, as_json)
    except CrmError:
        pass


def _show_planned(pk: int, *, since: dt.datetime | None, as_json: bool) -> None:
    writes, rules = _planned(pk, since), context_of(pk).rules
    named = {} if as_json else sync_titles.remote_titles(pk, (one.id for one in writes))
    for write in writes:
        values = shown(rules, write, instead="(not shown here)")
        if as_json:
            plain = {"do": write.deed, "object": write.object, "id": write.id, **values}
            click.echo(json.dumps(plain, default=str, ensure_ascii=False))
            continue
        said = ", ".join(f"{name} = {_word(value)}" for name, value in values.items())
        title = called(write, named)
        click.echo(f"{write.deed} {write.object} {title}{': ' if said else ''}{said}")
    if not as_json:
        click.echo(f"{len(writes)} to write. Nothing was written.", err=True)


def _word(value: object) -> str:
    return "nothing" if value is None or value == "" else str(value)


def _planned(pk: int, since: dt.datetime | None) -> list[Write]:
    """What would be written as of the last read; with `since` after reading, too."""
    with _said():
        if since is None:
            return push.planned(context_of(pk), now=timezone.now())
        with rounds.at_work(pk, purpose=Purpose.ASKED) as session:
            return rounds.rehearsed(session, since=since)
    return []


@sync.command("verify")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True)
def verify(name: str, as_json: bool) -> None:
    """Compare every row on both sides; exit 1 where they differ."""
    _compare(name, repair=False, as_json=as_json)


@sync.command("repair")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True)
def repair(name: str, as_json: bool) -> None:
    """Compare, and mend what differs."""
    _compare(name, repair=True, as_json=as_json)


def _compare(name: str, *, repair: bool, as_json: bool) -> None:
    pk = _named(name)
    asked = rounds.at_work(pk, purpose=Purpose.ASKED)
    with _said(), asked as session, garbage_looked_for_seldom():
        tally = rounds.compare_all(session, repair=repair, progress=_progress)
        counts = {
            "rows": tally.rows,
            "missing_here": tally.missing_here,
            "missing_there": tally.missing_there,
            "differing": tally.differing,
            "repaired": tally.repaired,
        }
        _echo({**counts, "samples": tally.samples[:10]} if as_json else counts, as_json)
        if not (tally.rows or tally.missing_there):
            click.echo("Nothing to compare: no record was here or there.", err=True)
        if tally.drift and not repair:
            sys.exit(1)


def _named(name: str) -> int:
    pk = queries.connection_named(name)
    if pk is None:
        raise click.ClickException(f"There is no connection called {name}.")
    return pk


class _said:
    """Refusals in words; exit 1 unless rounds go on."""

    def __init__(self, *, ends: bool = True) -> None:
        self._ends = ends

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> bool:
        if not isinstance(problem, CrmError | SyncProblem):
            return False
        click.echo(f"refused: {problem}", err=True)
        person = isinstance(problem, CrmError) and problem.retry_kind is Retry.PERSON
        if self._ends or person:
            sys.exit(1)
        return True


def _plain(counts: Any) -> dict[str, int]:
    return {name: getattr(counts, name) for name in counts.__slots__}


def _echo(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer))
        return
    for name, value in answer.items():
        text = (
            ", ".join(f"{one} {count:,}" for one, count in value.items())
            if isinstance(value, dict)
            else f"{value:,}"
        )
        click.echo(f"{name.replace('_', ' ')}: {text}")


def _progress(done: int, total: int | None, note: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{note} {done:,}", nl=False, err=True)
