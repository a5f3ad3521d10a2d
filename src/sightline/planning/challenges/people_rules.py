"""Rules about people and the rhythm: threads, buyers, stance, health, size, reviews, sponsor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sightline.planning.challenges.facts import ChallengeParameters, PlanFacts, ReviewFacts
from sightline.planning.challenges.finding import Finding, Touched, find
from sightline.planning.reasons import dated


def single_thread(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """A scope with money that rests on one person; equal persons are one cause."""
    for scope in plan.threads:
        if not scope.single_threaded or scope.money is None:
            continue
        person = scope.only_person
        yield find(
            "single_thread",
            about=scope.key,
            money=scope.money,
            money_key=scope.money_key,
            cause=f"person:{person}" if person else "",
            says=(
                "Access is counted on.",
                "It rests on one person.",
                "Build the second relationship this week, the third this quarter.",
            ),
            evidence={"person": person},
        )


def buyer_unreached(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """An economic buyer without two-way contact in 180 days; silent where too little is logged."""
    if not _enough_logged(plan, parameters):
        return
    for scope in plan.threads:
        if scope.buyer is None or scope.money is None:
            continue
        if not _silent(scope.buyer_last_two_way, plan.today, parameters.buyer_days):
            continue
        yield find(
            "buyer_unreached",
            about=scope.key,
            money=scope.money,
            money_key=scope.money_key,
            cause=f"person:{scope.buyer}",
            says=(
                "The economic buyer is named.",
                _since(scope.buyer_last_two_way),
                "Ask for an introduction from whoever is nearest to them.",
            ),
            evidence={"person": scope.buyer, "last_two_way": scope.buyer_last_two_way},
        )


def stance_rosier(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """Rated as supporting, while computed level and contact say otherwise."""
    if not _enough_logged(plan, parameters):
        return
    for person in plan.people:
        level = person.computed_level
        if not person.supports or level is None or level > parameters.rosy_level:
            continue
        if not _silent(person.last_two_way, plan.today, parameters.rosy_days):
            continue
        finding = find(
            "stance_rosier",
            about=person.key,
            money=None,
            says=(
                "Rated as supporting.",
                f"Computed level {level}. {_since(person.last_two_way)}",
                "Meet them, or rate again.",
            ),
            evidence={"level": level, "last_two_way": person.last_two_way},
        )
        yield _carrying(finding, person.carries)


def health_rosier(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """An override twenty points or more above computed health."""
    health = plan.health
    if health is None or health.override is None or health.computed is None:
        return
    if health.override - health.computed < parameters.health_points:
        return
    yield find(
        "health_rosier",
        about="health",
        money=health.acv,
        says=(
            f"Health was set to {health.override}.",
            f"Computed it is {health.computed}.",
            "Say what the figures miss, or let the override go.",
        ),
        evidence={"override": health.override, "computed_band": health.computed // 10},
    )


def plan_too_large(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """More plays, objectives or pages than the tier deserves: which of these waits?"""
    limits = _limits(plan.tier, parameters)
    if limits is None:
        return
    sizes = {"plays": plan.size.open_plays, "objectives": plan.size.objectives}
    if plan.size.summary_pages is not None:
        sizes["pages"] = plan.size.summary_pages
    over = [
        f"{size} {name} (at most {limits[name]})"
        for name, size in sizes.items()
        if size > limits[name]
    ]
    if not over:
        return
    yield find(
        "plan_too_large",
        about="plan",
        money=None,
        says=(f"A tier {plan.tier} plan.", f"It has {', '.join(over)}.", "Which of these waits?"),
        evidence={"over": ",".join(over)},
    )


def commitments_missed(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """Half or more of at least four commitments missed in each of the last two reviews."""
    last_two = _last(plan, 2)
    if len(last_two) < 2 or not all(_missed(review, parameters) for review in last_two):
        return
    counts = " and ".join(f"{review.missed} of {review.commitments}" for review in last_two)
    yield find(
        "commitments_missed",
        about="reviews",
        money=None,
        says=(
            "Reviews end in commitments.",
            f"{counts} were missed in the last two.",
            "Promise fewer, or name what stops them.",
        ),
        evidence={"reviews": ",".join(review.key for review in last_two)},
    )


def nothing_changed(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """The last review changed no decision, target, play, cell or person."""
    for review in _last(plan, 1):
        if review.changed_nothing:
            yield find(
                "nothing_changed",
                about="reviews",
                money=None,
                says=(
                    f"A review was held on {dated(review.held)}.",
                    "It changed nothing in the plan.",
                    "Decide one thing, or hold it only when there is something to decide.",
                ),
                evidence={"review": review.key},
            )


def sponsor_absent(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """A tier 1 plan without a named sponsor, or one absent from two reviews running."""
    last_two = _last(plan, 2)
    if plan.tier == 1 and not plan.usable.sponsor_named:
        said, evidence = "No sponsor is named.", "none"
    elif len(last_two) == 2 and all(review.sponsor_present is False for review in last_two):
        said = "The sponsor missed the last two reviews."
        evidence = ",".join(review.key for review in last_two)
    else:
        return
    yield find(
        "sponsor_absent",
        about="sponsor",
        money=None,
        says=("A sponsor carries this plan.", said, "Agree a date with the sponsor, or another."),
        evidence={"absent": evidence},
    )


def losing_ground_hidden(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """Ground lost that no risk or play of the plan names; all of it is one cause."""
    for lost in plan.losing:
        if lost.named:
            continue
        yield find(
            "losing_ground_hidden",
            about=lost.key,
            money=lost.money,
            cause="losing_ground",
            says=(
                "No risk or play speaks of it.",
                _LOST[lost.kind.value],
                "Name it as a risk, or answer it with a play.",
            ),
            evidence={"kind": lost.kind.value, "since": lost.since},
        )


def assumption_due(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """An assumption past its date, or known to be false, that money still rests on."""
    for assumption in plan.assumptions:
        false = assumption.holds is False and bool(assumption.carries)
        late = assumption.look_again is not None and assumption.look_again < plan.today
        if not false and not late:
            continue
        finding = find(
            "assumption_due",
            about=assumption.key,
            money=None,
            says=(
                "The plan's numbers stand on it.",
                "It no longer holds." if false else "It was to be looked at by now.",
                "Take out what rests on it, or say why it holds."
                if false
                else "Look again: holds, no longer, or unsure.",
            ),
            evidence={"look_again": assumption.look_again, "holds": assumption.holds},
        )
        yield _carrying(finding, assumption.carries)


def metric_without_play(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """A metric with a target that no play is to move."""
    for metric in plan.metrics:
        if metric.has_target and not metric.plays:
            yield find(
                "metric_without_play",
                about=metric.key,
                money=None,
                says=(
                    "This metric has a target.",
                    "No play moves it.",
                    "Link the play that moves it, or drop the metric.",
                ),
                evidence={"plays": 0},
            )


_LOST: Mapping[str, str] = {
    "contraction": "A line contracts.",
    "cell_lost": "A cell was lost.",
    "share_falling": "Our share of wallet falls.",
    "person_gone": "A person left.",
    "person_cooled": "A relationship cooled.",
    "health_raised": "Health was set above what the figures say.",
    "renewal_softened": "A renewal softened.",
}


def _carrying(finding: Finding, carries: Touched) -> Finding:
    return replace(finding, money=carries)


def _limits(tier: int | None, parameters: ChallengeParameters) -> Mapping[str, int] | None:
    return {1: parameters.largest_tier_1, 2: parameters.largest_tier_2}.get(tier or 0)


def _enough_logged(plan: PlanFacts, parameters: ChallengeParameters) -> bool:
    return plan.two_way_days is not None and plan.two_way_days >= parameters.enough_contact_days


def _silent(last: dt.date | None, today: dt.date, days: int) -> bool:
    return last is None or (today - last).days > days


def _since(last: dt.date | None) -> str:
    if last is None:
        return "No two-way contact is known."
    return f"No two-way contact since {dated(last)}."


def _missed(review: ReviewFacts, parameters: ChallengeParameters) -> bool:
    enough = review.commitments >= parameters.missed_least
    return enough and review.missed >= parameters.missed_share * review.commitments


def _last(plan: PlanFacts, count: int) -> list[ReviewFacts]:
    return sorted(plan.reviews, key=lambda review: (review.held, review.key))[-count:]
