"""From findings to challenges: equal causes are one, by money, at most five, small ones folded.

Answers stand between a finding and the reader. Definitions: docs/method/challenges.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.challenges.facts import ChallengeParameters, PlanFacts
from sightline.planning.challenges.finding import Finding, evidence_hash, sum_touched
from sightline.planning.challenges.gaps import Gaps, gaps_of
from sightline.planning.challenges.rules import RULES, TITLES, Rule
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.money import Money
from sightline.planning.reasons import Reason


@dataclass(frozen=True, slots=True)
class Challenge:
    """Something that does not add up, once per cause; money None: not in money.

    `evidence` is the hash a dismissal rests on. The sentences are those of its largest finding.
    """

    rule: str
    cause: str
    title: str
    about: tuple[str, ...]
    money: Money | None
    plan_says: Reason
    facts_say: Reason
    way_out: Reason
    evidence: str

    @property
    def key(self) -> str:
        """Rule and cause: what an answer is given to."""
        return f"{self.rule}|{self.cause}"


class AnswerKind(StrEnum):
    """What a person may do with a challenge."""

    ACT = "act"
    EXPLAIN = "explain"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer. Act and explain hold until a day; dismiss until the evidence changes."""

    challenge: str
    kind: AnswerKind
    on: dt.date
    by: str
    evidence: str
    until: dt.date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind is not AnswerKind.DISMISS and self.until is None:
            raise MissingValue("Until when? It is asked again then.", field="until")
        if self.kind is not AnswerKind.ACT and not self.reason.strip():
            raise MissingValue("Why?", field="reason")

    def holds(self, challenge: Challenge, *, today: dt.date) -> bool:
        """Whether the challenge stays answered on a day."""
        if self.kind is AnswerKind.DISMISS:
            return self.evidence == challenge.evidence
        return self.until is not None and today <= self.until


@dataclass(frozen=True, slots=True)
class Answered:
    """A challenge that still fires but stands answered."""

    challenge: Challenge
    answer: Answer


@dataclass(frozen=True, slots=True)
class ChallengeList:
    """What a plan shows: at most five, those waiting behind, those folded, those answered, gaps."""

    shown: tuple[Challenge, ...]
    waiting: tuple[Challenge, ...]
    folded: tuple[Challenge, ...]
    answered: tuple[Answered, ...]
    gaps: Gaps

    @property
    def open(self) -> tuple[Challenge, ...]:
        """All that is unanswered and not folded."""
        return self.shown + self.waiting


def challenges_of(
    plan: PlanFacts,
    *,
    parameters: ChallengeParameters,
    answers: Iterable[Answer] = (),
    extra: Mapping[str, tuple[str, Rule]] | None = None,
    switched_off: Collection[str] = (),
) -> ChallengeList:
    """All challenges of a plan as it stands.

    `extra` holds an administrator's own rules: code to title and rule. Switching off an unknown
    rule raises InvalidValue, so that a spelling mistake is not taken for silence.
    """
    rules, titles = _rules(extra or {}, switched_off)
    findings = [f for rule in rules.values() for f in rule(plan, parameters=parameters)]
    challenges = merged(findings, titles=titles, currency=plan.currency)
    latest = _latest(answers)
    open_ones, answered = [], []
    for challenge in challenges:
        answer = latest.get(challenge.key)
        if answer is not None and answer.holds(challenge, today=plan.today):
            answered.append(Answered(challenge, answer))
        else:
            open_ones.append(challenge)
    folded = [c for c in open_ones if _is_small(c, plan.path.target, parameters)]
    rest = [c for c in open_ones if c not in folded]
    return ChallengeList(
        shown=tuple(rest[: parameters.most_shown]),
        waiting=tuple(rest[parameters.most_shown :]),
        folded=tuple(folded),
        answered=tuple(answered),
        gaps=gaps_of(plan, parameters=parameters),
    )


def merged(
    findings: Iterable[Finding], *, titles: Mapping[str, str], currency: str
) -> tuple[Challenge, ...]:
    """One challenge per rule and cause, largest money first, those not in money last."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.cause), []).append(finding)
    place = {rule: number for number, rule in enumerate(titles)}
    challenges = [_merge(group, titles, currency) for group in groups.values()]
    challenges.sort(
        key=lambda c: (c.money is None, -(c.money.minor if c.money else 0), place[c.rule], c.cause)
    )
    return tuple(challenges)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An open challenge as kept: when it was first seen, and whether its owner was reminded."""

    plan: str
    challenge: Challenge
    first_seen: dt.date
    reminded: bool
    target: Money | None


def sponsor_digest(
    waiting: Iterable[Unanswered],
    *,
    today: dt.date,
    last_sent: dt.date | None,
    parameters: ChallengeParameters,
) -> tuple[Unanswered, ...]:
    """What one sponsor reads this week, largest first; empty within a week of the last one.

    Only contradictions of at least a tenth of the target, unanswered for 21 days and once reminded.
    """
    if last_sent is not None and (today - last_sent).days < parameters.digest_days:
        return ()
    due = [item for item in waiting if _reaches_sponsor(item, today, parameters)]
    due.sort(key=lambda i: (-(i.challenge.money.minor if i.challenge.money else 0), i.plan))
    return tuple(due)


def _rules(
    extra: Mapping[str, tuple[str, Rule]], switched_off: Collection[str]
) -> tuple[dict[str, Rule], dict[str, str]]:
    rules = {**RULES, **{code: rule for code, (_, rule) in extra.items()}}
    titles = {**TITLES, **{code: title for code, (title, _) in extra.items()}}
    for code in switched_off:
        if code not in rules:
            raise InvalidValue(f"There is no rule called {code}.", field="switched_off")
    return {code: rule for code, rule in rules.items() if code not in switched_off}, titles


def _merge(group: list[Finding], titles: Mapping[str, str], currency: str) -> Challenge:
    first = max(group, key=lambda finding: (_size(finding), finding.about))
    return Challenge(
        rule=first.rule,
        cause=first.cause,
        title=titles[first.rule],
        about=tuple(sorted({key for finding in group for key in finding.about})),
        money=sum_touched(group, currency=currency),
        plan_says=first.plan_says,
        facts_say=first.facts_say,
        way_out=first.way_out,
        evidence=evidence_hash(group),
    )


def _size(finding: Finding) -> int:
    return sum(amount.minor for _, amount in finding.money)


def _latest(answers: Iterable[Answer]) -> dict[str, Answer]:
    latest: dict[str, Answer] = {}
    for answer in answers:
        held = latest.get(answer.challenge)
        if held is None or held.on <= answer.on:
            latest[answer.challenge] = answer
    return latest


def _is_small(challenge: Challenge, target: Money | None, parameters: ChallengeParameters) -> bool:
    if challenge.money is None or target is None or target.minor <= 0:
        return False
    return challenge.money.minor < parameters.fold_below * target.minor


def _reaches_sponsor(item: Unanswered, today: dt.date, parameters: ChallengeParameters) -> bool:
    money, target = item.challenge.money, item.target
    if money is None or target is None or target.minor <= 0 or not item.reminded:
        return False
    old = (today - item.first_seen).days >= parameters.sponsor_days
    return old and money.minor >= parameters.sponsor_share * target.minor


def each_plan(
    plans: Iterable[PlanFacts],
    *,
    parameters: ChallengeParameters,
    extra: Mapping[str, tuple[str, Rule]] | None = None,
    switched_off: Collection[str] = (),
) -> Iterator[tuple[str, ChallengeList]]:
    """Challenges of many plans, one at a time: for the daily tick and after an import."""
    for plan in plans:
        yield (
            plan.key,
            challenges_of(plan, parameters=parameters, extra=extra, switched_off=switched_off),
        )
