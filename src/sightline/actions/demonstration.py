"""Removing the demonstration in one act: its rows, its ledger parts, its sign-ins.

Some hundred accounts at a time in short transactions, so that other work goes on; killed, it goes
on where it stopped. What people entered about demonstration accounts goes with them; other data stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction

from sightline.actions import journal, outbox
from sightline.actions.hanging import Pace, delete_hanging, hanging_on
from sightline.actions.ledger import DatabaseCatalogue
from sightline.actions.play_library import OF_DEMONSTRATION
from sightline.actions.progress import Watched
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.models import (
    Account,
    Company,
    CompanyHistory,
    Competitor,
    ExchangeRate,
    ImportRun,
    JournalEntry,
    LedgerPart,
    LedgerVersion,
    PlayTemplate,
    ProductFamily,
    ProductLine,
    SignIn,
    Source,
)
from sightline.records.queries.demonstration import REMOVAL, administrators_who_stay, holding
from sightline.records.scoping import Person

# A transaction aims well below the half second that one may hold the database.
AIM_SECONDS = 0.2
FIRST_AT_ONCE = 20
MOST_AT_ONCE = 500
MOST_STRIPPED = 1_000
# what names the others goes after them
LAST = ("product", "stage", "crmuser", "crmrole")


def request_removal(person: Person) -> None:
    """Ask for it. Raises `NotAllowed`, or `InvalidValue` where nobody could come in afterwards."""
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations may remove the demonstration.", field="demonstration")
    with transaction.atomic():
        _refuse_if_nobody_stays()
        held = holding()
        outbox.request(REMOVAL, key="all", by=person.id)
        journal.record(
            "request_demonstration_removal",
            actor_id=person.id,
            changes={"accounts": (held.accounts, 0), "sign_ins": (held.sign_ins, 0)},
        )


def remove_demonstration(*, job: Watched) -> int:
    """Remove everything of the demonstration; answers how many accounts went. Safe to run twice."""
    _refuse_if_nobody_stays()
    sources = list(Source.objects.filter(demonstration=True).values_list("pk", flat=True))
    shared = _shared(sources)
    accounts = Account.objects.filter(source_id__in=sources).order_by("pk")
    ids = list(accounts.values_list("pk", flat=True))
    for done in _accounts_deleted(ids):
        job.progress(done, len(ids), "accounts removed")
    for model in _mirrored():
        left = model._default_manager.filter(source_id__in=sources)
        for done in _deleted(model, list(left.values_list("pk", flat=True))):
            job.progress(done, None, f"{model._meta.verbose_name} rows removed")
    _remove_library()
    _remove_unused(shared)
    _leave_ledger(sources)
    _finish(sources, removed=len(ids))
    return len(ids)


def _refuse_if_nobody_stays() -> None:
    if not administrators_who_stay():
        raise InvalidValue(
            "Create an administrator of your own first: the demonstration's sign-ins go too.",
            field="administrator",
        )


def _mirrored() -> list[type[models.Model]]:
    """Every model whose rows come from a source, accounts aside; what others name comes last."""
    found = []
    for model in apps.get_app_config("records").get_models():
        names = {field.name for field in model._meta.get_fields() if field.concrete}
        link = model._meta.get_field("source") if "source" in names else None
        if isinstance(link, models.ForeignKey) and model not in (Account, ImportRun):
            found.append(model)
    return sorted(found, key=lambda model: _place(model._meta.model_name or ""))


def _place(name: str) -> int:
    return LAST.index(name) + 1 if name in LAST else 0


def _shared(sources: Sequence[int]) -> list[models.QuerySet[Any]]:
    """Rows that no source owns but that the demonstration's rows name: lines, competitors."""
    lines = ProductLine.objects.filter(products__source_id__in=sources)
    kept = list(lines.values_list("pk", "family_id").distinct())
    competitors = Competitor.objects.filter(seen_in__source_id__in=sources)
    named = list(competitors.values_list("pk", flat=True).distinct())
    return [
        ProductLine.objects.filter(pk__in=[line for line, _ in kept]),
        ProductFamily.objects.filter(pk__in={family for _, family in kept if family}),
        Competitor.objects.filter(pk__in=named),
    ]


def _remove_unused(shared: Iterable[models.QuerySet[Any]]) -> None:
    for rows in shared:
        with transaction.atomic():
            rows.filter(pk__in=[row.pk for row in rows if not _is_named(row)]).delete()


def _remove_library() -> None:
    """Templates that came with it go; one that somebody reworded, or that still runs, is theirs."""
    told = JournalEntry.objects.filter(subject_kind="playtemplate")
    came = told.filter(verb="add_template", note=OF_DEMONSTRATION)
    reworded = told.filter(verb="change_template")
    with transaction.atomic():
        PlayTemplate.objects.filter(pk__in=came.values("subject_id"), play=None).exclude(
            pk__in=reworded.values("subject_id")
        ).delete()


def _is_named(row: models.Model) -> bool:
    """Whether any other row still points to this one."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in row._meta.related_objects
        if isinstance(relation.related_model, type)
    )


def _leave_ledger(sources: Sequence[int]) -> None:
    """A new version without the demonstration's parts, then the parts and their versions go."""
    runs = ImportRun.objects.filter(source_id__in=sources).values_list("pk", flat=True)
    theirs = {f"import:{run}" for run in runs}
    catalogue = DatabaseCatalogue(note="without the demonstration")
    with transaction.atomic():
        now = catalogue.current()
        kept = tuple(part for part in now.parts if part.source not in theirs)
        if not any(part.source.startswith("import:") for part in kept):
            # what was derived from nothing is nothing
            kept = ()
        if len(kept) != len(now.parts):
            now = catalogue.commit(kept, expected_version=now.number)
        listed = {f"{part.table}/{part.name}" for part in kept}
        of_theirs = LedgerPart.objects.filter(source__in=theirs)
        gone = list(of_theirs if kept else LedgerPart.objects.exclude(name__in=listed))
        LedgerVersion.objects.filter(parts__in=gone).delete()
        LedgerPart.objects.filter(pk__in=[part.pk for part in gone]).delete()
        names = [part.name for part in gone]
        transaction.on_commit(lambda: _remove_files(names))


def _remove_files(names: Iterable[str]) -> None:
    ledger = (Path(settings.SIGHTLINE_LEDGER) / "parts").resolve()
    for name in names:
        path = (ledger / name).resolve()
        if path.is_relative_to(ledger):
            path.unlink(missing_ok=True)


def _finish(sources: Sequence[int], *, removed: int) -> None:
    with transaction.atomic():
        _refuse_if_nobody_stays()
        runs = ImportRun.objects.filter(source_id__in=sources)
        folders = [folder for folder in runs.values_list("folder", flat=True) if folder]
        runs.delete()
        people = SignIn.objects.filter(demonstration=True)
        sign_ins = people.count()
        people.delete()
        Source.objects.filter(pk__in=sources).delete()
        changes: dict[str, Any] = {"demonstration": False}
        empty = not Account.objects.exists()
        if empty:
            ExchangeRate.objects.all().delete()
            CompanyHistory.objects.all().delete()
            changes["name"] = ""
        Company.objects.filter(demonstration=True).update(**changes)
        journal.record(
            "remove_demonstration",
            actor_id=None,
            changes={"accounts": (removed, 0), "sign_ins": (sign_ins, 0)},
        )
        if not empty:
            outbox.request("measure", key="all")
        transaction.on_commit(lambda: _remove_uploads(folders))


def _remove_uploads(folders: Iterable[str]) -> None:
    """Uploads of the demonstration's imports; nothing outside the folder of uploads."""
    uploads = Path(settings.SIGHTLINE_UPLOADS).resolve()
    for folder in folders:
        path = Path(folder).resolve()
        if path != uploads and path.is_relative_to(uploads):
            shutil.rmtree(path, ignore_errors=True)


def _accounts_deleted(keys: Sequence[int]) -> Iterator[int]:
    """Delete these accounts with all that hangs on them; how many are gone, time and again."""
    hanging, pace = hanging_on(Account), Pace(FIRST_AT_ONCE, MOST_STRIPPED, AIM_SECONDS / 2)
    done = 0
    while done < len(keys):
        some = keys[done : done + pace.size]
        try:
            roots = Account.objects.filter(pk__in=some)
            pace.took(delete_hanging(hanging, roots, aim=AIM_SECONDS / 2))
        except IntegrityError:
            # somebody wrote beneath them meanwhile: Django's own deletion asks every table
            for gone in _deleted(Account, some):
                yield done + gone
        done += len(some)
        yield done


def _deleted(model: type[models.Model], keys: Sequence[int]) -> Iterator[int]:
    """Delete these rows with what hangs on them; how many are gone, after each transaction."""
    pace = Pace(FIRST_AT_ONCE, MOST_AT_ONCE, AIM_SECONDS)
    done = 0
    while done < len(keys):
        batch, began = keys[done : done + pace.size], monotonic()
        with transaction.atomic():
            model._default_manager.filter(pk__in=batch).delete()
        pace.took(monotonic() - began)
        done += len(batch)
        yield done
