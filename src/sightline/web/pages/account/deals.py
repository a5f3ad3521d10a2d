"""Open opportunities as plays: on a board by how far they are, with what is late or missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Converter, Money
from sightline.planning.parameters import Parameters
from sightline.planning.plays import (
    Column,
    Play,
    PlayParameters,
    Usual,
    board_column,
    busy_not_moving,
    expected_value,
    missing_parts,
)
from sightline.records.queries.account_deals import Deal, Deals
from sightline.records.queries.stage_odds import StageTable
from sightline.web.figures import Figure, Input
from sightline.wording import dates
from sightline.wording.chances import percent
from sightline.wording.money import full_money, short_money

BOARD = (Column.IDEA, Column.QUALIFIED, Column.IN_MOTION, Column.LANDED)
SHOWN_GAPS = ("play.no_person", "play.no_action", "play.no_date", "play.no_value", "play.no_owner")


@dataclass(frozen=True, slots=True)
class Flag:
    """A short word on a card with its tone."""

    text: str
    tone: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One play on the board."""

    key: str
    deal: int
    anchor: str
    name: str
    unit: str
    owner: str
    money: Money | None
    amount: str
    closes: date | None
    flags: tuple[Flag, ...]
    next_step: str
    figure: Figure
    lines: str


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column with its cards and their sum (None where an amount or currency is missing)."""

    title: str
    cards: tuple[Card, ...]
    money: Money | None


@dataclass(frozen=True, slots=True)
class Board:
    """The board; `note` counts plays and money, `hidden` speaks of units one may not see."""

    columns: tuple[BoardColumn, ...]
    note: str
    hidden: str
    count: int

    @property
    def empty(self) -> bool:
        """No play at all."""
        return not any(column.cards for column in self.columns)


@dataclass(frozen=True, slots=True)
class BoardSetting:
    """What cards are judged by: the company's past and odds per stage, and the method."""

    stages: StageTable
    convert: Converter
    parameters: Parameters
    today: date


def board_of(found: Deals, *, setting: BoardSetting) -> Board:
    """Plays by column; renewals stand with the renewals, lost ones nowhere."""
    titles = {
        Column.IDEA: _("Idea"),
        Column.QUALIFIED: _("Qualified"),
        Column.IN_MOTION: _("In motion"),
        Column.LANDED: _("Landed this year"),
    }
    placed: dict[Column, list[Card]] = {column: [] for column in BOARD}
    plays = [deal for deal in found.deals if not deal.renewal]
    for deal in plays:
        column = board_column(deal.play, stages=found.stages)
        if column in placed:
            placed[column].append(_card(deal, setting))
    columns = tuple(
        BoardColumn(titles[column], tuple(cards), _sum([card.money for card in cards]))
        for column, cards in placed.items()
        if cards or column is not Column.IDEA
    )
    open_plays = [deal for deal in plays if not deal.closed]
    note = ngettext("%(n)s open play", "%(n)s open plays", len(open_plays)) % {"n": len(open_plays)}
    total = _sum([deal.play.value for deal in open_plays])
    if total is not None:
        note = f"{note}, {short_money(total)}"
    return Board(columns, note, _hidden(found), len(open_plays))


def renewal_cards(found: Deals, *, setting: BoardSetting) -> tuple[Card, ...]:
    """Open renewal opportunities, the next to close first."""
    return tuple(_card(deal, setting) for deal in found.deals if deal.renewal and not deal.closed)


def _card(deal: Deal, setting: BoardSetting) -> Card:
    play = deal.play
    return Card(
        key=play.key,
        deal=deal.id,
        anchor=f"deal-{deal.id}",
        name=_short_name(deal),
        unit=deal.unit,
        owner=deal.owner,
        money=play.value,
        amount=short_money(play.value) if play.value is not None else _("no amount"),
        closes=play.target_close,
        flags=() if deal.closed else _flags(deal, setting),
        next_step=play.next_action or "",
        figure=_figure(deal, setting),
        lines=", ".join(deal.lines),
    )


def _short_name(deal: Deal) -> str:
    """The deal's name without the customer's in front: the page already says whose it is."""
    head, colon, rest = deal.play.name.partition(": ")
    return rest if colon and rest else head


def _flags(deal: Deal, setting: BoardSetting) -> tuple[Flag, ...]:
    play, today = deal.play, setting.today
    found = []
    if play.target_close is not None and play.target_close < today:
        days = (today - play.target_close).days
        words = ngettext("%(n)s day past its date", "%(n)s days past its date", days) % {"n": days}
        found.append(Flag(words, "neg"))
    usual = _usual(deal, setting)
    spent = _days_in_stage(play, today)
    if usual is not None and spent is not None and spent > usual:
        said = {"stage": deal.stage, "usual": usual}
        title = _("Three of four leave %(stage)s within %(usual)s days") % said
        over = _("Stalled, %(n)s days in stage") % {"n": spent}
        found.append(Flag(over, "neg", title))
    busy = _busy(deal, setting, usual)
    if busy:
        found.append(Flag(_("Busy, not moving"), "warn", busy))
    gaps = [gap for gap in missing_parts(play) if gap.code in SHOWN_GAPS]
    if gaps:
        found.append(Flag(gaps[0].text.capitalize(), "warn", "; ".join(gap.text for gap in gaps)))
    if not found:
        found.append(Flag(_("On track"), "pos"))
    return tuple(found)


def _usual(deal: Deal, setting: BoardSetting) -> int | None:
    past = setting.stages.pasts.get(deal.stage_id or 0)
    if past is not None and past.stuck_days is not None:
        return past.stuck_days
    numbers = setting.parameters.section(PlayParameters, "plays")
    return numbers.usual_default_days if not deal.since_inferred else None


def _days_in_stage(play: Play, today: date) -> int | None:
    return (today - play.stage_since).days if play.stage_since is not None else None


def _busy(deal: Deal, setting: BoardSetting, usual: int | None) -> str:
    if usual is None:
        return ""
    numbers = setting.parameters.section(PlayParameters, "plays")
    own = deal.stage_id in setting.stages.pasts
    why = busy_not_moving(
        deal.play,
        deal.actions,
        usual=Usual(float(usual), 0, own=own),
        on=setting.today,
        parameters=numbers,
    )
    return why.text if why is not None else ""


def _figure(deal: Deal, setting: BoardSetting) -> Figure:
    play = deal.play
    value = play.value
    odds = setting.stages.of_deal(
        deal.stage_id,
        lines={line for _unit, line in play.cells},
        amount=setting.convert(value.minor, value.currency) if value is not None else None,
        days=_days_in_stage(play, setting.today),
    )
    inputs = [Input(_("Stage"), deal.stage or _("not known"))]
    spent, usual = _days_in_stage(play, setting.today), _usual(deal, setting)
    if spent is not None:
        words = _("%s days") % spent
        inputs.append(Input(_("In this stage"), words))
    if usual is not None:
        inputs.append(Input(_("Three of four leave within"), _("%s days") % usual))
    if odds is not None and odds.probability is not None:
        inputs.append(Input(_("Of such deals are won"), percent(odds.probability)))
        worth = expected_value(play.value, probability=odds.probability)
        if worth is not None:
            inputs.append(Input(_("Expected value"), full_money(worth)))
    if play.target_close is not None:
        inputs.append(Input(_("Closes"), dates.day(play.target_close)))
    if deal.competitors:
        inputs.append(Input(_("Competitor"), ", ".join(deal.competitors)))
    inputs.append(Input(_("People named"), str(len(play.people)) if play.people else _("nobody")))
    marks = [] if odds is not None and odds.calibrated else ["uncalibrated"]
    marks += ["inferred"] if deal.since_inferred else []
    missing = [] if play.value is not None else [_("its amount")]
    return Figure(inputs=tuple(inputs), marks=tuple(marks), missing=tuple(missing))


def _sum(values: list[Money | None]) -> Money | None:
    """The sum, where every amount is known and all are in one currency."""
    known = [value for value in values if value is not None]
    if not known or len(known) != len(values) or len({value.currency for value in known}) != 1:
        return None
    return Money(sum(value.minor for value in known), known[0].currency)


def _hidden(found: Deals) -> str:
    if not found.hidden:
        return ""
    count = ngettext("%(n)s open deal", "%(n)s open deals", found.hidden) % {"n": found.hidden}
    if found.hidden_money is None:
        return _("Other units: %s.") % count
    return _("Other units: %(count)s, %(money)s.") % {
        "count": count,
        "money": full_money(found.hidden_money),
    }
