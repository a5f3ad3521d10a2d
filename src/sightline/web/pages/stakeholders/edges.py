"""What the edge of a card tells in each view of the map, and the words of the legend for it."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from sightline.records.queries.account_people import KnownPerson
from sightline.web.pages.stakeholders.desk import Desk

WEAK, TRUSTED = 1, 3
HELD_BY_MANY = 2
STANCES = {"supports": "pos", "against": "neg", "neutral": "neu", "indifferent": "neu"}


def edge_of(desk: Desk, level: int | None, stance: str, one: KnownPerson) -> str:
    """The tone of a card's edge; empty where it tells nothing."""
    view = desk.asked.view
    if view == "strength" and level is not None:
        return {0: "", WEAK: "warn"}.get(level, "accent" if level >= TRUSTED else "neu")
    if view == "stance" and desk.opinions:
        return STANCES.get(stance, "")
    if view == "coverage" and desk.opinions:
        return ("", "warn", "accent")[min(len(one.known.holders), HELD_BY_MANY)]
    if view == "contact":
        return "accent" if recent(desk, one) else ""
    return ""


def edges_told(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Tone and words of every edge that this view draws."""
    view, names = desk.asked.view, desk.names
    if view == "contact":
        days = {"days": desk.numbers.active_thread_days}
        return (("accent", _("two-way contact in the last %(days)s days") % days),)
    if not desk.opinions:
        return ()
    if view == "strength":
        more = _("%(level)s or more") % {"level": names.strength(TRUSTED)}
        return (
            ("accent", more),
            ("neu", names.strength(TRUSTED - 1)),
            ("warn", names.strength(WEAK)),
        )
    if view == "stance":
        either = _("%(one)s or %(other)s") % {
            "one": names.stance("neutral"),
            "other": names.stance("indifferent"),
        }
        return (
            ("pos", names.stance("supports")),
            ("neg", names.stance("against")),
            ("neu", either),
        )
    if view == "coverage":
        return (("accent", _("held by two of ours or more")), ("warn", _("held by one of ours")))
    return ()


def recent(desk: Desk, one: KnownPerson) -> bool:
    """Whether there was two-way contact in the days that make a thread active."""
    last = one.log.last_two_way
    day = desk.asked.at or desk.shell.today
    return last is not None and day - last < timedelta(days=desk.numbers.active_thread_days)
