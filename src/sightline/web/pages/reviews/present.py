"""Reviews in words: what is overdue, what is ready, what changed since the last one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from sightline.planning.errors import PlanningError
from sightline.planning.money import Money
from sightline.planning.reasons import Reason
from sightline.planning.reviews import Readiness, ReviewParameters, differences, is_overdue
from sightline.records.queries.account_scope import Rights
from sightline.records.queries.asks import AskedHere, asked_here
from sightline.records.queries.plan_challenges import readable
from sightline.records.queries.reviews import preparing, room, snapshots
from sightline.records.queries.reviews.joint_days import JointDay
from sightline.records.queries.reviews.room import Owed, Promise
from sightline.records.queries.reviews.rows import ReviewRow
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.account.shell import Shell
from sightline.web.pages.plan.ground import ShownGround, shown_ground
from sightline.web.pages.plan.signals import ShownSignal, shown_signals
from sightline.web.pages.reviews.changed import ShownChange, shown_changes
from sightline.wording.chances import percent

MOST_CHANGES = 14
MOST_SIGNALS = 6
MOST_OWED = 5
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Coming:
    """A review to come; `overdue` is said to its sponsor too. `joint_on` is the day proposed for a
    joint review before it."""

    review: ReviewRow
    overdue: bool
    soon: bool
    moved: str
    joint_on: date | None


@dataclass(frozen=True, slots=True)
class Held:
    """A review held, with what came of it and whether the sponsor was there."""

    review: ReviewRow
    sponsor: str
    sponsor_tone: str


@dataclass(frozen=True, slots=True)
class Path:
    """Where the plan stands against its target."""

    target: Money | None
    landing: Money
    gap: Money | None
    chance: str
    calibrated: bool

    @property
    def above(self) -> Money | None:
        """By how much it lands beyond the target; None where it does not."""
        return -self.gap if self.gap is not None and self.gap.minor < 0 else None


@dataclass(frozen=True, slots=True)
class Ready:
    """How ready it is: a share of what is due, and what is missing in words."""

    share: str
    per_cent: int | None
    missing: tuple[str, ...]
    say_now: bool


@dataclass(frozen=True, slots=True)
class Argument:
    """One open challenge, short."""

    title: str
    facts: str
    money: Money | None


@dataclass(frozen=True, slots=True)
class PreRead:
    """One page: path, what changed, what is asked, who owes what, how ready it is."""

    path: Path | None
    refused: str
    ready: Ready | None
    since: date
    first: bool
    changes: tuple[ShownChange, ...]
    more: int
    signals: tuple[ShownSignal, ...]
    ground: ShownGround
    challenges: tuple[Argument, ...]
    asks: tuple[AskedHere, ...]
    promises: tuple[Promise, ...]
    owed: tuple[Owed, ...]


def coming(
    found: Iterable[ReviewRow],
    held: Mapping[int, Sequence[date]],
    *,
    joint: Mapping[int, JointDay],
    today: date,
    numbers: ReviewParameters,
) -> list[Coming]:
    """Reviews to come, overdue first, then by day; those without a day at the end."""
    lines = [
        Coming(
            review,
            overdue=review.due_on is not None
            and not review.joint
            and is_overdue(
                review.due_on, held=held.get(review.plan_id, ()), today=today, parameters=numbers
            ),
            soon=review.held_on is not None and review.held_on <= today + SOON,
            moved=review.moved_reason,
            joint_on=joint[review.id].proposed if review.id in joint else None,
        )
        for review in found
    ]
    return sorted(
        lines, key=lambda one: (not one.overdue, one.review.held_on or date.max, one.review.id)
    )


def held_line(review: ReviewRow, sponsor: str) -> Held:
    """A review held, in a list."""
    words = {
        "present": (_("sponsor present"), "pos"),
        "absent": (_("sponsor absent"), "warn"),
    }.get(sponsor, ("", ""))
    return Held(review, *words)


def pre_read(review: ReviewRow, shell: Shell) -> PreRead:
    """The pre-read of a review, computed now."""
    parts = Parts(shell)
    setting = parts.setting
    refused, argued, made = "", None, None
    try:
        known = parts.everybody if shell.scope.planning_id == review.account_id else None
        argued = preparing.argued(review.plan_id, setting=setting, now=shell.now, known=known)
        made = preparing.prepared(
            review, argued, setting=setting, today=shell.today, rights=shell.rights
        )
    except PlanningError as problem:
        refused = str(problem)
    before = snapshots.frozen_by(made.last.id) if made is not None and made.last else None
    changes: tuple[ShownChange, ...] = ()
    if before is not None:
        now = snapshots.plan_now(
            review.plan_id, on=shell.today, plan=argued.plan if argued else None, setting=setting
        )
        changes = shown_changes(
            differences(before, now.snapshot),
            shell.scope,
            plan_id=review.plan_id,
            now=now.texts,
        )
    since = made.since if made is not None else shell.today
    signals = shown_signals(parts, since=since, most=MOST_SIGNALS)
    return PreRead(
        path=_path(argued) if argued is not None else None,
        refused=refused,
        ready=ready_of(made.readiness) if made is not None else None,
        since=since,
        first=before is None,
        changes=changes[:MOST_CHANGES],
        more=max(0, len(changes) - MOST_CHANGES),
        signals=signals,
        ground=shown_ground(parts),
        challenges=_arguments(argued, shell.rights) if argued is not None else (),
        asks=asked_here(shell.scope.seen_ids, opinions=shell.rights.opinions),
        promises=made.promises if made is not None else (),
        owed=room.owed(shell.scope, until=review.held_on or shell.today + SOON, most=MOST_OWED),
    )


def ready_of(found: Readiness) -> Ready:
    """Readiness in words."""
    return Ready(
        share=percent(found.share) if found.share is not None else _("nothing is due"),
        per_cent=round(found.share * 100) if found.share is not None else None,
        missing=tuple(_lacking(reason) for reason in found.missing),
        say_now=found.say_now,
    )


def _lacking(reason: Reason) -> str:
    words = {
        "readiness.assumptions": _("%(missing)s of %(of)s assumptions not looked at"),
        "readiness.commitments": _("%(missing)s of %(of)s commitments unanswered"),
        "readiness.plays": _("%(missing)s of %(of)s plays without a next step"),
        "readiness.challenges": _("%(missing)s of %(of)s challenges unanswered"),
        "readiness.renewals": _("%(missing)s of %(of)s renewals in sight not ready"),
        "readiness.sponsor": _("The sponsor is not invited"),
        "readiness.data": _("No data have been read yet"),
    }.get(reason.code)
    return words % dict(reason.inputs) if words else reason.text


def _path(argued: preparing.Argued) -> Path:
    bridge = argued.bridge
    return Path(
        target=bridge.target,
        landing=bridge.landing,
        gap=bridge.gap,
        chance=percent(argued.chance) if argued.chance is not None else "",
        calibrated=argued.calibrated,
    )


def _arguments(argued: preparing.Argued, rights: Rights) -> tuple[Argument, ...]:
    listed = readable(argued.listed, rights)
    return tuple(Argument(_(row.title), row.facts_say.text, row.money) for row in listed.shown)
