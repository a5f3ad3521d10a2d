"""An import that is stopped goes on or goes back; what it stores, it stores in small pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sightline.actions.imports import runs
from sightline.exchange.imports import apply as applying
from sightline.exchange.imports import service
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.service import EXPORT, Asked
from sightline.exchange.imports.undoing import undo_run
from sightline.planning.errors import PlanningError
from sightline.records.models import (
    Account,
    AccountAccess,
    Contact,
    ImportRun,
    Job,
    JournalEntry,
    LedgerVersion,
    Opinion,
    Plan,
    Unit,
)

pytestmark = pytest.mark.django_db(transaction=True)


def ident(prefix: str, number: int) -> str:
    return f"{prefix}5g00000A{number:04d}"


def begin(folder: Path) -> ImportRun:
    run = service.begin(Asked(EXPORT, (folder,), Chosen({}, {}, {}), {}), actor_id=None)
    service.preview_run(run.pk)
    return run


def many(export: Any, count: int) -> None:
    export.write("Account", "Id Name", [[ident("001", n), f"Account {n}"] for n in range(count)])
    export.write(
        "Contact",
        "Id AccountId LastName Stance__c",
        [[ident("003", n), ident("001", n), f"Person {n}", "Supports"] for n in range(count)],
    )


@pytest.mark.parametrize("breaks", range(1, 9))
def test_killed_at_any_chunk_it_resumes_to_the_same_rows(
    export: Any, monkeypatch: pytest.MonkeyPatch, breaks: int
) -> None:
    many(export, 60)
    monkeypatch.setattr(applying, "_FIRST_CHUNK", 25)
    monkeypatch.setattr(applying, "_LARGEST_CHUNK", 25)
    run = begin(export.folder)
    stored, calls = applying.write_chunk, iter(range(1, 1000))

    def dying(*args: Any, **kwargs: Any) -> None:
        if next(calls) == breaks:
            raise KeyboardInterrupt
        stored(*args, **kwargs)

    monkeypatch.setattr(applying, "write_chunk", dying)
    try:
        service.apply_run(run.pk)
    except KeyboardInterrupt:
        assert ImportRun.objects.get(pk=run.pk).state == ImportRun.State.FAILED
        service.apply_run(run.pk)
    assert (Account.objects.count(), Contact.objects.count(), Opinion.objects.count()) == (
        60,
        60,
        60,
    )
    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE
    assert run.counts["applied"]["Account"]["create"] == 60
    assert run.counts["applied"]["Contact"]["create"] == 60


def test_a_chunk_is_stored_whole_with_its_journal_or_not_at_all(
    export: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(export, 10)
    run = begin(export.folder)

    def failing(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the journal is full")

    monkeypatch.setattr("sightline.actions.journal.record", failing)
    with pytest.raises(RuntimeError):
        service.apply_run(run.pk)
    assert Account.objects.count() == 0


def test_cancelled_it_stops_after_the_present_chunk_and_can_be_taken_back(
    export: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(export, 60)
    monkeypatch.setattr(applying, "_FIRST_CHUNK", 25)
    monkeypatch.setattr(applying, "_LARGEST_CHUNK", 25)
    run = begin(export.folder)
    asked = iter([False, True])
    with pytest.raises(applying.Cancelled):
        service.apply_run(run.pk, cancelled=lambda: next(asked))
    assert Account.objects.count() == 25
    runs.cancel(run.pk, actor_id=None)
    undo_run(run.pk, actor_id=None)
    assert Account.objects.count() == 0


def test_undo_takes_back_rows_changes_access_and_ledger_lines(family: Any) -> None:
    family.load()
    before = snapshot()
    family.write(
        "Account",
        "Id Name OwnerId",
        [[ident("001", 4), "Castellan plc", ident("005", 1)], [ident("001", 9), "New", ""]],
    )
    family.write(
        "Task",
        "Id WhoId AccountId OwnerId ActivityDate IsClosed TaskSubtype",
        [
            [
                ident("00T", 2),
                ident("003", 1),
                ident("001", 1),
                ident("005", 1),
                "2026-01-01",
                "true",
                "Call",
            ]
        ],
    )
    family.write(
        "Contact", "Id AccountId LastName Title", [[ident("003", 2), ident("001", 1), "Vik", "CEO"]]
    )
    run, _ = family.load()
    assert snapshot() != before
    done = undo_run(run, actor_id=None)
    assert snapshot() == before
    assert done["ledger_lines"] == 1
    assert LedgerVersion.objects.order_by("-number").first().parts.count() == 0
    assert ImportRun.objects.get(pk=run).state == ImportRun.State.UNDONE
    with pytest.raises(PlanningError):
        undo_run(run, actor_id=None)


def snapshot() -> Any:
    return (
        sorted(
            Account.objects.values_list(
                "name", "owner__name", "planning_account__name", "removed_at"
            )
        ),
        sorted(Contact.objects.values_list("last_name", "title", "first_name", "unit__name")),
        sorted(AccountAccess.objects.values_list("account__name", "user__name", "why")),
        sorted(Unit.objects.values_list("name", flat=True)),
    )


def test_undo_keeps_what_people_built_on_or_changed(family: Any) -> None:
    run, _ = family.load()
    helvion = Account.objects.get(name="Helvion Industries")
    Plan.objects.create(
        account=helvion, year=2026, starts_on="2026-01-01", ends_on="2026-12-31", currency="GBP"
    )
    done = undo_run(run, actor_id=None)
    assert list(Account.objects.values_list("name", flat=True)) == ["Helvion Industries"]
    assert done["kept"] == 1


def test_undo_of_an_older_import_waits_for_the_newer_one(family: Any) -> None:
    first, _ = family.load()
    family.write("Account", "Id Name", [[ident("001", 4), "Castellan plc"]])
    (family.folder / "Contact.csv").unlink()
    second, _ = family.load()
    with pytest.raises(PlanningError, match="undo that first"):
        undo_run(first, actor_id=None)
    undo_run(second, actor_id=None)
    undo_run(first, actor_id=None)
    assert Account.objects.count() == 0


def test_two_imports_do_not_store_at_once(export: Any) -> None:
    many(export, 5)
    one, two = begin(export.folder), begin(export.folder)
    from django.utils import timezone

    runs.start_apply(one.pk, now=timezone.now())
    with pytest.raises(PlanningError, match="follows it"):
        service.apply_run(two.pk)
    assert ImportRun.objects.get(pk=two.pk).state == ImportRun.State.READY


def test_the_worker_previews_and_stores(export: Any) -> None:
    from sightline.jobs.worker import Worker

    many(export, 5)
    run = service.begin(Asked(EXPORT, (export.folder,), Chosen({}, {}, {}), {}), actor_id=None)
    runs.request_preview(run.pk, actor_id=None)
    assert Worker().run_one()
    run.refresh_from_db()
    assert (run.state, run.counts["create"]) == (ImportRun.State.READY, 15)
    runs.request_apply(run.pk, actor_id=None)
    assert Worker().run_one()
    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE
    assert set(Job.objects.filter(state="done").values_list("name", flat=True)) == {
        "imports.preview",
        "imports.apply",
    }


def test_every_change_is_journalled_with_the_run(family: Any) -> None:
    run, _ = family.load()
    family.write("Account", "Id Name", [[ident("001", 4), "Castellan plc"]])
    second, _ = family.load()
    entry = JournalEntry.objects.get(verb="import_change")
    assert entry.import_run_id == second
    assert entry.changes["name"] == ["Castellan Bank", "Castellan plc"]
    assert entry.account is not None and entry.account.name == "Castellan plc"
    assert JournalEntry.objects.filter(import_run_id=run, verb="import_create").exists()
