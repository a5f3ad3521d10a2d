"""Rules about money without a path: target, thesis, cells, plays, dates, pipeline, renewals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sightline.planning.challenges.facts import (
    ChallengeParameters,
    PathToCell,
    Pipeline,
    PlanFacts,
    PlayFacts,
)
from sightline.planning.challenges.finding import Finding, find, rounded
from sightline.planning.money import Money
from sightline.planning.reasons import dated


def no_credible_path(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """Landing under 95% of target, or a chance under 35%; the money is the gap.

    A landing above target with too small a chance has no gap in money.
    """
    path = plan.path
    if path.target is None or path.target.minor <= 0:
        return
    share = path.landing.minor / path.target.minor if path.landing is not None else None
    short = share is not None and share < parameters.landing_share
    unlikely = path.chance is not None and path.chance < parameters.least_chance
    if not short and not unlikely:
        return
    gap = path.target - path.landing if path.landing is not None else None
    said = (
        f"Expected landing {share * 100:.0f}% of target" if share is not None else "No landing yet"
    )
    if path.chance is not None:
        said += f", chance {path.chance * 100:.0f}%"
    yield find(
        "no_credible_path",
        about="target",
        money=gap if gap is not None and gap.minor > 0 else None,
        says=(
            f"The target is {rounded(path.target)}.",
            f"{said}.",
            "Add a play for an open cell with a path, raise a probability by a next step, or "
            "agree another target.",
        ),
        # bands of five per cent: a landing that moves by a rounding brings nothing back
        evidence={
            "target": path.target,
            "landing_band": None if share is None else int(share * 20),
            "chance_band": None if path.chance is None else int(path.chance * 20),
        },
    )


def thesis_without_whitespace(
    plan: PlanFacts, *, parameters: ChallengeParameters
) -> Iterator[Finding]:
    """The lines and units a thesis names hold less ranked open value than the growth it claims."""
    growth, value = plan.path.thesis_growth, plan.path.thesis_open_value
    if growth is None or value is None or value >= growth:
        return
    yield find(
        "thesis_without_whitespace",
        about="thesis",
        money=growth - value,
        says=(
            f"The thesis counts on {rounded(growth)} of growth.",
            f"The lines and units it names hold {rounded(value)} of ranked open value.",
            "Name other lines or units, qualify more cells, or lower the growth.",
        ),
        evidence={"growth": growth, "open_value": value},
    )


def fantasy_in_plan(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """A fantasy or path-unknown cell stands in plays or target; the money is its value."""
    for cell in plan.cells:
        if not cell.counted or cell.path is PathToCell.OPEN:
            continue
        fantasy = cell.path is PathToCell.FANTASY
        yield find(
            "fantasy_in_plan",
            about=cell.key,
            money=cell.value,
            says=(
                "The plan counts on this cell.",
                "Nobody there can be reached yet."
                if fantasy
                else "Nobody is mapped there, so no path is known.",
                "Build a path first, or take it out of the sum."
                if fantasy
                else "Map who decides there, or take it out of the sum.",
            ),
            evidence={"path": cell.path.value},
        )


def play_incomplete(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """Owner, date, person or next action missing a week after creation."""
    for play in plan.plays:
        missing = _missing(play)
        if not missing or (plan.today - play.created).days < parameters.incomplete_days:
            continue
        yield find(
            "play_incomplete",
            about=play.key,
            money=play.expected,
            says=(
                "This play counts towards the target.",
                f"It has no {', no '.join(missing)}.",
                "Add what is missing, or move it back to ideas.",
            ),
            evidence={"missing": ",".join(missing)},
        )


def date_too_early(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """The target date lies before the earliest that its stage's history allows."""
    for play in plan.plays:
        if play.closes is None or play.stage_entered is None or play.earliest_days is None:
            continue
        earliest = play.stage_entered + dt.timedelta(days=play.earliest_days)
        if play.closes >= earliest:
            continue
        yield find(
            "date_too_early",
            about=play.key,
            money=play.amount,
            says=(
                f"It closes on {dated(play.closes)}.",
                f"From its stage, four in five take until {dated(earliest)} or longer.",
                f"Move it to {dated(earliest)} or later, or say what is different here.",
            ),
            evidence={"closes": play.closes, "stage_entered": play.stage_entered},
        )


def busy_not_moving(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """Three actions done since the last stage change, and longer in it than is usual."""
    for play in plan.plays:
        if play.stage_entered is None or play.stuck_days is None:
            continue
        days = (plan.today - play.stage_entered).days
        if play.actions_done < parameters.busy_actions or days <= play.stuck_days:
            continue
        yield find(
            "busy_not_moving",
            about=play.key,
            money=play.expected,
            says=(
                f"{play.actions_done} actions were done.",
                f"The stage has not moved for {days} days; usual is at most {play.stuck_days}.",
                "Ask the customer for the one step that would move it, or let it wait.",
            ),
            evidence={"stage_entered": play.stage_entered},
        )


def plan_and_pipeline(plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
    """Plan and CRM disagree on amount, date, stage or owner, or the CRM has no opportunity."""
    for play in plan.plays:
        pipeline = play.pipeline
        if pipeline is None:
            days = (plan.today - play.created).days
            if days > parameters.no_opportunity_days:
                yield _without_opportunity(play)
            continue
        found = pipeline_differences(pipeline, as_of=plan.as_of, parameters=parameters)
        if found:
            yield _disagrees(play, pipeline, found)


def renewal_without_strategy(
    plan: PlanFacts, *, parameters: ChallengeParameters
) -> Iterator[Finding]:
    """A renewal within 270 days whose strategy lacks goal, owner or decider."""
    for renewal in plan.renewals:
        left = (renewal.due - plan.today).days
        parts = (("goal", renewal.goal), ("owner", renewal.owner), ("decider", renewal.decider))
        missing = [name for name, there in parts if not there]
        if not missing or left > parameters.renewal_days:
            continue
        yield find(
            "renewal_without_strategy",
            about=renewal.key,
            money=renewal.acv_up,
            says=(
                f"It renews on {dated(renewal.due)}.",
                f"Its strategy has no {', no '.join(missing)}.",
                "Write the goal, name the owner and who decides.",
            ),
            evidence={"due": renewal.due, "missing": ",".join(missing)},
        )


def _missing(play: PlayFacts) -> list[str]:
    parts = (
        ("owner", play.owner),
        ("date", play.closes),
        ("person", play.people),
        ("next action", play.next_action),
    )
    return [name for name, value in parts if not value]


def _without_opportunity(play: PlayFacts) -> Finding:
    return find(
        "plan_and_pipeline",
        about=play.key,
        money=play.amount,
        says=(
            "The plan has this play.",
            "The CRM has no opportunity for it.",
            "Ask the CRM for one, or say which opportunity it is.",
        ),
        evidence={"what": "no opportunity in the CRM"},
    )


def _disagrees(play: PlayFacts, pipeline: Pipeline, what: list[str]) -> Finding:
    """Both sides of what differs in money and date; stage and owner are only named."""
    sides = {
        "amount": (pipeline.plan_amount, pipeline.crm_amount),
        "date": (pipeline.plan_close, pipeline.crm_close),
    }
    ours = [_said(sides[name][0]) for name in what if name in sides]
    theirs = [f"{name} ({_said(sides[name][1])})" if name in sides else name for name in what]
    return find(
        "plan_and_pipeline",
        about=play.key,
        money=_difference(pipeline),
        says=(
            f"The plan says {', '.join(ours)}." if ours else "The plan has this play.",
            f"The CRM differs: {', '.join(theirs)}.",
            "Take the CRM's figures on the play's card, or correct them there.",
        ),
        evidence={"what": ", ".join(what)}
        | {f"plan_{name}": pair[0] for name, pair in sides.items() if name in what}
        | {f"crm_{name}": pair[1] for name, pair in sides.items() if name in what},
    )


def _said(value: Money | dt.date | None) -> str:
    if value is None:
        return "not known"
    return rounded(value) if isinstance(value, Money) else dated(value)


def pipeline_differences(
    pipeline: Pipeline, *, as_of: dt.datetime, parameters: ChallengeParameters
) -> list[str]:
    """What differs by more than the tolerances: amount, date, stage, owner."""
    found = []
    difference = _difference(pipeline)
    if difference is not None and pipeline.plan_amount is not None:
        limit = parameters.amount_differs * abs(pipeline.plan_amount).minor
        if difference.minor > limit:
            found.append("amount")
    if pipeline.plan_close is not None and pipeline.crm_close is not None:
        apart = abs((pipeline.plan_close - pipeline.crm_close).days)
        if apart > parameters.date_differs_days:
            found.append("date")
    if pipeline.differs_since is not None:
        hours = (as_of - pipeline.differs_since).total_seconds() / 3600
        if hours > parameters.stage_differs_hours:
            found += [] if pipeline.same_stage else ["stage"]
            found += [] if pipeline.same_owner else ["owner"]
    return found


def _difference(pipeline: Pipeline) -> Money | None:
    """How far the amounts are apart; None where one is unknown or they are equal."""
    if pipeline.plan_amount is None or pipeline.crm_amount is None:
        return None
    apart = abs(pipeline.plan_amount - pipeline.crm_amount)
    return apart if apart else None
