"""Playbooks written and switched by Operations; a run stopped by whoever plans its account.

What a playbook says is kept by edition. A new edition is off until it was tried on the whole base.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from sightline.actions import journal, outbox
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.planning.playbooks import OwnerRule, Step, Trigger
from sightline.planning.playbooks import Playbook as Rule
from sightline.records.models import (
    Action,
    Playbook,
    PlaybookEdition,
    PlaybookRun,
    PlaybookTrial,
)
from sightline.records.queries.company import company_facts
from sightline.records.scoping import Person, may_on

MOST_STEPS, MOST_DAYS, MOST_TITLE = 20, 730, 255
KINDS = ("call", "meeting", "mail", "offer", "check")


class StalePlaybook(PlanningError):
    """Somebody changed the playbook meanwhile; `theirs` holds what it is now."""

    code = "stale_playbook"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class PlaybookText:
    """What a playbook says. `steps` are (title, kind, days after the start, owner rule);
    `threshold` in the trigger's unit, None for the shipped default."""

    name: str
    trigger: str
    steps: tuple[tuple[str, str, int, str], ...]
    threshold: float | None = None
    tiers: tuple[int, ...] = (3,)


def write_playbook(
    person: Person,
    text: PlaybookText,
    *,
    playbook_id: int | None = None,
    seen_version: int = 0,
    now: datetime,
) -> int:
    """A new playbook, or a new edition of one; answers its id. Runs keep the edition they began.

    Raises NotAllowed, InvalidValue, MissingValue or StalePlaybook.
    """
    _operations(person)
    values = _checked(text)
    try:
        with transaction.atomic():
            if playbook_id is not None:
                return _change(person, playbook_id, text, values, seen=seen_version, now=now)
            row = Playbook.objects.create(name=text.name.strip(), created_at=now)
            _edition(row, values, person, now=now)
            journal.record("add_playbook", actor_id=person.id, subject=row)
            return row.pk
    except IntegrityError:
        raise InvalidValue("A playbook of that name is there already.", field="name") from None


def switch_playbook(
    person: Person, playbook_id: int, *, on: bool, seen_version: int, now: datetime
) -> None:
    """On, once its edition was tried on the whole base; off pauses it: nothing new starts.

    Raises NotAllowed, InvalidValue or StalePlaybook.
    """
    _operations(person)
    with transaction.atomic():
        row = _locked(playbook_id, seen_version)
        if row.is_on == on:
            return
        if on and not tried(row):
            raise InvalidValue("Try it on the whole base first.", field="on")
        Playbook.objects.filter(pk=row.pk).update(
            is_on=on, switched_at=now, version=row.version + 1, changed_at=now
        )
        journal.record(
            "switch_playbook",
            actor_id=person.id,
            subject=row,
            changes={"is_on": (row.is_on, on)},
            note=f"edition {row.edition}",
        )
        if on:
            outbox.request("playbooks.evaluate", key="all", by=person.id)


def ask_for_trial(person: Person, playbook_id: int, *, now: datetime) -> int:
    """Count over the whole base what the present edition would start; answers the trial's id.

    A trial of the edition that is not finished is asked for again rather than doubled.
    """
    _operations(person)
    with transaction.atomic():
        row = Playbook.objects.select_for_update().filter(pk=playbook_id).first()
        if row is None:
            raise InvalidValue("There is no such playbook.", field="playbook")
        trial = PlaybookTrial.objects.filter(
            playbook=row, edition=row.edition, finished_at=None
        ).first()
        if trial is None:
            trial = PlaybookTrial.objects.create(
                playbook=row, edition=row.edition, asked_by_id=person.id, asked_at=now
            )
            journal.record("try_playbook", actor_id=person.id, subject=row)
        outbox.request(
            "playbooks.try", key=f"trial:{trial.pk}", payload={"trial": trial.pk}, by=person.id
        )
        return trial.pk


def stop_run(person: Person, run_id: int, *, why: str, now: datetime) -> None:
    """End one run on one account for a reason; its open actions are dropped with it."""
    if not why.strip():
        raise MissingValue("Say why it stops.", field="why")
    with transaction.atomic():
        run = PlaybookRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None or not may_on(person, run.account_id, Category.PLAN, Act.WRITE):
            raise NotAllowed("You may not plan this account.", field="run")
        if run.ending:
            raise InvalidValue("This run has ended already.", field="run")
        end_runs(
            [run.pk],
            ending=PlaybookRun.Ending.STOPPED,
            why=why.strip(),
            on=company_facts().today(now),
            now=now,
        )
        journal.record(
            "stop_playbook_run",
            actor_id=person.id,
            account_id=run.account_id,
            subject=run,
            note=why.strip(),
        )


def end_runs(ids: list[int], *, ending: str, why: str, on: date, now: datetime) -> None:
    """Close runs and drop their open actions; the caller holds the transaction.

    The actions' versions move, so that a CRM that has them hears of it.
    """
    PlaybookRun.objects.filter(pk__in=ids, ending="").update(
        ending=ending, ended_on=on, ended_why=why[:255]
    )
    open_steps = Action.objects.filter(playbook_step__run_id__in=ids, state=Action.State.OPEN)
    open_steps.update(
        state=Action.State.DROPPED,
        state_reason=why[:255],
        version=F("version") + 1,
        changed_at=now,
    )


def tried(row: Playbook) -> bool:
    """Whether a trial of the present edition has finished. One query."""
    return PlaybookTrial.objects.filter(
        playbook=row, edition=row.edition, finished_at__isnull=False
    ).exists()


def _change(
    person: Person,
    playbook_id: int,
    text: PlaybookText,
    values: Mapping[str, Any],
    *,
    seen: int,
    now: datetime,
) -> int:
    row = _locked(playbook_id, seen)
    held = PlaybookEdition.objects.get(playbook=row, number=row.edition)
    changes = journal.differences(held, values)
    name = text.name.strip()
    if not changes and name == row.name:
        return row.pk
    was = (row.name, row.edition, row.is_on)
    row.name, row.version, row.changed_at = name, row.version + 1, now
    if changes:
        row.edition, row.is_on, row.switched_at = row.edition + 1, False, now
        _edition(row, values, person, now=now)
    row.save()
    journal.record(
        "change_playbook",
        actor_id=person.id,
        subject=row,
        changes={"name": (was[0], name), "edition": (was[1], row.edition)}
        | {"is_on": (was[2], row.is_on)},
    )
    return row.pk


def _edition(row: Playbook, values: Mapping[str, Any], person: Person, *, now: datetime) -> None:
    PlaybookEdition.objects.create(
        playbook=row, number=row.edition, written_by_id=person.id, written_at=now, **values
    )


def _locked(playbook_id: int, seen_version: int) -> Playbook:
    row = Playbook.objects.select_for_update().filter(pk=playbook_id).first()
    if row is None:
        raise InvalidValue("There is no such playbook.", field="playbook")
    if row.version != seen_version:
        theirs = {"name": row.name, "is_on": row.is_on, "version": row.version}
        raise StalePlaybook("Somebody changed this playbook meanwhile.", theirs=theirs)
    return row


def _checked(text: PlaybookText) -> dict[str, Any]:
    """The edition's values; the method's own rules refuse what makes no playbook."""
    if not text.name.strip():
        raise MissingValue("A playbook needs a name.", field="name")
    if text.trigger not in set(Trigger):
        raise InvalidValue("That is no trigger.", field="trigger")
    if not text.tiers or not set(text.tiers) <= {1, 2, 3}:
        raise InvalidValue("A playbook runs for tiers 1, 2 or 3.", field="tiers")
    if text.threshold is not None and text.threshold <= 0:
        raise InvalidValue("A threshold is above zero.", field="threshold")
    _check_steps(text)
    steps = tuple(Step(t, k, days, OwnerRule(owner)) for t, k, days, owner in text.steps)
    Rule("", 1, Trigger(text.trigger), steps, text.threshold, tiers=text.tiers)
    return {
        "trigger": text.trigger,
        "threshold": text.threshold,
        "steps": [[t.strip()[:255], k, days, owner] for t, k, days, owner in text.steps],
        "tiers": sorted(set(text.tiers)),
    }


def _check_steps(text: PlaybookText) -> None:
    if len(text.steps) > MOST_STEPS:
        raise InvalidValue(f"At most {MOST_STEPS} steps.", field="steps")
    for title, kind, days, owner in text.steps:
        if not title.strip() or len(title) > MOST_TITLE or kind not in KINDS or days > MOST_DAYS:
            raise InvalidValue(
                "A step has a title, a kind and a day within two years.", field="steps"
            )
        if owner not in set(OwnerRule):
            raise InvalidValue("That is no rule for an owner.", field="steps")


def _operations(person: Person) -> None:
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Operations write playbooks.", field="playbook")
