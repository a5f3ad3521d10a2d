"""Cards of the board, rows of the list, and the chain behind an action, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sightline.drawing import timeline
from sightline.drawing.sheet import Drawing
from sightline.planning.challenges import pipeline_differences
from sightline.planning.money import Money, total
from sightline.planning.plays import (
    Column,
    Done,
    Sight,
    board_column,
    busy_not_moving,
    date_too_early,
    line_of_sight,
    missing_parts,
)
from sightline.planning.reasons import Reason
from sightline.records.queries.play_lines import LineNote
from sightline.records.queries.plays import ActionRow, PlayRow
from sightline.web.pages.plays.reading import Desk
from sightline.wording import dates
from sightline.wording.money import short_money

_PARTED = re.compile(r"\s*[:|/–—]\s*|\s+-\s+")
COLUMNS = {
    Column.IDEA: gettext_lazy("Idea"),
    Column.QUALIFIED: gettext_lazy("Qualified"),
    Column.IN_MOTION: gettext_lazy("In motion"),
    Column.LANDED: gettext_lazy("Landed"),
    Column.LOST: gettext_lazy("Lost"),
    Column.PARKED: gettext_lazy("Parked"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One play on the board."""

    anchor: str
    id: int | None
    version: int
    name: str
    title: str
    column: Column
    owner: str
    value: Money | None
    closes: date | None
    stage: str
    stage_id: str
    next: str
    cells: tuple[str, ...]
    days: str
    tone: str
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    requested: bool
    in_crm: bool
    deal: int | None
    actions: tuple[Step, ...]
    sight: str
    owner_id: str
    answers: str
    people: tuple[str, ...]
    lines: tuple[str, ...]
    lines_offered: bool
    apart: str
    take_up: str


@dataclass(frozen=True, slots=True)
class Step:
    """One action with its chain."""

    id: int
    version: int
    name: str
    owner: str
    due: date | None
    late: bool
    state: str
    reason: str
    sight: tuple[str, ...]
    broken: str
    blocked_by: str
    escalated_to: str
    escalated_id: str
    checklist: tuple[tuple[str, bool], ...]
    repeats: int | None


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column with its sum; what has no value is counted, not guessed."""

    code: str
    name: str
    cards: tuple[Card, ...]
    money: Money | None
    unvalued: int


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board, and what is said above it."""

    columns: tuple[BoardColumn, ...]
    cards: tuple[Card, ...]
    money: Money | None
    without_sight: int
    words: str


def board_of(desk: Desk) -> Board:
    """Every play in its column."""
    cards = [_card(desk, row) for row in desk.book.plays]
    columns = tuple(_column(code, [c for c in cards if c.column is code]) for code in COLUMNS)
    live = [one for one in cards if one.column not in (Column.LOST, Column.PARKED)]
    count = len(live)
    return Board(
        columns=columns,
        cards=tuple(cards),
        money=_sum(one.value for one in live),
        without_sight=len(activity_of(desk)),
        words=ngettext("%s play", "%s plays", count) % count,
    )


def activity_of(desk: Desk) -> tuple[Step, ...]:
    """Open actions that lead nowhere yet: listed, never counted."""
    steps = (step_of(desk, row) for row in desk.book.actions if row.action.state is Done.OPEN)
    return tuple(step for step in steps if step.broken)


def step_of(desk: Desk, row: ActionRow) -> Step:
    """One action with its line of sight."""
    action, sight = row.action, line_of_sight(row.action, index=desk.index)
    open_ = action.state is Done.OPEN
    return Step(
        id=row.id,
        version=row.version,
        name=action.name,
        owner=row.owner,
        due=action.due,
        late=open_ and action.due is not None and action.due < desk.today,
        state=action.state.value,
        reason=action.reason,
        sight=_chain(sight, desk.index.target),
        broken=sight.broken.text if sight.broken is not None else "",
        blocked_by=row.blocked_by,
        escalated_to=row.escalated_to,
        escalated_id=row.escalated_id,
        checklist=row.checklist,
        repeats=row.repeats,
    )


def timeline_of(desk: Desk) -> Drawing | None:
    """Target dates of live plays over the year ahead; None without any."""
    today = desk.today
    last = today + timedelta(days=365)
    events = [
        timeline.Event(
            name=without_account(row.play.name, desk.shell.scope.name),
            on=row.play.target_close,
            note=short_money(row.play.value) if row.play.value else _("no value yet"),
            tone="accent",
            href=f"{board_url(desk)}#{_anchor(row)}",
        )
        for row in desk.book.plays
        if not row.closed
        and row.play.target_close is not None
        and today - timedelta(days=60) <= row.play.target_close <= last
    ]
    if not events:
        return None
    return timeline.timeline(
        events,
        key="plays",
        first=today - timedelta(days=60),
        last=last,
        today=today,
        label=dates.day,
        words=timeline.Words(
            title=_("Plays by target close date"),
            today=_("Today"),
            columns=(_("Play"), _("Closes"), _("Value")),
        ),
    )


def _anchor(row: PlayRow) -> str:
    """The id of its card on the board."""
    return row.play.key.replace(":", "-")


def _chain(sight: Sight, target: Money | None) -> tuple[str, ...]:
    words = []
    for step in sight.steps:
        text = step.text
        if step.kind == "money" and sight.money is not None:
            text = short_money(sight.money)
        elif step.kind == "target" and target is not None:
            text = text.replace(str(target), short_money(target))
        words.append(text)
    return tuple(words)


def _column(code: Column, cards: list[Card]) -> BoardColumn:
    ordered = sorted(cards, key=lambda one: (-(one.value.minor if one.value else 0), one.name))
    unvalued = sum(one.value is None for one in cards)
    return BoardColumn(
        code.value, str(COLUMNS[code]), tuple(ordered), _sum(one.value for one in cards), unvalued
    )


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = [one for one in amounts if one is not None]
    return total(known, currency=known[0].currency) if known else None


def column_of(desk: Desk, row: PlayRow) -> Column:
    """Where a play stands: as somebody settled it, else by its opportunity's stage."""
    if row.outcome == "won":
        return Column.LANDED
    if row.outcome == "lost":
        return Column.LOST
    return board_column(row.play, stages=desk.book.stages)


def _card(desk: Desk, row: PlayRow) -> Card:
    play, column = row.play, column_of(desk, row)
    done = column in (Column.LANDED, Column.LOST)
    lacking = () if done or row.id is None else missing_parts(play)
    warnings = () if done else tuple(_warned(one) for one in _warnings(desk, row))
    days, tone = _days(desk, row, done)
    notes = desk.line_notes.get(row.id or 0, ())
    steps = tuple(
        step_of(desk, one)
        for one in desk.book.actions
        if one.action in row.actions and one.action.state is Done.OPEN
    )
    return Card(
        anchor=_anchor(row),
        id=row.id,
        version=row.version,
        name=play.name,
        title=without_account(play.name, desk.shell.scope.name),
        column=column,
        owner=row.owner,
        value=play.value,
        closes=play.target_close,
        stage=play.stage or "",
        stage_id=str(row.stage_id or ""),
        next=play.next_action or "",
        cells=tuple(desk.index.cell_names.get(cell, "") for cell in play.cells),
        days=days,
        tone=tone,
        missing=tuple(one.text.removeprefix("needs ") for one in lacking),
        warnings=warnings,
        requested=row.requested,
        in_crm=row.opportunity_id is not None,
        deal=row.opportunity_id,
        actions=steps,
        sight=_play_sight(desk, row),
        owner_id=play.owner or "",
        answers=play.answers or "",
        people=play.people,
        lines=tuple(_line_words(one) for one in notes),
        lines_offered=any(one.offered for one in notes),
        apart="" if done else _apart(desk, row),
        take_up="" if done else _take_up(desk, row),
    )


def _take_up(desk: Desk, row: PlayRow) -> str:
    """Where a deal that nobody made a play of becomes one; empty where that cannot be."""
    cells = row.play.cells
    if row.id is not None or not (desk.may_write and desk.shell.rights.whitespace):
        return ""
    if not cells or not desk.on_grid.issuperset(cells):
        return ""
    told = [*(("cell", f"{unit}-{line}") for unit, line in cells), ("deal", row.opportunity_id)]
    return f"{reverse('plays:start', args=[desk.account_id])}?{urlencode(told)}"


def _apart(desk: Desk, row: PlayRow) -> str:
    """What the plan says of a play where the CRM says otherwise; empty where they agree."""
    if row.said is None:
        return ""
    found = pipeline_differences(row.said, as_of=desk.shell.now, parameters=desk.limits)
    said = {
        "amount": short_money(row.said.plan_amount) if row.said.plan_amount else "",
        "date": dates.day(row.said.plan_close) if row.said.plan_close else "",
        "stage": _("a later stage"),
        "owner": _("another owner"),
    }
    return _("The plan says %s") % ", ".join(said[one] for one in found) if found else ""


def _line_words(note: LineNote) -> str:
    """Where lines of the opportunity are not what the play says, in a sentence."""
    lines = ", ".join(note.lines)
    if note.why in _LINES:
        return str(_LINES[note.why]) % lines
    if note.why == "refused":
        return _("Lines refused: %(words)s (%(lines)s)") % {"words": note.words, "lines": lines}
    return _("No line for %s in the CRM: it has no active price there") % lines


_LINES = {
    "no_value": gettext_lazy("No line for %s in the CRM: the cell has no value yet"),
    "changed_there": gettext_lazy("The line for %s was changed in the CRM and is left as it is"),
    "gone": gettext_lazy("The line for %s was taken out in the CRM"),
    "missing": gettext_lazy("The opportunity has no line for %s"),
}


def without_account(name: str, account: str) -> str:
    """The name without the account in front of it: the page says whose plays these are."""
    rest = name.removeprefix(account)
    parted = _PARTED.match(rest) if account and rest != name else None
    return rest[parted.end() :] if parted is not None and parted.end() < len(rest) else name


def _play_sight(desk: Desk, row: PlayRow) -> str:
    """Play → cell → money → target, or where the chain breaks."""
    cells = ", ".join(desk.index.cell_names.get(cell, "") for cell in row.play.cells)
    renewal = _("its renewal") if row.play.renewal else ""
    parts = [cells or renewal or _("no cell")]
    parts.append(short_money(row.play.value) if row.play.value else _("no value yet"))
    target = desk.index.target
    parts.append(_("target %s") % short_money(target) if target else _("no target yet"))
    return " → ".join(parts)


def _warned(reason: Reason) -> str:
    """A warning by its name, then why."""
    if reason.code == "play.busy_not_moving":
        return _("Busy, not moving: %s") % reason.text
    return reason.text


def _warnings(desk: Desk, row: PlayRow) -> list[Reason]:
    busy = busy_not_moving(
        row.play,
        row.actions,
        usual=desk.usual(row),
        on=desk.today,
        parameters=desk.numbers,
    )
    past = desk.pasts.get(row.stage_id or 0)
    early = None
    if row.stage_id is not None:
        early = date_too_early(
            row.play,
            least_days=past.earliest_days if past is not None else None,
            closings=past.closings if past is not None else 0,
            stages_left=desk.left.get(row.stage_id, 0),
            on=desk.today,
            parameters=desk.numbers,
        )
    return [one for one in (busy, early) if one is not None]


def _days(desk: Desk, row: PlayRow, done: bool) -> tuple[str, str]:
    since = row.play.stage_since
    if done or since is None:
        return "", ""
    spent = (desk.today - since).days
    usual = desk.usual(row)
    words = ngettext("%s day here", "%s days here", spent) % spent
    over = spent > usual.days
    basis = _("usual %d") if usual.own else _("usual %d, by default")
    return f"{words}, {basis % usual.days}", "warn" if over else ""


def board_url(desk: Desk) -> str:
    """The board."""
    return reverse("plays:show", args=[desk.account_id])
