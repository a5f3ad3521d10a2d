"""Load the demonstration company by the path that customers use, and compute what follows."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from sightline.actions.company_setup import set_up_company
from sightline.actions.measuring import measure
from sightline.actions.plan_drafts import draft_plans, refresh_plans
from sightline.actions.progress import Silent, Watched
from sightline.actions.qualifying import requalify
from sightline.exchange.demonstration.generate import generate
from sightline.exchange.demonstration.library import fill_library
from sightline.exchange.imports import service
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.rates import load_rates
from sightline.exchange.imports.service import Asked

Say = Callable[[str], None]
SOURCE = "Generated demonstration data"
NAME = "Larkfield Systems"
YEAR_BEGAN_DAYS_AGO = 45


def load_demonstration(
    data: Path, *, today: date, say: Say, accounts: int = 120, seed: int = 1
) -> Path:
    """Generate below `data`, import, fill the play library, measure, tier, draft plans; answers the
    export's folder."""
    folder = data / "demonstration-export"
    shutil.rmtree(folder, ignore_errors=True)
    say("Making the demonstration company (generated data) ...")
    generate(folder, accounts=accounts, seed=seed, today=today)
    set_up_company(
        name=NAME,
        currency="GBP",
        # a plan year that has just begun shows plans with most of their year ahead
        fiscal_start_month=(today - timedelta(days=YEAR_BEGAN_DAYS_AGO)).month,
        time_zone="Europe/London",
        demonstration=True,
    )
    say("Importing it as a Salesforce data export ...")
    import_export(folder, demonstration=True)
    fill_library()
    say("Computing measures, tiers and first plans ...")
    compute(today, job=Silent())
    return folder


def import_export(folder: Path, *, demonstration: bool) -> None:
    """Rates, then the export, then the lines that name its accounts."""
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
            demonstration=demonstration,
        )
        run = service.begin(asked, actor_id=None)
        service.preview_run(run.pk)
        service.apply_run(run.pk)


def compute(day: date, *, job: Watched) -> None:
    """Everything that follows an import, at once instead of by the worker."""
    measure(day, job=job)
    requalify(day, job=job)
    draft_plans(day, job=job)
    refresh_plans(day, job=job)
