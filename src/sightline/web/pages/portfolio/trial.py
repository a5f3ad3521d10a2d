"""What other numbers would do, as the page shows it: worked out at once, or by a job.

A large company's is a job's: nobody waits a second for a page, and who looks reads what was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sightline.actions import weights
from sightline.planning.errors import PlanningError
from sightline.planning.money import Money
from sightline.records.queries import kept, tried, trying
from sightline.records.queries.tried import Step, TrialWork, Tried
from sightline.web.pages.portfolio.addresses import plan_address
from sightline.web.pages.portfolio.knobs import KNOBS
from sightline.web.pages.portfolio.views import Setting


@dataclass(frozen=True, slots=True)
class MoveLine:
    """An account that would move, of those the person may see."""

    name: str
    url: str
    before: int
    after: int
    potential: Money | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the trial found. `hidden` moves are of accounts that are not open to the person:
    they are counted, and neither named nor in `money`."""

    moves: tuple[MoveLine, ...]
    promoted: int
    demoted: int
    hidden: int
    money: Money
    sizes: tuple[tuple[int, int, int], ...]
    sensitivity: tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True, slots=True)
class TrialPage:
    """The answer to what is tried.

    `stale`: the last computation of tiers used other numbers than are in force. `kept_at`: when a
    job found the outcome, None where it was worked out now; `older` where tiers were computed, or
    numbers adopted, since. `work`: the job that works it out. `asks`: nothing was changed and
    nothing worked out.
    """

    computed: bool = True
    stale: bool = False
    refused: str = ""
    outcome: Outcome | None = None
    kept_at: datetime | None = None
    older: bool = False
    work: TrialWork | None = None
    asks: bool = False


def trial_of(setting: Setting, changes: Mapping[str, object], *, again: bool) -> TrialPage:
    """What the changed numbers would do; `again` asks once more for a job that failed."""
    if kept.is_large():
        return _by_job(setting, changes, again=again)
    facts = trying.kept_facts(parameters=setting.parameters)
    computed = bool(facts.account_ids)
    stale = computed and facts.parameters_version != setting.parameters.version
    try:
        trial = weights.with_numbers(setting.parameters, changes)
        found, names = tried.worked_out(setting.reach, facts, now=setting.parameters, trial=trial)
    except PlanningError as error:
        return TrialPage(computed, stale, refused=str(error))
    return TrialPage(computed, stale, outcome=_outcome(setting, found, names))


def _by_job(setting: Setting, changes: Mapping[str, object], *, again: bool) -> TrialPage:
    basis = tried.basis_of_trials()
    if basis is None:
        return TrialPage(computed=False)
    stale = basis.parameters_version != setting.parameters.version
    if not changes:
        return TrialPage(stale=stale, asks=True)
    try:
        weights.with_numbers(setting.parameters, changes)
    except PlanningError as error:
        return TrialPage(stale=stale, refused=str(error))
    version = basis.version(setting.parameters)
    held = tried.kept_trial(setting.person)
    if held is None or held[0].asked != tried.asked_for(changes):
        return TrialPage(stale=stale, work=_work(setting, changes, version, again=again))
    found, kept_at = held[0].found, held[1]
    older = held[0].version != version
    names = tried.names_in(setting.reach, [one.account_id for one in found.moves])
    return TrialPage(
        stale=stale,
        outcome=_outcome(setting, found, names),
        kept_at=kept_at,
        older=older,
        work=_work(setting, changes, version, again=again) if older else None,
    )


def _work(
    setting: Setting, changes: Mapping[str, object], version: str, *, again: bool
) -> TrialWork | None:
    """How far the job is; where none is on its way it is asked for."""
    key = tried.job_key(setting.person, changes, version)
    work = tried.trial_work(setting.person, key)
    if work is None or not (work.working or (work.failed and not again)):
        weights.ask_to_try(setting.person, changes, version=version)
        work = tried.trial_work(setting.person, key)
    return work


def _outcome(setting: Setting, found: Tried, names: Mapping[int, str]) -> Outcome:
    currency = setting.company.currency
    return Outcome(
        moves=tuple(
            MoveLine(
                names[one.account_id],
                plan_address(one.account_id),
                one.before,
                one.after,
                None if one.potential is None else Money(one.potential, currency),
            )
            for one in found.moves
            if one.account_id in names
        ),
        promoted=found.promoted,
        demoted=found.demoted,
        hidden=found.hidden,
        money=Money(found.minor, currency),
        sizes=tuple((one.tier, one.before, one.after) for one in found.sizes),
        sensitivity=tuple(_steps(one) for one in found.steps),
    )


def _steps(one: Step) -> tuple[str, str, int, int]:
    label = next(str(knob.label) for knob in KNOBS if knob.path == one.path)
    return label, f"{one.value:g} ± {one.step:g}", one.below, one.above
