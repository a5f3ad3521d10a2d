"""A company of any size for page benchmarks: the demonstration company, copied inside the database.

The demonstration company is imported by the path that customers use, measured, tiered and drafted;
then every row that hangs on an account or on one of our people is copied with its keys shifted, so
that an account of the hundred thousand is as deep as one of the demonstration: units, people with
logged contact, deals with their stages, contracts, cases, cells, plans.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

KEPT = {
    *("SignIn", "Identity", "RoleGrant", "SignInAttempt", "Company", "CompanyHistory", "Stage"),
    *("Source", "ImportRun", "ExchangeRate", "Competitor", "Product", "ProductFamily"),
    *("ProductLine", "LedgerPart", "LedgerVersion", "LedgerVersion_parts", "Job", "Schedule"),
    *("WorkerSeen", "JournalEntry", "ParameterOverride", "PortfolioOutcome", "Pin", "SavedView"),
    *("WeekOpened", "MondayAnswer", "ErasedOutsideId", "WeekFacts", "PlayTemplate"),
    *("WeekKept", "KeptGrid", "KeptGridPart"),
}
BASE = 120
OWN_COPIES = 3  # about sixty planned accounts in the bench seller's hands
BELOW_COPIES = 83  # about ten thousand accounts below the bench manager
Say = Callable[[str], None]


def make(data: Path, *, accounts: int, say: Say) -> None:
    """Fill an empty database. Safe to call again: a filled one is left as it is."""
    from sightline.actions.portfolio_sums import keep_sums
    from sightline.actions.progress import Silent
    from sightline.actions.signals import raise_signals
    from sightline.actions.upkeep import refresh_statistics
    from sightline.exchange.demonstration.load import load_demonstration
    from sightline.records.models import Account, SignIn

    if SignIn.objects.filter(email="head@bench.example").exists():
        return
    from django.utils import timezone

    if not Account.objects.exists():
        load_demonstration(data, today=timezone.now().date(), say=say, accounts=BASE)
    raise_signals(job=Silent())
    _some_light()
    copies = max(1, accounts // Account.objects.count()) - 1
    began = time.perf_counter()
    _copy(copies, say=say)
    _people(copies)
    refresh_statistics()
    keep_sums(job=Silent())
    say(f"copied {copies} times in {time.perf_counter() - began:.0f} s")


def _some_light() -> None:
    """The smaller part of the planned accounts plans lightly, as in a company that decided."""
    from sightline.records.models import TierResult

    planned = TierResult.objects.filter(proposed_tier=1).order_by("-potential", "account_id")
    light = list(planned.values_list("pk", flat=True))[12:]
    TierResult.objects.filter(pk__in=light).update(proposed_tier=2, computed_tier=2)


def _copy(copies: int, *, say: Say) -> None:
    from django.db import connection

    models = _copied()
    tables = [model._meta.db_table for model in models]
    steps = {model: _largest(model) + 1 for model in models}
    with connection.cursor() as cursor:
        restore = _without_indexes(cursor, tables)
        try:
            for model in models:
                say(f"  {model.__name__}")
                cursor.execute(_statement(model, steps, copies))
            _copy_week_facts(copies, steps)
        finally:
            for statement in restore:
                cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
            for model in models:
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                    f"(SELECT max(id) FROM {table}))"
                )


def _copied() -> list[Any]:
    from django.apps import apps

    found = []
    for model in apps.get_app_config("records").get_models(include_auto_created=True):
        if model.__name__ not in KEPT and model.objects.exists():
            found.append(model)
    return found


def _largest(model: Any) -> int:
    return int(model.objects.order_by("-pk").values_list("pk", flat=True)[0])


NAMED = {("Account", "name"), ("Account", "sort_name"), ("TierResult", "sort_name")}


def _statement(model: Any, steps: dict[Any, int], copies: int) -> str:
    """INSERT … SELECT of every copy of one table, keys shifted."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field, steps) for field in fields)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({columns}) "
        f"WITH RECURSIVE c(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM c WHERE k < {copies}) "
        f"SELECT {values} FROM c CROSS JOIN {table} t WHERE t.id < {steps[model]}"
    )


def _value(model: Any, field: Any, steps: dict[Any, int]) -> str:
    """What a column of the k-th copy holds, as SQL."""
    column, place = f't."{field.column}"', (model.__name__, field.name)
    if field.primary_key or field.related_model in steps:
        return f"{column} + c.k * {steps[model if field.primary_key else field.related_model]}"
    if field.name == "sign_in":
        return "NULL"
    if field.name == "outside_id":
        return f"CASE {column} WHEN '' THEN '' ELSE {column} || '~' || c.k END"
    if place in NAMED:
        return f"{column} || ' ' || c.k"
    if place == ("TierResult", "potential"):
        return f"{column} + c.k * 97"  # no two accounts are worth the same
    return column


def _copy_week_facts(copies: int, steps: dict[Any, int]) -> None:
    """Facts of the week name people inside JSON, so that they are copied one by one."""
    from sightline.records.models import Account, Contact, CrmUser, WeekFacts

    def shifted(rows: list[dict[str, Any]], k: int) -> list[dict[str, Any]]:
        moved = []
        for row in rows:
            own = dict(row)
            for key, model in (("contact", Contact), ("ours", CrmUser)):
                if own.get(key) is not None:
                    own[key] += k * steps[model]
            moved.append(own)
        return moved

    base = list(WeekFacts.objects.all())
    for k in range(1, copies + 1):
        WeekFacts.objects.bulk_create(
            WeekFacts(
                account_id=row.account_id + k * steps[Account],
                quiet=shifted(row.quiet, k),
                threads=shifted(row.threads, k),
                as_of=row.as_of,
            )
            for row in base
        )


def _without_indexes(cursor: Any, tables: list[str]) -> list[str]:
    """Drop the indexes and triggers of some tables; answers the statements that restore them."""
    from django.db import connection

    names = ", ".join(f"'{table}'" for table in tables)
    restore: list[str] = []
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
            f"AND tablename IN ({names}) AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        for name, statement in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
            restore.append(statement)
        return restore
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL "
        f"AND type IN ('index', 'trigger') AND tbl_name IN ({names})"
    )
    for kind, name, statement in cursor.fetchall():
        cursor.execute(f'DROP {kind} "{name}"')
        restore.append(statement)
    for name in ("search_account", "search_contact", "search_opportunity"):
        restore.append(f"INSERT INTO {name}({name}) VALUES ('rebuild')")
    return restore


def _people(copies: int) -> None:
    """A seller of some sixty planned accounts, a manager of ten thousand, the head of all."""
    from sightline.actions import people
    from sightline.records.models import (
        Account,
        AccountAccess,
        Action,
        CrmRole,
        CrmRolePath,
        CrmUser,
        Opportunity,
        TierResult,
    )

    tops = list(CrmRole.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True))
    head, manager = CrmRole.objects.create(name="Head"), CrmRole.objects.create(name="Region")
    below = {head: tops, manager: tops[1 : 1 + BELOW_COPIES]}
    for role, under in below.items():
        CrmRolePath.objects.create(above=role, below=role, depth=0)
        paths = CrmRolePath.objects.filter(above_id__in=under)
        CrmRolePath.objects.bulk_create(
            (
                CrmRolePath(above=role, below_id=path.below_id, depth=path.depth + 1)
                for path in paths.iterator()
            ),
            batch_size=5000,
        )
    seller = CrmUser.objects.create(name="Bench Seller")
    planned = sorted(
        TierResult.objects.filter(proposed_tier__in=(1, 2))
        .order_by("account_id")
        .values_list("account_id", flat=True)[: 20 * OWN_COPIES]
    )
    own = Account.objects.filter(planning_account_id__in=planned)
    ids = list(own.values_list("pk", flat=True))
    AccountAccess.objects.bulk_create(
        AccountAccess(account_id=pk, user=seller, why="owner", may_write=True) for pk in ids
    )
    for model in (Opportunity, Action):
        model.objects.filter(account_id__in=ids).update(owner=seller)
    own.update(owner=seller)
    TierResult.objects.filter(account_id__in=planned).update(owner=seller)
    for name, role, user in (
        ("seller", "account_manager", seller),
        ("manager", "leader", CrmUser.objects.create(name="Bench Manager", role=manager)),
        ("head", "leader", CrmUser.objects.create(name="Bench Head", role=head)),
        ("operations", "operations", None),
        ("marketing", "marketing", None),
    ):
        made = people.create_sign_in(
            people.NewSignIn(f"{name}@bench.example", name, frozenset({role})), actor_id=None
        )
        if user is not None:
            people.link_crm_user(made, user.pk, actor_id=None)
