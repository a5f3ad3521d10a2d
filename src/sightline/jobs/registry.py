"""Which function does which job. Names are stable: rows in the queue carry them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from sightline.jobs.handle import JobHandle

JobFunction = Callable[[Mapping[str, Any], JobHandle], None]

JOBS: Mapping[str, str] = {
    "imports.preview": "sightline.jobs.imports:preview",
    "imports.apply": "sightline.jobs.imports:apply",
    "measure": "sightline.jobs.measure:run",
    "suggest": "sightline.jobs.suggest:run",
    "requalify": "sightline.jobs.requalify:run",
    "draft_plan": "sightline.jobs.plans:draft_one",
    "draft_plans": "sightline.jobs.plans:draft_all",
    "refresh_plan": "sightline.jobs.plans:refresh",
    "refresh_plans": "sightline.jobs.plans:refresh_all",
    "demonstration.load": "sightline.jobs.demonstration:load",
    "demonstration.remove": "sightline.jobs.removal:run",
    "prepare_week": "sightline.jobs.week:run",
    "propose_reviews": "sightline.jobs.reviews:propose",
    "prepare_reviews": "sightline.jobs.reviews:prepare",
    "try_rules": "sightline.jobs.plans:try_rules",
    "weights.try": "sightline.jobs.weights:run",
    "renewal_steps": "sightline.jobs.renewals:run",
    "keep_predictions": "sightline.jobs.predictions:run",
    "portfolio_sums": "sightline.jobs.portfolio:run",
    "signals": "sightline.jobs.signals:run",
    "quiet": "sightline.jobs.quiet:run",
    "losing_ground": "sightline.jobs.ground:run",
    "two_pages": "sightline.jobs.two_pages:run",
    "people_map": "sightline.jobs.people_map:run",
    "people.password_link": "sightline.jobs.passwords:send_link",
    "crm.create_opportunity": "sightline.jobs.sync.plays:create_opportunity",
    "crm.update_opportunity": "sightline.jobs.sync.plays:update_opportunity",
    "sync": "sightline.jobs.sync.rounds:run",
    "sync.live": "sightline.jobs.sync.live:run",
    "sync.compare": "sightline.jobs.sync.rounds:weekly",
    "playbooks.evaluate": "sightline.jobs.playbooks:run",
    "playbooks.try": "sightline.jobs.playbooks:try_one",
    "messages.plan": "sightline.jobs.notices:plan",
    "messages.send": "sightline.jobs.notices:send",
    "departures": "sightline.jobs.departures:run",
    "departures.one": "sightline.jobs.departures:one",
    "people.signals": "sightline.jobs.people_signals:run",
    "people.erase": "sightline.jobs.people_data:erase",
    "people.retention": "sightline.jobs.people_data:retention",
    "daily": "sightline.jobs.daily:run",
    "tidy": "sightline.jobs.daily:tidy",
}


class UnknownJob(LookupError):
    """The queue holds a name that this version does not know."""


def function_of(name: str) -> JobFunction:
    """The function that does a job; raises `UnknownJob`."""
    if name not in JOBS:
        raise UnknownJob(name)
    module, _, function = JOBS[name].partition(":")
    found: JobFunction = getattr(import_module(module), function)
    return found
