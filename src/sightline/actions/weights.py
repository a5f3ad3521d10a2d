"""Weights and cuts of the tiers: trying numbers by a job, adopting them, asking for figures anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.actions.kept_lists import keep
from sightline.actions.progress import Watched
from sightline.planning.errors import BadParameters, InvalidValue, NotAllowed, PlanningError
from sightline.planning.parameters import Parameters
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.planning.tiering import parameters as numbers_of
from sightline.records.models import ParameterOverride
from sightline.records.queries import company, exports, tried, trying
from sightline.records.reach import reach_of
from sightline.records.scoping import Person

TRIED = ("tiering.", "vulnerability.")
TRIAL_PARTS = 3


def with_numbers(parameters: Parameters, changes: Mapping[str, object]) -> Parameters:
    """The parameters with other numbers of tiers and vulnerability. Raises `BadParameters`."""
    strange = [path for path in changes if not path.startswith(TRIED)]
    if strange:
        raise BadParameters(f"{strange[0]} is no number of the tiers.", field=strange[0])
    other = parameters.with_overrides(changes)
    numbers_of.tiering(other)
    numbers_of.vulnerability(other)
    return other


def adopt(
    person: Person, changes: Mapping[str, object], *, reason: str, since: date, now: datetime
) -> int:
    """Make other numbers the company's own from a day on; answers how many changed.

    Raises `NotAllowed` (Operations only), `InvalidValue` or `BadParameters`.
    """
    if not _may(person, Category.SETTINGS, Act.WRITE):
        raise NotAllowed("Only Operations may change the numbers of the method.", field="weights")
    if not reason.strip():
        raise InvalidValue("Say why: the reason stands beside the number.", field="reason")
    with transaction.atomic():
        held = company.parameters_in_force(since)
        with_numbers(held, changes)
        new = {path: to for path, to in changes.items() if _plain(held.entry(path).value) != to}
        for path, value in new.items():
            row, _ = ParameterOverride.objects.update_or_create(
                path=path,
                since=since,
                defaults={
                    "value": value,
                    "reason": reason.strip(),
                    "set_by_id": person.id,
                    "set_at": now,
                },
            )
            journal.record(
                "adopt_number",
                actor_id=person.id,
                subject=row,
                changes={path: (_plain(held.entry(path).value), value)},
                note=reason.strip(),
            )
        if new:
            outbox.request("requalify", key="all", by=person.id)
    return len(new)


def ask_to_measure(person: Person) -> int | None:
    """Ask for measures, and with them tiers and plans, now; answers the job's id.

    Open to Operations and to whoever decides tiers. Raises `NotAllowed`.
    """
    decides = _may(person, Category.WALLET_TIERS, Act.DECIDE_TIER)
    if not decides and not _may(person, Category.SETTINGS, Act.WRITE):
        raise NotAllowed("Operations or a leader asks for new figures.", field="measure")
    with transaction.atomic():
        job = outbox.request("measure", key="all", by=person.id)
        journal.record("ask_to_measure", actor_id=person.id)
    return job


def ask_to_try(person: Person, changes: Mapping[str, object], *, version: str) -> int | None:
    """Ask a job what other numbers would do, for this person alone; answers its id.

    `version` is that of what a trial stands on now: the same changes on the same are asked for
    once. Open to whoever reads tiers. Raises `NotAllowed`.
    """
    if not _may(person, Category.WALLET_TIERS, Act.READ):
        raise NotAllowed("You may not read tiers.", field="weights")
    key = tried.job_key(person, changes, version)
    payload = {"person": person.id, "changes": dict(changes)}
    return outbox.request(tried.JOB, key=key, payload=payload, by=person.id)


def work_out(person_id: int, changes: Mapping[str, object], *, now: datetime, job: Watched) -> None:
    """Find what other numbers would do and keep it for the person who asked, with the rights they
    have now; what was kept for them before goes. Safe to run twice."""
    person = exports.reader_of(person_id)
    if person is None:
        raise PlanningError("The person who asked for this may not come in any more.")
    parameters = company.parameters_in_force(company.company_facts().today(now))
    other = with_numbers(parameters, changes)
    basis = tried.basis_of_trials()
    if basis is None:
        raise InvalidValue("No tiers are computed yet.", field="weights")
    facts = trying.kept_facts(parameters=parameters)
    job.progress(1, TRIAL_PARTS, "accounts read")
    found, _ = tried.worked_out(reach_of(person), facts, now=parameters, trial=other)
    job.progress(2, TRIAL_PARTS, "tiers tried")
    told = tried.KeptTrial(tried.asked_for(changes), basis.version(parameters), found)
    keep(tried.ABOUT, tried.scope_of(person), told, now=now)


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value


def _may(person: Person, category: Category, act: Act) -> bool:
    return bool(relations_that_may(person.roles, category=category, act=act))
