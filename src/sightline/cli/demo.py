"""`sightline demo`: generate the demonstration company, load it, remove it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from sightline.actions import people
from sightline.cli.measure import Progress
from sightline.exchange.demonstration.command import generate_command
from sightline.exchange.demonstration.sign_ins import DemonstrationPerson, people_of_export
from sightline.planning.errors import PlanningError
from sightline.records.queries import company, sign_ins, state

Say = Callable[[str], None]


@click.group()
def demo() -> None:
    """Make or remove the generated demonstration company."""


demo.add_command(generate_command)


@demo.command("load")
@click.option("--accounts", default=120, show_default=True, type=click.IntRange(min=24))
@click.option("--seed", default=1, show_default=True, type=int)
def load_command(accounts: int, seed: int) -> None:
    """Generate the company and import it the way customers import theirs."""
    if state.has_accounts():
        raise click.ClickException("There are accounts already; the demonstration stays apart.")
    load(click.echo, accounts=accounts, seed=seed)
    show_sign_ins(click.echo)


@demo.command("remove")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def remove_command(yes: bool) -> None:
    """Take the demonstration away: its rows, its numbers, its sign-ins. Your own data stays."""
    from sightline.actions.demonstration import remove_demonstration

    if not state.has_demonstration():
        raise click.ClickException("There is no demonstration data here.")
    if not yes:
        click.confirm("Remove the demonstration, with all that was entered about it?", abort=True)
    watch = Progress()
    try:
        removed = remove_demonstration(job=watch)
    except PlanningError as refused:
        raise click.ClickException(str(refused)) from refused
    finally:
        watch.close()
    click.echo(f"Accounts removed, with everything about them: {removed:,}.")


def is_wanted() -> bool:
    """Whether a start should bring the demonstration: where nothing was ever entered, or where an
    earlier start was stopped before it had brought all of it."""
    if _begun().exists():
        return not state.has_own_accounts() and all(
            one.demonstration for one in sign_ins.all_sign_ins()
        )
    return not state.has_accounts() and not sign_ins.all_sign_ins()


def is_loaded() -> bool:
    """Whether demonstration data is there."""
    return state.has_demonstration()


def load(say: Say, *, accounts: int = 120, seed: int = 1) -> None:
    """Generate, import, measure, tier and draft; then one sign-in per role."""
    # numpy and the columnar reader come along: a start that loads nothing does without
    from sightline.exchange.demonstration.load import load_demonstration

    data = Path(settings.SIGHTLINE_DATA)
    today = _first_day()
    _create_sign_ins(load_demonstration(data, today=today, say=say, accounts=accounts, seed=seed))
    _begun().unlink(missing_ok=True)


def _first_day() -> date:
    """Today, or the day when a load began that was stopped: the same files add nothing twice."""
    kept = _begun()
    told = kept.read_text(encoding="utf-8") if kept.exists() else ""
    if not told:  # a full disk leaves it empty
        told = company.company_facts().today(timezone.now()).isoformat()
        kept.write_text(told, encoding="utf-8")
    return date.fromisoformat(told)


def _begun() -> Path:
    """There while the demonstration is being brought; holds the day that it counts from."""
    return Path(settings.SIGHTLINE_DATA) / "demonstration-begun"


def show_sign_ins(say: Say) -> None:
    """Print one sign-in per role; passwords were made at random and lie in the data folder."""
    if not _stored():
        show_first_administrator(say)
        return
    say("\nDemonstration sign-ins (they work on this machine only):\n")
    for row in _stored():
        say(f"  {row['role']:18} {row['email']:42} {row['password']}")


def show_first_administrator(say: Say) -> None:
    """Say how to make the first sign-in, where there is none yet."""
    if not sign_ins.all_sign_ins():
        say("\nCreate the first administrator: ./run sightline user create YOU@EXAMPLE.COM --admin")


def _create_sign_ins(folder: Path) -> None:
    rows = []
    for person in people_of_export(folder):
        password = people.fresh_password()
        _create(person, password)
        rows.append({"role": person.label, "email": person.email, "password": password})
    kept = _store()
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(rows), encoding="utf-8")
    os.chmod(kept, 0o600)  # noqa: PTH101 - a file that was there keeps its mode on touch


def _create(person: DemonstrationPerson, password: str) -> None:
    had = sign_ins.id_of_email(person.email)
    if had is not None:
        people.set_password(had, password, actor_id=None)
        return
    people.create_sign_in(
        people.NewSignIn(
            email=person.email,
            name=person.name,
            roles=frozenset(person.roles),
            password=password,
            demonstration=True,
        ),
        actor_id=None,
    )


def _store() -> Path:
    return Path(settings.SIGHTLINE_DATA) / "demonstration-sign-ins.json"


def _stored() -> list[dict[str, str]]:
    if not _store().exists():
        return []
    rows: list[dict[str, str]] = json.loads(_store().read_text(encoding="utf-8"))
    return rows
