"""The company's own challenge rules: upload a file, try it on all plans, switch on, undo.

Only Operations may. Adopting computes every running plan again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.actions.progress import Watched
from sightline.planning.challenges import RULES, faults_in, read_rules
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.models import ChallengeRules, Company
from sightline.records.queries import bridging, challenge_rules, company, plan_lists
from sightline.records.scoping import Person

MOST_LETTERS = 100_000


class StaleRules(PlanningError):
    """Somebody adopted other rules meanwhile."""

    code = "stale_rules"


def upload_rules(person: Person, text: str, *, note: str = "", now: datetime) -> int:
    """Keep a file as a draft and ask for it to be tried on all plans; answers the draft's id.

    What is switched off stays so. Raises `NotAllowed`, or `InvalidValue` where it does not read.
    """
    _operations(person)
    if len(text) > MOST_LETTERS:
        raise InvalidValue("A rule file has at most 100,000 letters.", field="text")
    if faults_in(text):
        raise InvalidValue("The file does not read.", field="text")
    with transaction.atomic():
        held = challenge_rules.version_in_force()
        ChallengeRules.objects.filter(adopted_at=None).delete()
        row = ChallengeRules.objects.create(
            text=text,
            switched_off=sorted(held.switched_off) if held else [],
            note=note.strip()[:200],
            set_by_id=person.id,
            set_at=now,
        )
        outbox.request("try_rules", key=str(row.pk), payload={"draft": row.pk}, by=person.id)
        journal.record("upload_rules", actor_id=person.id, subject=row)
    return row.pk


def adopt_rules(person: Person, version_id: int, *, seen: int | None, now: datetime) -> int:
    """Put a draft, or an earlier version again, in force; answers the version now in force.

    `seen` is the version that was in force when the person looked (None: none). Raises
    `NotAllowed`, `InvalidValue` or `StaleRules`.
    """
    _operations(person)
    with transaction.atomic():
        row = ChallengeRules.objects.select_for_update().filter(pk=version_id).first()
        if row is None:
            raise InvalidValue("There is no such version of the rules.", field="version")
        held = _unchanged(seen)
        if row.adopted_at is not None:
            # an earlier version comes back as a new one: the row of its time stays as it was
            row = ChallengeRules(
                text=row.text, switched_off=row.switched_off, note=row.note, set_by_id=person.id
            )
        elif held is not None:
            row.switched_off = _still_there(held.switched_off, row.text)
        row.adopted_at, row.set_at = now, now
        row.save()
        _adopted(person, row)
    return row.pk


def switch_rule(person: Person, code: str, *, on: bool, seen: int | None, now: datetime) -> int:
    """Switch one shipped or own rule on or off; answers the version now in force."""
    _operations(person)
    with transaction.atomic():
        held = _unchanged(seen)
        text = held.text if held else ""
        if code not in RULES and code not in read_rules(text):
            raise InvalidValue(f"There is no rule called {code}.", field="code")
        off = set(held.switched_off) if held else set()
        off = off - {code} if on else off | {code}
        row = ChallengeRules.objects.create(
            text=text,
            switched_off=sorted(off),
            note=held.note if held else "",
            set_by_id=person.id,
            set_at=now,
            adopted_at=now,
        )
        _adopted(person, row, changed=(code, on))
    return row.pk


def drop_draft(person: Person, version_id: int) -> None:
    """Throw a draft away; what is in force stays."""
    _operations(person)
    with transaction.atomic():
        gone, _ = ChallengeRules.objects.filter(pk=version_id, adopted_at=None).delete()
        if not gone:
            raise InvalidValue("That draft is not there any more.", field="version")
        journal.record("drop_rules_draft", actor_id=person.id)


def try_rules(draft_id: int, *, now: datetime, job: Watched) -> None:
    """What a draft would find over all running plans, kept beside it. Safe to run twice."""
    row = ChallengeRules.objects.filter(pk=draft_id).first()
    if row is None:
        return
    today = company.company_facts().today(now)
    setting = bridging.bridge_setting(today)
    plans = plan_lists.running_plans(today)
    found = challenge_rules.would_find(
        row.text,
        plans,
        now=now,
        setting=setting,
        progress=lambda done: job.progress(done, len(plans), "plans tried"),
    )
    ChallengeRules.objects.filter(pk=draft_id).update(
        tried=found, tried_in=setting.company.currency, tried_plans=len(plans)
    )


def _operations(person: Person) -> None:
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations may change the rules.")


def _unchanged(seen: int | None) -> challenge_rules.RulesVersion | None:
    Company.objects.select_for_update().get_or_create(id=1)
    held = challenge_rules.version_in_force()
    if (held.id if held else None) != seen:
        raise StaleRules("Somebody changed the rules meanwhile. Look at them again.")
    return held


def _still_there(codes: Collection[str], text: str) -> list[str]:
    own = read_rules(text)
    return sorted(code for code in codes if code in RULES or code in own)


def _adopted(
    person: Person, row: ChallengeRules, *, changed: tuple[str, bool] | None = None
) -> None:
    changes = {"rule": (changed[0], "on" if changed[1] else "off")} if changed else {}
    journal.record("adopt_rules", actor_id=person.id, subject=row, changes=changes)
    outbox.request("refresh_plans", key="all", by=person.id)
