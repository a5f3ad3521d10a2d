"""Playbooks start once for each trigger, whatever dies in between, and end when their cause goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from sightline.actions import playbooks as verbs
from sightline.actions.playbooks import PlaybookText, evaluate
from sightline.actions.progress import Silent
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.records.models import (
    Account,
    Action,
    Contract,
    CrmUser,
    Job,
    JournalEntry,
    Playbook,
    PlaybookRun,
    PlaybookStep,
    PlaybookTrial,
    TierResult,
)
from sightline.records.queries.playbooks import facts
from sightline.records.scoping import Person
from tests import makers

pytestmark = pytest.mark.django_db
TODAY = makers.TODAY
STEPS = (
    ("Call about the renewal", "call", 0, "account_owner"),
    ("Send the offer", "offer", 14, "renewal_owner"),
)
RENEWAL = PlaybookText("Renewals", "renewal", STEPS)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Stops(Exception):
    """The worker dies."""


class Dies:
    """Watches, and dies after some batches."""

    def __init__(self, after: int) -> None:
        self.after = after

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        self.after -= 1
        if self.after <= 0:
            raise Stops


@pytest.fixture
def operations() -> Person:
    makers.company()
    return makers.person("operations")


@pytest.fixture
def owner() -> CrmUser:
    return makers.crm_user("Dana")


def customers(owner: CrmUser, count: int = 1, *, tier: int = 3) -> list[Account]:
    """Accounts whose contract ends in sixty days."""
    found = []
    for _ in range(count):
        account = makers.account(owner=owner)
        makers.tier_result(account, decided_tier=tier)
        Contract.objects.create(account=account, ends_on=TODAY + timedelta(days=60))
        found.append(account)
    return found


def switched_on(person: Person, text: PlaybookText = RENEWAL) -> Playbook:
    made = verbs.write_playbook(person, text, now=NOW)
    verbs.try_playbook(verbs.ask_for_trial(person, made, now=NOW), job=Silent())
    verbs.switch_playbook(person, made, on=True, seen_version=1, now=NOW)
    return Playbook.objects.get(pk=made)


def starts_of(on: date = TODAY) -> int:
    return evaluate(on, job=Silent()).started


def test_a_renewal_in_sight_starts_its_playbook_once(operations: Person, owner: CrmUser) -> None:
    (account,) = customers(owner)
    switched_on(operations)
    assert starts_of() == 1
    assert starts_of() == starts_of(TODAY + timedelta(days=1)) == 0
    call, offer = Action.objects.order_by("due_on")
    assert (call.subject, call.owner, call.due_on) == ("Call about the renewal", owner, TODAY)
    assert call.contract is not None and call.contract.account == account
    assert (offer.owner, offer.due_on) == (None, TODAY + timedelta(days=14))
    assert JournalEntry.objects.filter(verb="start_playbook", account=account).count() == 1


def test_a_worker_that_dies_leaves_whole_batches_and_the_next_one_finishes(
    operations: Person, owner: CrmUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "BATCH", 2)
    customers(owner, 5)
    switched_on(operations)
    for dies_after in (1, 1, 2):
        with pytest.raises(Stops):
            evaluate(TODAY, job=Dies(dies_after))
    assert PlaybookRun.objects.count() == 4
    assert starts_of() == 1
    assert PlaybookRun.objects.count() == 5
    assert Action.objects.count() == PlaybookStep.objects.count() == 10


def test_two_workers_cannot_both_keep_a_start(operations: Person, owner: CrmUser) -> None:
    customers(owner)
    switched_on(operations)
    starts_of()
    run = PlaybookRun.objects.get()
    run.pk = None
    with pytest.raises(IntegrityError):
        run.save(force_insert=True)


def test_a_new_edition_does_not_answer_an_old_trigger_again(
    operations: Person, owner: CrmUser
) -> None:
    customers(owner)
    row = switched_on(operations)
    starts_of()
    text = PlaybookText("Renewals", "renewal", STEPS[:1])
    verbs.write_playbook(operations, text, playbook_id=row.pk, seen_version=row.version, now=NOW)
    row.refresh_from_db()
    assert (row.edition, row.is_on) == (2, False)
    verbs.try_playbook(verbs.ask_for_trial(operations, row.pk, now=NOW), job=Silent())
    verbs.switch_playbook(operations, row.pk, on=True, seen_version=row.version, now=NOW)
    assert starts_of() == 0
    assert PlaybookRun.objects.get().edition == 1


@pytest.mark.parametrize("change", ["settled", "moved", "tier"])
def test_a_run_ends_and_drops_its_open_steps_when_its_reason_goes(
    operations: Person, owner: CrmUser, change: str
) -> None:
    (account,) = customers(owner)
    switched_on(operations)
    starts_of()
    contract = Contract.objects.get()
    if change == "settled":
        makers.opportunity(
            account, renews=contract, is_renewal=True, is_closed=True, is_won=True, close_date=TODAY
        )
    elif change == "moved":
        Contract.objects.update(ends_on=TODAY + timedelta(days=500))
    else:
        TierResult.objects.update(decided_tier=1)
    Action.objects.filter(subject="Call about the renewal").update(state="done")
    assert evaluate(TODAY, job=Silent()).ended == 1
    run = PlaybookRun.objects.get()
    assert run.ending == ("tier" if change == "tier" else "cause_gone")
    assert sorted(Action.objects.values_list("state", flat=True)) == ["done", "dropped"]
    # a CRM that has the step hears of it by its version
    assert Action.objects.get(state="dropped").version == 2
    assert JournalEntry.objects.get(verb="end_playbook").subject_id == run.pk
    assert evaluate(TODAY, job=Silent()).ended == 0


def test_a_run_whose_steps_are_all_settled_is_finished(operations: Person, owner: CrmUser) -> None:
    customers(owner)
    switched_on(operations)
    starts_of()
    Action.objects.update(state="done")
    evaluate(TODAY, job=Silent())
    assert PlaybookRun.objects.get().ending == "finished"
    assert starts_of() == 0


def test_paused_starts_nothing_and_still_ends_what_runs(operations: Person, owner: CrmUser) -> None:
    customers(owner, 2)
    row = switched_on(operations)
    Contract.objects.filter(pk=Contract.objects.latest("pk").pk).update(
        ends_on=TODAY - timedelta(1)
    )
    assert starts_of() == 1
    verbs.switch_playbook(operations, row.pk, on=False, seen_version=row.version, now=NOW)
    Contract.objects.update(ends_on=TODAY + timedelta(days=30))
    done = evaluate(TODAY, job=Silent())
    assert (done.started, done.ended) == (0, 1)


def test_a_trial_counts_the_whole_base_and_starts_nothing(
    operations: Person, owner: CrmUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "BATCH", 3)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    customers(owner, 7)
    customers(owner, 2, tier=1)
    made = verbs.write_playbook(operations, RENEWAL, now=NOW)
    with pytest.raises(InvalidValue, match="Try it"):
        verbs.switch_playbook(operations, made, on=True, seen_version=1, now=NOW)
    trial = verbs.ask_for_trial(operations, made, now=NOW)
    assert verbs.ask_for_trial(operations, made, now=NOW) == trial
    assert Job.objects.filter(name="playbooks.try").count() == 1
    verbs.try_playbook(trial, job=Silent())
    verbs.try_playbook(trial, job=Silent())
    kept = PlaybookTrial.objects.get()
    assert (kept.starts, kept.actions, kept.without_owner) == (7, 14, 7)
    assert (kept.looked_at, kept.total) == (9, 9)
    assert not PlaybookRun.objects.exists() and not Action.objects.exists()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": " "}, MissingValue),
        ({"trigger": "full_moon"}, InvalidValue),
        ({"steps": ()}, MissingValue),
        ({"steps": (("Call", "call", -1, "account_owner"),)}, InvalidValue),
        ({"steps": (("Call", "call", 0, "the_moon"),)}, InvalidValue),
        ({"tiers": (4,)}, InvalidValue),
        ({"threshold": 0.0}, InvalidValue),
    ],
)
def test_what_is_no_playbook_is_refused(
    operations: Person, change: dict[str, Any], error: type[Exception]
) -> None:
    values = {"name": "R", "trigger": "renewal", "steps": STEPS} | change
    with pytest.raises(error):
        verbs.write_playbook(operations, PlaybookText(**values), now=NOW)


def test_only_operations_write_and_whoever_plans_the_account_stops(
    operations: Person, owner: CrmUser
) -> None:
    manager = makers.person("account_manager", user=owner)
    customers(owner)
    with pytest.raises(NotAllowed):
        verbs.write_playbook(manager, RENEWAL, now=NOW)
    row = switched_on(operations)
    starts_of()
    run = PlaybookRun.objects.get()
    for other in (operations, makers.person("account_manager", user=makers.crm_user())):
        with pytest.raises(NotAllowed):
            verbs.stop_run(other, run.pk, why="No.", now=NOW)
    with pytest.raises(MissingValue):
        verbs.stop_run(manager, run.pk, why=" ", now=NOW)
    verbs.stop_run(manager, run.pk, why="Renewed by telephone.", now=NOW)
    run.refresh_from_db()
    assert (run.ending, run.ended_why) == ("stopped", "Renewed by telephone.")
    assert set(Action.objects.values_list("state", flat=True)) == {"dropped"}
    with pytest.raises(verbs.StalePlaybook):
        verbs.switch_playbook(operations, row.pk, on=False, seen_version=99, now=NOW)
