"""The state of an installation: for `doctor`, the start page and the side bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from sightline.records.models import (
    Account,
    AccountMeasures,
    ImportRun,
    Job,
    LedgerVersion,
    Plan,
    SignIn,
    Source,
    TierResult,
    WorkerSeen,
)

ALIVE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Installation:
    """Counts and signs of life."""

    database: str
    database_mode: str
    sign_ins: int
    accounts: int
    measured: int
    tiered: int
    plans: int
    imports: int
    ledger_version: int
    waiting_jobs: int
    failed_jobs: int
    workers_alive: int
    demonstration: bool


def installation(now: datetime) -> Installation:
    """Everything that `doctor` asks the database. About twelve queries."""
    newest = LedgerVersion.objects.order_by("-number").values_list("number", flat=True).first()
    jobs = Job.objects.all()
    return Installation(
        database=connection.vendor,
        database_mode=_mode(),
        sign_ins=SignIn.objects.filter(is_active=True).count(),
        accounts=Account.objects.filter(removed_at=None).count(),
        measured=AccountMeasures.objects.count(),
        tiered=TierResult.objects.count(),
        plans=Plan.objects.count(),
        imports=ImportRun.objects.count(),
        ledger_version=newest or 0,
        waiting_jobs=jobs.filter(state=Job.State.WAITING).count(),
        failed_jobs=jobs.filter(state=Job.State.FAILED).count(),
        workers_alive=WorkerSeen.objects.filter(seen_at__gte=now - ALIVE).count(),
        demonstration=has_demonstration(),
    )


def has_demonstration() -> bool:
    """Whether generated demonstration data is loaded. One query."""
    return Source.objects.filter(demonstration=True).exists()


def has_accounts() -> bool:
    """Whether any account is there. One query."""
    return Account.objects.filter(removed_at=None).exists()


def has_own_accounts() -> bool:
    """Whether any account is there that is not the demonstration's. One query."""
    return Account.objects.exclude(source__demonstration=True).exists()


def _mode() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
        else:
            cursor.execute("SHOW server_version")
        row = cursor.fetchone()
    return str(row[0]) if row else ""
