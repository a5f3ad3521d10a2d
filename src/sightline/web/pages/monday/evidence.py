"""What stands behind an act: its reasons in words, the money, and the inputs of its worth."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.reasons import Reason
from sightline.planning.weekly import Ground, Item, urgency
from sightline.records.queries.week.planned import WeekAccount
from sightline.records.queries.week.reading import Evidence
from sightline.web.figures import Figure, Input
from sightline.wording import dates
from sightline.wording.chances import percent
from sightline.wording.money import full_money, short_money

LOOKS: dict[str, tuple[str, str]] = {
    "renewal_unprepared": ("clock", "warn"),
    "renewal_milestone": ("calendar", ""),
    "step_overdue": ("clock", "neg"),
    "step_due": ("calendar", ""),
    "contact_quiet": ("speech", "warn"),
    "single_thread": ("users", "neg"),
    "commitment_overdue": ("clock", "neg"),
    "commitment_due": ("calendar", ""),
    "step_stalled": ("pause", "warn"),
    "challenge_open": ("question", "warn"),
    "signal": ("eye", "warn"),
    "fact_stale": ("clock", ""),
    "priority_open": ("speech", ""),
}


def look(code: str) -> tuple[str, str]:
    """Icon and tone of a reason."""
    return LOOKS.get(code, ("info", ""))


def sentence(reason: Reason) -> str:
    """The reason with a capital letter."""
    text = _(reason.text)
    return text[:1].upper() + text[1:]


def title(item: Item, kept: Evidence | None) -> str:
    """What to do; a renewal says of what."""
    if item.act.startswith("step:"):
        return item.text.strip() or _("A task without a subject")
    text = _(item.text)
    if item.act.startswith("renewal:"):
        text = text[:1].upper() + text[1:]
        name = kept.record if kept is not None else ""
        return _("%(act)s: contract %(name)s") % {"act": text, "name": name} if name else text
    return text


def gone_title(act: str) -> str:
    """What an answered act was, where its cause has gone since."""
    kind = act.partition(":")[0]
    words = {
        "renewal": _("A renewal"),
        "step": _("A next step"),
        "contact": _("A call"),
        "thread": _("A second relationship"),
        "challenge": _("A challenge"),
        "signal": _("A signal"),
        "fact": _("A stale fact"),
        "priority": _("A priority of theirs"),
    }
    return words.get(kind, _("An act")) + " " + _("(its cause has gone)")


def where(kept: Evidence | None, account: WeekAccount) -> str:
    """The opportunity an act serves, without the account's name in front; empty elsewhere."""
    if kept is None or kept.record == account.name or not kept.record:
        return ""
    inside = dict(kept.details)
    if "stage" not in inside and "closes" not in inside:
        return ""
    return kept.record.removeprefix(f"{account.name}: ").removeprefix(f"{account.name} - ")


def at_stake(item: Item) -> Money | None:
    """Each money once, summed; None where no money is linked."""
    stakes: dict[str, Money] = {}
    for ground in item.grounds:
        held = stakes.get(ground.stake)
        stakes[ground.stake] = max(held, ground.money) if held is not None else ground.money
    amounts = list(stakes.values())
    found = sum(amounts[1:], start=amounts[0])
    return found if found else None


def figure(item: Item, kept: Evidence | None, *, on: date, parameters: Parameters) -> Figure:
    """The worth of an act opened: money, rise of the chance, what lapses in a week, record."""
    lines: list[Input] = []
    for ground in item.grounds:
        lines.extend(_ground_lines(ground, parameters=parameters))
    if item.weight < 1:
        kind = _("Such acts count, as you judged some not relevant")
        lines.append(Input(kind, f"× {item.weight:.2f}"))
    if at_stake(item) is not None:
        worth = Money(round(item.value), item.grounds[0].money.currency)
        lines.append(Input(_("Worth of acting this week"), short_money(worth)))
    lines.extend(_record_lines(kept, on=on))
    marks = ("uncalibrated", *(("inferred",) if kept is not None and kept.inferred else ()))
    return Figure(
        inputs=tuple(lines),
        explanation=_("Money at stake × rise of the chance × share that lapses within a week."),
        source=_source(kept),
        marks=marks,
        missing=_missing(kept),
    )


def _ground_lines(ground: Ground, *, parameters: Parameters) -> tuple[Input, ...]:
    share = urgency(ground.days, parameters=parameters)
    near = (
        _("no date")
        if ground.days is None
        else _("overdue")
        if ground.days <= 0
        else _("%(days)d days") % {"days": ground.days}
    )
    return (
        Input(sentence(ground.reason), full_money(ground.money) if ground.money else _("no money")),
        Input(_("Rise of the chance"), percent(ground.lift)),
        Input(_("Lapses within a week (%(near)s)") % {"near": near}, percent(share)),
    )


def _record_lines(kept: Evidence | None, *, on: date) -> tuple[Input, ...]:
    if kept is None:
        return ()
    names = {
        "ends": _("Ends"),
        "due": _("Due"),
        "closes": _("Closes"),
        "stage": _("Stage"),
        "notice": _("Notice, days"),
        "last_two_way": _("Last two-way contact"),
        "value_from": _("Value from"),
        "in_stage_since": _("In its stage since"),
        "first_seen": _("First seen"),
        "seen": _("Seen"),
        "from": _("Source"),
        "said": _("Said"),
    }
    ways = {
        "contract": _("the contract"),
        "assets": _("assets ending that day"),
        "account": _("the account's ACV, its only contract"),
        "": _("not known"),
    }
    found = [Input(_("Record"), kept.record)] if kept.record else []
    for code, value in kept.details:
        if isinstance(value, date):
            shown = dates.day_short(value, today=on)
        else:
            shown = ways.get(value, value) if code == "value_from" else value
        found.append(Input(names[code], shown))
    return tuple(found)


def _source(kept: Evidence | None) -> str:
    sources = {
        "crm": _("the CRM, as last loaded"),
        "sightline": _("entered here"),
        "activity": _("logged meetings, calls and mails"),
        "plan": _("the plan as it stands"),
        "signal": _("what was observed"),
        "customer": _("the customer's own words"),
    }
    return sources.get(kept.source, "") if kept is not None else ""


def _missing(kept: Evidence | None) -> tuple[str, ...]:
    if kept is None or not kept.missing:
        return ()
    return (_("value of the contract") if kept.missing == "value" else _("money it serves"),)
