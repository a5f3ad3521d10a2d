"""What the plan stands on, in words: a false assumption shows what it takes down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from sightline.planning.health import Health
from sightline.planning.money import Converter, Money, Rates, total
from sightline.records.queries.plan_parts.grounds import AssumptionRow, ObjectiveRow, RiskRow
from sightline.records.queries.plan_parts.moves import Move
from sightline.web.pages.assumptions.forms import RiskForm


@dataclass(frozen=True, slots=True)
class ShownAssumption:
    """One assumption; `falls` is the money that rests on it, None where nothing does."""

    row: AssumptionRow
    words: str
    tone: str
    due: bool
    rests: tuple[str, ...]
    falls: Money | None


@dataclass(frozen=True, slots=True)
class ShownRisk:
    """One risk; `weight` orders nothing, it is said in words."""

    row: RiskRow
    money: Money | None
    level: str
    tone: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part of health: how much of its weight is missed, and why."""

    name: str
    weight: int
    miss: int | None
    why: str


@dataclass(frozen=True, slots=True)
class ShownHealth:
    """Health with its parts; `computed` stays beside a figure set by hand."""

    shown: int | None
    computed: int | None
    overridden: bool
    rosy_by: int | None
    parts: tuple[ShownPart, ...]
    reasons: tuple[str, ...]


def shown_assumptions(
    rows: Sequence[AssumptionRow],
    *,
    moves: Sequence[Move],
    today: date,
    currency: str,
    rates: Rates,
    on: date,
) -> tuple[ShownAssumption, ...]:
    """All of them with what rests on each, in the plan's currency."""
    by_key = {move.key: move for move in moves}
    return tuple(_assumption(row, by_key, today, currency, rates, on) for row in rows)


def _assumption(
    row: AssumptionRow,
    moves: Mapping[str, Move],
    today: date,
    currency: str,
    rates: Rates,
    on: date,
) -> ShownAssumption:
    words, tone = {
        "true": (_("Holds"), "pos"),
        "false": (_("Is false"), "neg"),
        "unknown": (_("Not known yet"), ""),
    }[row.standing]
    amounts, convert = [], Converter(currency, rates, on)
    for key in row.loads:
        move = moves.get(key)
        if move is not None and (money := convert(move.amount, move.currency)) is not None:
            amounts.append(money)
    due = row.look_again is not None and row.look_again <= today and row.standing != "false"
    return ShownAssumption(
        row=row,
        words=words,
        tone=tone,
        due=due,
        rests=tuple(
            moves[key].name if key in moves else _("something closed since") for key in row.loads
        ),
        falls=total(amounts, currency=currency) if amounts else None,
    )


def shown_risks(rows: Sequence[RiskRow], *, currency: str) -> tuple[ShownRisk, ...]:
    """All of them, largest money first as they were read."""
    words = {"low": _("low"), "middle": _("middle"), "high": _("high"), "": _("not judged")}
    found = []
    for row in rows:
        level = _("likelihood %(one)s, severity %(two)s") % {
            "one": words[row.likelihood],
            "two": words[row.severity],
        }
        grave = row.likelihood == "high" and row.severity in {"middle", "high"}
        grave = grave or (row.severity == "high" and row.likelihood == "middle")
        money = Money(row.money, currency) if row.money is not None else None
        found.append(ShownRisk(row, money, level, "neg" if grave else ""))
    return tuple(found)


def part_words() -> dict[str, str]:
    """The five parts of health."""
    return {
        "revenue": _("Revenue"),
        "engagement": _("Engagement"),
        "usage": _("Usage"),
        "cases": _("Cases"),
        "threads_and_renewal": _("Threads and renewal"),
    }


def shown_health(health: Health) -> ShownHealth:
    """The figure in force, the computed one and its parts."""
    return ShownHealth(
        shown=health.shown,
        computed=health.computed,
        overridden=health.overridden,
        rosy_by=health.rosy_by,
        parts=tuple(
            ShownPart(
                part_words()[part.name],
                round(part.weight),
                None if part.miss is None else round(100 * (1 - part.miss)),
                part.reason.text,
            )
            for part in health.parts
        ),
        reasons=tuple(reason.text for reason in health.reasons),
    )


def objective_note(row: ObjectiveRow, *, today: date) -> tuple[str, str]:
    """Whether it is late, in a word and a tone."""
    if row.state == "met":
        return _("Met"), "pos"
    if row.due_on is not None and row.due_on < today:
        return _("Late"), "neg"
    return _("Open"), ""


def differing(
    form: RiskForm, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Fields in which what somebody saved meanwhile is not what was typed: label and their value."""
    found = []
    for name, field in form.fields.items():
        if name in theirs and theirs[name] != mine[name]:
            shown = theirs[name]
            if name == "money" and shown is not None:
                shown = Money(shown, form.currency).amount
            choices = {str(key): str(word) for key, word in getattr(field, "choices", ())}
            text = choices.get(str(shown), str(shown)) if shown not in (None, "") else "–"
            found.append((str(field.label), text))
    return tuple(found)


def both_values(typed: Mapping[str, str], theirs: Mapping[str, Any]) -> str:
    """What was chosen, and what somebody else chose meanwhile."""
    words = {
        "true": _("Holds"),
        "false": _("Is false"),
        "unknown": _("Not known"),
        "open": _("Open"),
        "met": _("Met"),
        "dropped": _("Dropped"),
    }
    name = "standing" if "standing" in theirs else "state"
    mine, now = typed.get(name, ""), str(theirs.get(name, ""))
    return _("You chose “%(mine)s”; somebody else chose “%(now)s” meanwhile. Choose again.") % {
        "mine": words.get(mine, mine),
        "now": words.get(now, now),
    }
