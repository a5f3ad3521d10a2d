"""What other numbers of the tiers would do: worked out now, or as a job kept it for one person.

Where there are very many accounts nobody waits for it: a job works it out with the rights of whoever
asked, and what it found is read by that person alone (docs/method/portfolio.md). Names are read
when it is looked at, with the rights of then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from sightline.planning.parameters import Parameters
from sightline.planning.tiering import Move, Trial, line_sensitivity, try_parameters
from sightline.records.models import Job, TierResult
from sightline.records.queries.kept import kept_under
from sightline.records.queries.portfolio import names_of
from sightline.records.queries.trying import KeptFacts
from sightline.records.reach import Reach
from sightline.records.scoping import Person

JOB = "weights.try"
ABOUT = "weights_tried"
MOST_MOVES = 100
CHUNK = 2000
TIERS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Moved:
    """An account whose proposed tier would be another; potential in minor units, None: unknown."""

    account_id: int
    before: int
    after: int
    potential: int | None


@dataclass(frozen=True, slots=True)
class Size:
    """How many accounts are proposed for a tier, and would be."""

    tier: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Step:
    """How many computed tiers change where the number at `path` moves a step down or up."""

    path: str
    value: float
    step: float
    below: int
    above: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial found for one person.

    `moves`: the first MOST_MOVES that are open to the person, the largest potential first; `minor`
    is the potential of all of those, in minor units. `hidden` moves are of accounts that are not
    open: they are counted alone.
    """

    moves: tuple[Moved, ...]
    promoted: int
    demoted: int
    hidden: int
    minor: int
    sizes: tuple[Size, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a trial stands on: the last computation of tiers."""

    as_of: date
    computed_at: datetime
    parameters_version: str

    def version(self, parameters: Parameters) -> str:
        """Another one where tiers were computed since, or other numbers are in force."""
        parts = (self.computed_at.isoformat(), self.parameters_version, parameters.version)
        return _digest(parts)


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """What a job found: for which changes, and on which version of what it stands on."""

    asked: str
    version: str
    found: Tried


@dataclass(frozen=True, slots=True)
class TrialWork:
    """How far the job is that a person asked for."""

    state: str
    done: int
    total: int | None

    @property
    def working(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in {Job.State.WAITING, Job.State.RUNNING}

    @property
    def failed(self) -> bool:
        """Whether it was given up, or stopped by somebody."""
        return self.state in {Job.State.FAILED, Job.State.CANCELLED}


def worked_out(
    reach: Reach, kept: KeptFacts, *, now: Parameters, trial: Parameters
) -> tuple[Tried, dict[int, str]]:
    """What `trial` would change against `now`, and the names of accounts that would move and are
    open. Two queries for each CHUNK of moves."""
    found = try_parameters(kept.facts, now=now, trial=trial)
    ids = [kept.account_ids[move.row] for move in found.moves]
    names = names_in(reach, ids)
    seen = [
        _moved(account, move)
        for account, move in zip(ids, found.moves, strict=True)
        if account in names
    ]
    tried = Tried(
        moves=tuple(seen[:MOST_MOVES]),
        promoted=found.promoted,
        demoted=found.demoted,
        hidden=len(ids) - len(seen),
        minor=sum(one.potential for one in seen if one.potential is not None),
        sizes=_sizes(found),
        steps=tuple(
            Step(one.key, one.value, one.step, one.changed_below, one.changed_above)
            for one in line_sensitivity(kept.facts, parameters=trial)
        ),
    )
    return tried, names


def names_in(reach: Reach, account_ids: Sequence[int]) -> dict[int, str]:
    """Names of those accounts among many whose tier is wholly open to the person."""
    found: dict[int, str] = {}
    for start in range(0, len(account_ids), CHUNK):
        found |= names_of(reach, account_ids[start : start + CHUNK])
    return found


def basis_of_trials() -> Basis | None:
    """What a trial would stand on now; None before tiers were computed. One query."""
    rows = TierResult.objects.order_by("account_id")
    row = rows.values_list("as_of", "computed_at", "parameters_version").first()
    return Basis(*row) if row is not None else None


def asked_for(changes: Mapping[str, object]) -> str:
    """A name for some changes of numbers."""
    return _digest(sorted(changes.items()))


def job_key(person: Person, changes: Mapping[str, object], version: str) -> str:
    """One job for each person, changes and version of what they stand on."""
    return f"{person.id}-{asked_for(changes)}-{version}"


def scope_of(person: Person) -> str:
    """Under which scope a person's own trial is kept."""
    return f"person-{person.id}"


def kept_trial(person: Person) -> tuple[KeptTrial, datetime] | None:
    """What a job found last for this person, and when. One query."""
    return kept_under(scope_of(person), ABOUT, KeptTrial)


def trial_work(person: Person, key: str) -> TrialWork | None:
    """How far the person's own job of this key is, the last one. One query."""
    jobs = Job.objects.filter(name=JOB, key=key, requested_by_id=person.id).order_by("-pk")
    row = jobs.values_list("state", "progress_done", "progress_total").first()
    return TrialWork(*row) if row is not None else None


def _moved(account: int, move: Move) -> Moved:
    unknown = move.potential != move.potential
    potential = None if unknown else round(move.potential)
    return Moved(account, move.before, move.after, potential)


def _sizes(found: Trial) -> tuple[Size, ...]:
    return tuple(
        Size(
            tier,
            int((found.before.proposed == tier).sum()),
            int((found.after.proposed == tier).sum()),
        )
        for tier in TIERS
    )


def _digest(value: object) -> str:
    return blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=12).hexdigest()
