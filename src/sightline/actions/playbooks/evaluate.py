"""The nightly look at every account: runs whose cause has gone end, and what fires starts once.

One transaction a batch: a worker that dies leaves whole batches, and the next one finds their keys
answered. The unique trigger key holds against two workers at once. Definition:
docs/method/playbooks.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from sightline.actions import journal
from sightline.actions.playbooks.write import end_runs
from sightline.actions.progress import Watched
from sightline.planning.errors import InvalidValue
from sightline.planning.playbooks import (
    AccountFacts,
    PlaybookParameters,
    Start,
    Trigger,
    exit_reason,
    starts_today,
)
from sightline.planning.playbooks import Playbook as Rule
from sightline.records.models import (
    Action,
    Playbook,
    PlaybookRun,
    PlaybookStep,
    PlaybookTrial,
)
from sightline.records.queries import company
from sightline.records.queries.playbooks import books, facts
from sightline.records.queries.playbooks.books import Running

ENDINGS = {
    "playbooks.cause_gone": PlaybookRun.Ending.CAUSE_GONE,
    "playbooks.tier_changed": PlaybookRun.Ending.TIER,
}
MOST_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What one look at the whole base did: accounts read, runs started, runs ended."""

    accounts: int
    started: int
    ended: int


def evaluate(as_of: date | None = None, *, job: Watched) -> Evaluated:
    """Start and end what a day asks for, everywhere. Safe to run twice, and two at once."""
    day, numbers = _setting(as_of)
    editions = books.every_edition()
    live = [book for book in editions.values() if not book.paused]
    if not editions:
        return Evaluated(0, 0, 0)
    looked = facts.look(
        day, ahead=_ahead(list(editions.values()), numbers), back=_back(live, numbers)
    )
    total, seen, started, ended = facts.how_many(), 0, 0, 0
    for batch in facts.batches(looked):
        with transaction.atomic():
            # everybody who evaluates stands in this queue: on PostgreSQL two workers could
            # otherwise read the same keys as not answered
            switched = _lock_switches()
            ended += _end(batch, editions, numbers, on=day)
            on = [b for b in live if switched.get(int(b.key)) == b.version]
            started += _start(batch, on, numbers, on=day)
        seen += len(batch)
        job.progress(seen, total, "accounts looked at")
    return Evaluated(seen, started, ended)


def try_playbook(trial_id: int, *, job: Watched) -> None:
    """Count what one edition would start today; nothing is started. Safe to run twice."""
    trial = PlaybookTrial.objects.filter(pk=trial_id).first()
    if trial is None:
        return
    rule = books.every_edition().get((trial.playbook_id, trial.edition))
    if rule is None:
        raise InvalidValue("There is no such edition.", field="edition")
    day, numbers = _setting(None)
    book = replace(rule, paused=False)
    looked = facts.look(day, ahead=_ahead([book], numbers), back=_back([book], numbers))
    trial.total, trial.day = facts.how_many(), day
    trial.looked_at = trial.starts = trial.actions = trial.without_owner = 0
    trial.accounts = []
    for batch in facts.batches(looked):
        for start in _fired(batch, [book], numbers, on=day):
            trial.starts += 1
            trial.actions += len(start.actions)
            trial.without_owner += sum(action.owner is None for action in start.actions)
            if len(trial.accounts) < MOST_SHOWN:
                trial.accounts.append([int(start.account), start.reason.text])
        trial.looked_at += len(batch)
        job.progress(trial.looked_at, trial.total, f"would start {trial.starts:,} so far")
    trial.finished_at = timezone.now()
    trial.save()


def _setting(as_of: date | None) -> tuple[date, PlaybookParameters]:
    day = as_of or company.company_facts().today(timezone.now())
    return day, company.parameters_in_force(day).section(PlaybookParameters, "playbooks")


def _ahead(rules: Sequence[Rule], numbers: PlaybookParameters) -> int:
    """How many days ahead contract ends are read: as far as any run may still look."""
    own = [r.threshold or 0 for r in rules if r.trigger is Trigger.RENEWAL]
    return int(max([numbers.renewal_days, *own]))


def _back(rules: Sequence[Rule], numbers: PlaybookParameters) -> int:
    own = [
        r.threshold or 0
        for r in rules
        if r.trigger in (Trigger.CONTACT_JOINED, Trigger.CONTACT_LEFT, Trigger.ONBOARDING)
    ]
    return int(max([numbers.recent_days, *own]))


def _lock_switches() -> dict[int, int]:
    """The edition of every playbook that is on now, with the rows locked in key order."""
    rows = Playbook.objects.select_for_update().order_by("pk")
    return {row.pk: row.edition for row in rows if row.is_on}


def _fired(
    batch: Sequence[AccountFacts],
    rules: Sequence[Rule],
    numbers: PlaybookParameters,
    *,
    on: date,
) -> list[Start]:
    keys = books.answered([one.key for one in batch], [rule.key for rule in rules])
    return list(starts_today(batch, playbooks=rules, started=keys, today=on, parameters=numbers))


def _start(
    batch: Sequence[AccountFacts],
    rules: Sequence[Rule],
    numbers: PlaybookParameters,
    *,
    on: date,
) -> int:
    if not rules:
        return 0
    fired = _fired(batch, rules, numbers, on=on)
    runs = PlaybookRun.objects.bulk_create(
        [
            PlaybookRun(
                playbook_id=int(start.playbook),
                edition=start.version,
                account_id=int(start.account),
                trigger_key=start.trigger_key,
                reason=start.reason.code,
                facts=dict(start.reason.inputs) | {"text": start.reason.text},
                started_on=on,
            )
            for start in fired
        ],
        batch_size=500,
    )
    kinds = {rule.key: rule.trigger for rule in rules}
    _make_actions(
        [(run, start, kinds[start.playbook]) for run, start in zip(runs, fired, strict=True)]
    )
    journal.record_each(
        "start_playbook",
        (
            (run, run.account_id, f"playbook {run.playbook_id}, edition {run.edition}")
            for run in runs
        ),
        actor_id=None,
    )
    return len(runs)


def _make_actions(started: Sequence[tuple[PlaybookRun, Start, Trigger]]) -> None:
    """The dated actions of new runs, each tied to what its trigger is about."""
    listed = [
        (run, place, made, _about(trigger, start))
        for run, start, trigger in started
        for place, made in enumerate(start.actions)
    ]
    actions = Action.objects.bulk_create(
        [
            Action(
                account_id=run.account_id,
                subject=made.title,
                owner_id=int(made.owner) if made.owner else None,
                due_on=made.due,
                **about,
            )
            for run, _, made, about in listed
        ],
        batch_size=500,
    )
    PlaybookStep.objects.bulk_create(
        [
            PlaybookStep(run=run, place=place, kind=made.kind, action=action)
            for (run, place, made, _), action in zip(listed, actions, strict=True)
        ],
        batch_size=500,
    )


def _about(trigger: Trigger, start: Start) -> Mapping[str, int]:
    """The contract or the person that the trigger names."""
    subject = str(start.reason.inputs.get("subject", "")).partition(":")[0]
    links = {
        Trigger.RENEWAL: "contract_id",
        Trigger.CONTACT_JOINED: "contact_id",
        Trigger.CONTACT_LEFT: "contact_id",
    }
    name = links.get(trigger)
    return {name: int(subject)} if name is not None and subject.isdecimal() else {}


def _end(
    batch: Sequence[AccountFacts],
    editions: Mapping[tuple[int, int], Rule],
    numbers: PlaybookParameters,
    *,
    on: date,
) -> int:
    known = {one.key: one for one in batch}
    ending: dict[tuple[str, str], list[Running]] = defaultdict(list)
    finished = _finished([int(key) for key in known])
    for run in books.running(known):
        if run.id in finished:
            ending[PlaybookRun.Ending.FINISHED, ""].append(run)
            continue
        rule = editions[run.playbook, run.edition]
        account = known[run.account]
        why = exit_reason(rule, account, trigger=run.trigger_key, parameters=numbers)
        if why is not None:
            ending[ENDINGS[why.code], why.text].append(run)
    now: datetime = timezone.now()
    for (code, text), runs in ending.items():
        end_runs([run.id for run in runs], ending=code, why=text, on=on, now=now)
        journal.record_each(
            "end_playbook",
            ((PlaybookRun(pk=run.id), int(run.account), code) for run in runs),
            actor_id=None,
        )
    return sum(len(runs) for runs in ending.values())


def _finished(accounts: Sequence[int]) -> set[int]:
    """Runs of which no action is open any more. One query."""
    open_step = PlaybookStep.objects.filter(
        run_id=OuterRef("pk"), action__state=Action.State.OPEN, action__removed_at=None
    )
    rows = PlaybookRun.objects.filter(~Exists(open_step), account_id__in=accounts, ending="")
    return set(rows.values_list("pk", flat=True))
