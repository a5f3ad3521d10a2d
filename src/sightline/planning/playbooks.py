"""Tier 3 by motion: playbooks that start from a trigger, make dated actions, and end themselves.

One start per trigger key, however often they are evaluated; a dry run counts without starting.
Accounts are read one at a time, so memory stays flat. Definitions: docs/method/playbooks.md.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class PlaybookParameters:
    """Units and sources stand in `parameters/playbooks.toml`."""

    renewal_days: int
    adoption_fall: float
    revenue_fall: float
    case_surge: int
    recent_days: int


class Trigger(StrEnum):
    """What can start a playbook."""

    RENEWAL = "renewal"
    ADOPTION_DROP = "adoption_drop"
    REVENUE_DROP = "revenue_drop"
    CONTACT_JOINED = "contact_joined"
    CONTACT_LEFT = "contact_left"
    CASE_SURGE = "case_surge"
    ONBOARDING = "onboarding"


class OwnerRule(StrEnum):
    """Who gets a step."""

    ACCOUNT_OWNER = "account_owner"
    CUSTOMER_SUCCESS = "customer_success"
    RENEWAL_OWNER = "renewal_owner"


@dataclass(frozen=True, slots=True)
class Step:
    """One action: `offset` days after the start (before it: negative is refused)."""

    title: str
    kind: str
    offset: int
    owner: OwnerRule = OwnerRule.ACCOUNT_OWNER

    def __post_init__(self) -> None:
        if self.offset < 0:
            raise InvalidValue("A step cannot be due before its playbook starts.", field="offset")


@dataclass(frozen=True, slots=True)
class Playbook:
    """A named motion. `threshold` None: the shipped default of its trigger.

    A new version of a playbook does not start again for a trigger key already answered.
    """

    key: str
    version: int
    trigger: Trigger
    steps: tuple[Step, ...]
    threshold: float | None = None
    paused: bool = False
    tiers: tuple[int, ...] = (3,)

    def __post_init__(self) -> None:
        if not self.steps:
            raise MissingValue("A playbook needs at least one step.", field="steps")


@dataclass(frozen=True, slots=True)
class ContractEnd:
    """One contract that ends, and whether its renewal is settled."""

    key: str
    ends: dt.date
    settled: bool = False


@dataclass(frozen=True, slots=True)
class ContactChange:
    """Somebody joined or left, on a day."""

    person: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the triggers look at; None: not known, and the trigger stays silent.

    `period` names the fiscal quarter of the figures: a drop fires once in it. `owners` gives the
    person for each owner rule.
    """

    key: str
    tier: int | None
    period: str
    contracts: tuple[ContractEnd, ...] = ()
    usage_change: float | None = None
    revenue_change: float | None = None
    serious_cases: int | None = None
    joined: tuple[ContactChange, ...] = ()
    left: tuple[ContactChange, ...] = ()
    won_on: dt.date | None = None
    owners: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DatedAction:
    """One step as an action; `owner` None: nobody holds that role, and it is listed as such."""

    title: str
    kind: str
    due: dt.date
    owner: str | None


@dataclass(frozen=True, slots=True)
class Start:
    """A playbook that starts: its trigger key is what makes it start only once."""

    playbook: str
    version: int
    account: str
    trigger_key: str
    actions: tuple[DatedAction, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Fired:
    subject: str
    text: str


def starts_today(
    accounts: Iterable[AccountFacts],
    *,
    playbooks: Collection[Playbook],
    started: Collection[str],
    today: dt.date,
    parameters: PlaybookParameters,
) -> Iterator[Start]:
    """Starts due on a day, one account at a time.

    `started` holds the trigger keys already answered (a set). Running twice with the first run's
    keys added starts nothing again. Accounts without a tier are left alone.
    """
    for account in accounts:
        for playbook in playbooks:
            if playbook.paused or account.tier not in playbook.tiers:
                continue
            for fired in _fired(playbook, account, today, parameters):
                key = trigger_key(playbook, account=account.key, subject=fired.subject)
                if key not in started:
                    yield _start(playbook, account, key, fired, today)


def trigger_key(playbook: Playbook, *, account: str, subject: str) -> str:
    """What makes a start unique: playbook, account and what fired; the version is not part."""
    return f"{playbook.key}|{account}|{subject}"


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would start: in all and by playbook, with actions and those nobody would own."""

    starts: int
    actions: int
    without_owner: int
    by_playbook: Mapping[str, int]
    reason: Reason


def dry_run(starts: Iterable[Start]) -> DryRun:
    """Count starts without keeping them."""
    by_playbook: Counter[str] = Counter()
    actions = without_owner = 0
    for start in starts:
        by_playbook[start.playbook] += 1
        actions += len(start.actions)
        without_owner += sum(action.owner is None for action in start.actions)
    whole = by_playbook.total()
    text = f"Would start {whole:,} today."
    reason = because("playbooks.would_start", text, starts=whole, actions=actions)
    return DryRun(whole, actions, without_owner, dict(sorted(by_playbook.items())), reason)


def exit_reason(
    playbook: Playbook,
    account: AccountFacts,
    *,
    trigger: str,
    parameters: PlaybookParameters,
) -> Reason | None:
    """Why a run ends by itself, or None while its cause still stands.

    `trigger` is the run's trigger key. A run whose facts are no longer known goes on: not knowing
    is no good news. Contact and onboarding playbooks run to their last step.
    """
    subject = trigger.removeprefix(trigger_key(playbook, account=account.key, subject=""))
    gone = _EXITS.get(playbook.trigger)
    if account.tier is not None and account.tier not in playbook.tiers:
        return because("playbooks.tier_changed", "The account is planned in another way now.")
    if gone is None or not gone(account, subject, _threshold(playbook, parameters)):
        return None
    return because("playbooks.cause_gone", "The reason it started has gone away.")


def _start(
    playbook: Playbook, account: AccountFacts, key: str, fired: _Fired, today: dt.date
) -> Start:
    owners = account.owners or {}
    actions = tuple(
        DatedAction(
            title=step.title,
            kind=step.kind,
            due=today + dt.timedelta(days=step.offset),
            owner=owners.get(step.owner.value),
        )
        for step in playbook.steps
    )
    reason = because(f"playbooks.{playbook.trigger.value}", fired.text, subject=fired.subject)
    return Start(playbook.key, playbook.version, account.key, key, actions, reason)


def _fired(
    playbook: Playbook, account: AccountFacts, today: dt.date, parameters: PlaybookParameters
) -> Iterator[_Fired]:
    threshold = _threshold(playbook, parameters)
    yield from _TRIGGERS[playbook.trigger](account, threshold, today)


def _threshold(playbook: Playbook, parameters: PlaybookParameters) -> float:
    if playbook.threshold is not None:
        return playbook.threshold
    return {
        Trigger.RENEWAL: parameters.renewal_days,
        Trigger.ADOPTION_DROP: parameters.adoption_fall,
        Trigger.REVENUE_DROP: parameters.revenue_fall,
        Trigger.CASE_SURGE: parameters.case_surge,
    }.get(playbook.trigger, parameters.recent_days)


def _renewal(account: AccountFacts, days: float, today: dt.date) -> Iterator[_Fired]:
    for contract in account.contracts:
        left = (contract.ends - today).days
        if 0 <= left <= days and not contract.settled:
            text = f"A contract ends in {left} days."
            yield _Fired(f"{contract.key}:{contract.ends.isoformat()}", text)


def _adoption(account: AccountFacts, fall: float, _: dt.date) -> Iterator[_Fired]:
    if account.usage_change is not None and account.usage_change <= -fall:
        yield _Fired(account.period, f"Usage {account.usage_change:+z.0%} on the year before.")


def _revenue(account: AccountFacts, fall: float, _: dt.date) -> Iterator[_Fired]:
    if account.revenue_change is not None and account.revenue_change <= -fall:
        yield _Fired(account.period, f"Revenue {account.revenue_change:+z.0%} on the year before.")


def _cases(account: AccountFacts, surge: float, _: dt.date) -> Iterator[_Fired]:
    if account.serious_cases is not None and account.serious_cases >= surge:
        yield _Fired(account.period, f"{account.serious_cases} serious cases are open.")


def _joined(account: AccountFacts, days: float, today: dt.date) -> Iterator[_Fired]:
    for change in account.joined:
        if 0 <= (today - change.on).days <= days:
            yield _Fired(f"{change.person}:{change.on.isoformat()}", "A contact joined.")


def _left(account: AccountFacts, days: float, today: dt.date) -> Iterator[_Fired]:
    for change in account.left:
        if 0 <= (today - change.on).days <= days:
            yield _Fired(f"{change.person}:{change.on.isoformat()}", "A contact left.")


def _onboarding(account: AccountFacts, days: float, today: dt.date) -> Iterator[_Fired]:
    if account.won_on is not None and 0 <= (today - account.won_on).days <= days:
        yield _Fired(account.won_on.isoformat(), "A new customer.")


_TRIGGERS: Mapping[Trigger, Callable[[AccountFacts, float, dt.date], Iterator[_Fired]]] = {
    Trigger.RENEWAL: _renewal,
    Trigger.ADOPTION_DROP: _adoption,
    Trigger.REVENUE_DROP: _revenue,
    Trigger.CASE_SURGE: _cases,
    Trigger.CONTACT_JOINED: _joined,
    Trigger.CONTACT_LEFT: _left,
    Trigger.ONBOARDING: _onboarding,
}


def _renewal_gone(account: AccountFacts, subject: str, _: float) -> bool:
    """Settled, or no longer ending on that day."""
    current = {f"{c.key}:{c.ends.isoformat()}" for c in account.contracts if not c.settled}
    return subject not in current


def _adoption_gone(account: AccountFacts, _: str, fall: float) -> bool:
    return account.usage_change is not None and account.usage_change > -fall


def _revenue_gone(account: AccountFacts, _: str, fall: float) -> bool:
    return account.revenue_change is not None and account.revenue_change > -fall


def _cases_gone(account: AccountFacts, _: str, surge: float) -> bool:
    return account.serious_cases is not None and account.serious_cases < surge


_EXITS: Mapping[Trigger, Callable[[AccountFacts, str, float], bool]] = {
    Trigger.RENEWAL: _renewal_gone,
    Trigger.ADOPTION_DROP: _adoption_gone,
    Trigger.REVENUE_DROP: _revenue_gone,
    Trigger.CASE_SURGE: _cases_gone,
}
