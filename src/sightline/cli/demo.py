"""`sightline demo`: generate the demonstration company, load it, remove it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from sightline.actions import people
from sightline.actions.company_setup import set_up_company
from sightline.actions.measuring import measure
from sightline.actions.plan_drafts import draft_plans, refresh_plans
from sightline.actions.progress import Silent
from sightline.actions.qualifying import requalify
from sightline.exchange.demonstration import generate
from sightline.exchange.demonstration.command import generate_command
from sightline.exchange.demonstration.sign_ins import DemonstrationPerson, people_of_export
from sightline.exchange.imports import service
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.rates import load_rates
from sightline.exchange.imports.service import Asked
from sightline.records.queries import company, sign_ins, state

Say = Callable[[str], None]
SOURCE = "Generated demonstration data"


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


def is_wanted() -> bool:
    """Whether a start should bring the demonstration: only where nothing was ever entered."""
    return not state.has_accounts() and not sign_ins.all_sign_ins()


def is_loaded() -> bool:
    """Whether demonstration data is there."""
    return state.has_demonstration()


def load(say: Say, *, accounts: int = 120, seed: int = 1) -> None:
    """Generate, import, measure, tier and draft; then one sign-in per role."""
    today = company.company_facts().today(timezone.now())
    folder = Path(settings.SIGHTLINE_DATA) / "demonstration-export"
    shutil.rmtree(folder, ignore_errors=True)
    say("Making the demonstration company (generated data) ...")
    generate(folder, accounts=accounts, seed=seed, today=today)
    set_up_company(
        name="Larkfield Systems",
        currency="GBP",
        # a plan year that has just begun shows plans with most of their year ahead
        fiscal_start_month=(today - timedelta(days=45)).month,
        time_zone="Europe/London",
        demonstration=True,
    )
    say("Importing it as a Salesforce data export ...")
    _import(folder)
    say("Computing measures, tiers and first plans ...")
    compute(today)
    _create_sign_ins(folder)


def _import(folder: Path) -> None:
    """The path customers use: rates, then the export, then the lines that name its accounts."""
    load_rates([folder / "rates.csv"], dry_run=False)
    for kind, path in (
        (service.EXPORT, folder),
        ("revenue-lines", folder / "revenue-lines.csv"),
        ("usage", folder / "usage.csv"),
    ):
        asked = Asked(
            kind=kind,
            paths=(path,),
            chosen=Chosen({}, {}, {}),
            given={},
            source=SOURCE,
            title=f"{SOURCE}: {kind}",
            demonstration=True,
        )
        run = service.begin(asked, actor_id=None)
        service.preview_run(run.pk)
        service.apply_run(run.pk)


def compute(day: date) -> None:
    """Everything that follows an import, at once instead of by the worker."""
    watch = Silent()
    measure(day, job=watch)
    requalify(day, job=watch)
    draft_plans(day, job=watch)
    refresh_plans(day, job=watch)


def show_sign_ins(say: Say) -> None:
    """Print one sign-in per role; passwords were made at random and lie in the data folder."""
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
