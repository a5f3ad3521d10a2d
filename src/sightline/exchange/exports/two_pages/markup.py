"""The pages as markup: every word escaped, no style or script inside, drawings with flat colours.

The same markup stands on the screen and goes to the program that writes PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing import marks, waterfall
from sightline.drawing.icons import ICONS
from sightline.drawing.palette import PRINT
from sightline.exchange.exports.two_pages.fit import Fit, opening, split
from sightline.exchange.exports.two_pages.paper import (
    BridgeShown,
    Entry,
    Grid,
    GridRow,
    Paper,
    Stakeholder,
)
from sightline.planning.money import Money
from sightline.wording import labels
from sightline.wording.money import short_money

LONG_NAME = 42
LONG_FIGURE = 11
CHART_WIDTH, CHART_HEIGHT, LIGHT_HEIGHT = 720.0, 240.0, 190.0


def sheets(paper: Paper, fits: Sequence[Fit]) -> tuple[str, ...]:
    """The pages, one element each; `fits` has one for each page."""
    if paper.light:
        return (_sheet(paper, _one_page(paper, fits[0]), fit=fits[0], number=1),)
    return (
        _sheet(paper, _first_page(paper, fits[0]), fit=fits[0], number=1),
        _sheet(paper, _second_page(paper, fits[1]), fit=fits[1], number=2),
    )


def _sheet(paper: Paper, body: Iterable[str], *, fit: Fit, number: int) -> str:
    brand, secret = _("Sightline"), _("Confidential, account team")
    place = _("%(number)s of %(of)s") % {"number": number, "of": paper.pages}
    label = _("Page %s") % number
    return (
        f'<section class="sheet" tabindex="0" id="page-{number}" data-size="{fit.size}" '
        f'aria-label="{escape(label)}" '
        f'data-brand="{escape(brand)}" data-secret="{escape(secret)}" data-place="{escape(place)}">'
        f"{''.join(body)}</section>"
    )


def _first_page(paper: Paper, fit: Fit) -> list[str]:
    return [
        _heading(paper),
        _figures(paper),
        _thesis(paper, fit),
        _priorities(paper, fit),
        _bridge(paper.bridge, fit, height=CHART_HEIGHT),
        _actions(paper, fit),
    ]


def _second_page(paper: Paper, fit: Fit) -> list[str]:
    again = (
        f'<header class="top again"><div><h2 dir="auto">{escape(paper.account)}</h2></div>'
        f'<p class="stamp">{escape(paper.short_title)}</p></header>'
    )
    return [again, _grid(paper.grid, fit), _people(paper, fit), _last_row(paper, fit)]


def _one_page(paper: Paper, fit: Fit) -> list[str]:
    return [
        _heading(paper),
        _figures(paper),
        _thesis(paper, fit),
        _priorities(paper, fit),
        _bridge(paper.bridge, fit, height=LIGHT_HEIGHT),
        _actions(paper, fit),
        _people(paper, fit),
        _last_row(paper, fit),
    ]


def _heading(paper: Paper) -> str:
    long = " data-long" if len(paper.account) > LONG_NAME else ""
    stamp = "<br>".join(escape(line) for line in paper.stamp)
    return (
        f'<header class="top"><div><p class="kick">{escape(paper.kicker)}</p>'
        f'<h1 dir="auto"{long}>{escape(paper.account)}</h1>'
        f'<p class="sub" dir="auto">{escape(paper.about)}</p></div><p class="stamp">{stamp}</p></header>'
    )


def _figures(paper: Paper) -> str:
    cells = "".join(
        f"<div><dt>{escape(one.label)}</dt>"
        f"<dd{' data-long' if len(one.value) > LONG_FIGURE else ''}>{escape(one.value)}</dd>"
        f'<dd class="small">{escape(one.note)}</dd></div>'
        for one in paper.figures
    )
    return f'<dl class="figures">{cells}</dl>' if cells else ""


def _thesis(paper: Paper, fit: Fit) -> str:
    text, follows = opening(paper.thesis, fit.characters)
    more = f' <span class="more">{escape(_("continues in the plan"))}</span>' if follows else ""
    said = escape(text) if text else escape(_("Not written yet."))
    return _section(_("Growth hypothesis"), f'<p class="lead" dir="auto">{said}{more}</p>')


def _priorities(paper: Paper, fit: Fit) -> str:
    title = _("What the customer wants, in their words")
    if not paper.priorities:
        text = _("No priority of the customer is written down yet.")
        return _section(title, f'<p class="note">{escape(text)}</p>')
    shown, left = split(paper.priorities, fit.priorities)
    items = "".join(
        f'<li dir="auto"><b>{escape(one.words)}</b><span>{escape(one.note)}</span></li>'
        for one in shown
    )
    return _section(title, (f'<ul class="said">{items}</ul>' if items else "") + _more(left))


def _bridge(bridge: BridgeShown | None, fit: Fit, *, height: float) -> str:
    title = _("Bridge to target")
    if bridge is None:
        text = _("Not computed: an exchange rate is missing.")
        return _section(title, f'<p class="note">{escape(text)}</p>')

    def label(value: float) -> str:
        return short_money(Money(round(value), bridge.currency))

    drawn = waterfall.waterfall(
        bridge.steps,
        key="paper-bridge",
        label=label,
        width=CHART_WIDTH,
        height=height * fit.chart,
        palette=PRINT,
        words=waterfall.Words(
            title=_("Bridge from baseline to target"), axis=_("Axis starts at {start}")
        ),
    )
    shown, left = split(bridge.plays, fit.plays)
    names = "; ".join(f"{one.words} {one.money}".strip() for one in shown)
    said = f"<b>{escape(bridge.said)}</b>" if bridge.warns else escape(bridge.said)
    told = "; ".join(part for part in (names, _more_words(left) if left else "") if part)
    plays = f'<p class="caption" dir="auto">{escape(told)}.</p>' if told else ""
    caption = f'<p class="caption">{said}</p>{plays}'
    return _section(title, f'<div class="drawn">{drawn.svg}</div>{caption}')


def _actions(paper: Paper, fit: Fit) -> str:
    title = _("Three priority actions, next 90 days")
    if not paper.actions:
        text = _("No dated action yet.")
        return _section(title, f'<p class="note">{escape(text)}</p>')
    shown, left = split(paper.actions, fit.actions)
    items = "".join(
        f'<li><span class="place" aria-hidden="true">{place}</span><b dir="auto">{escape(one.words)}</b>'
        f'<span class="note" dir="auto">{escape(one.note)}</span></li>'
        for place, one in enumerate(shown, start=1)
    )
    return _section(title, f'<ol class="acts">{items}</ol>{_more(left)}')


def _grid(grid: Grid | None, fit: Fit) -> str:
    title = _("Whitespace")
    if grid is None or not grid.units or not grid.rows:
        text = _("No units and lines are there yet.")
        return _section(title, f'<p class="note">{escape(text)}</p>')
    units, more_units = split(grid.units, fit.units)
    rows, more_lines = split(grid.rows, fit.lines)
    head = "".join(f'<th scope="col" dir="auto">{escape(unit)}</th>' for unit in units)
    body = "".join(_grid_row(row, len(units)) for row in rows)
    looks = {square.look for row in rows for square in row.squares[: len(units)]}
    key = "".join(
        f'<li data-look="{look}">{escape(_(label.text))}</li>'
        for look, label in labels.CELL_STATES.items()
        if look in looks
    )
    over = [
        text
        for text in (
            ngettext("%s more unit", "%s more units", more_units) % more_units
            if more_units
            else "",
            ngettext("%s more line", "%s more lines", more_lines) % more_lines
            if more_lines
            else "",
        )
        if text
    ]
    more = _("and %s in the plan") % _(" and ").join(over) if over else ""
    note = f'<p class="more">{escape(more)}</p>' if more else ""
    corner = escape(_("Product line"))
    return _section(
        title,
        f'<table class="squares"><thead><tr><th scope="col"><span class="away">{corner}</span></th>'
        f'{head}</tr></thead><tbody>{body}</tbody></table><ul class="key">{key}</ul>{note}',
    )


def _grid_row(row: GridRow, most: int) -> str:
    cells = "".join(
        f'<td data-look="{square.look}">{_glyph(square.look)}<span class="away">'
        f"{escape(_(labels.CELL_STATES[square.look].text))}, </span>"
        f'<span dir="auto">{escape(square.shown)}</span></td>'
        for square in row.squares[:most]
    )
    return f'<tr><th scope="row" dir="auto">{escape(row.line)}</th>{cells}</tr>'


def _glyph(look: str) -> str:
    icon = labels.CELL_STATES[look].icon
    if not icon:
        return ""
    stroke = "#ffffff" if look == "owned" else PRINT.text_2
    return (
        '<span class="glyph"><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" '
        f'viewBox="0 0 16 16" aria-hidden="true"><path d="{ICONS[icon]}" fill="none" '
        f'stroke="{stroke}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>'
        "</svg></span>"
    )


def _people(paper: Paper, fit: Fit) -> str:
    title = _("Key stakeholders")
    if not paper.stakeholders:
        text = _("Nobody is mapped yet.")
        return _section(title, f'<p class="note">{escape(text)}</p>')
    shown, left = split(paper.stakeholders, fit.people)
    heads = (
        _("Person"),
        _("Role"),
        _("Strength"),
        _("Stance"),
        _("Unit"),
        _("Last two-way contact"),
    )
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(_person(one) for one in shown)
    table = f'<table class="people"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return _section(title, (table if shown else "") + _more(left))


def _person(one: Stakeholder) -> str:
    strength = stance = "–"
    if one.level is not None:
        bars = marks.strength_bars(one.level, palette=PRINT)
        words = escape(_(labels.strength_words(one.level)))
        strength = f"{_mark(bars, marks.BARS_WIDTH, marks.BARS_HEIGHT)}{words}"
    if one.stance is not None:
        mark = marks.stance_mark(one.stance, palette=PRINT)
        stance = f"{_mark(mark, 10, 10)}{escape(_(labels.STANCES[one.stance]))}"
    title = f'<small dir="auto">{escape(one.title)}</small>' if one.title else ""
    return (
        f'<tr><th scope="row"><span dir="auto">{escape(one.name)}</span>{title}</th>'
        f"<td>{escape(one.role)}</td><td>{strength}</td><td>{stance}</td>"
        f'<td dir="auto">{escape(one.unit)}</td><td>{escape(one.contact)}</td></tr>'
    )


def _mark(inside: str, width: int, height: int) -> str:
    return (
        f'<svg class="mark" xmlns="http://www.w3.org/2000/svg" width="{width * 0.75:g}" '
        f'height="{height * 0.75:g}" viewBox="0 0 {width} {height}" aria-hidden="true">{inside}</svg>'
    )


def _last_row(paper: Paper, fit: Fit) -> str:
    renewals = _topics(
        _("Renewals"), paper.renewals, fit.renewals, empty=_("Nothing runs out this year.")
    )
    challenges = _topics(
        _("Top challenges"), paper.challenges, fit.challenges, empty=_("Nothing contradicts.")
    )
    return f'<section class="cols">{renewals}{challenges}</section>'


def _topics(title: str, entries: Sequence[Entry], most: int, *, empty: str) -> str:
    if not entries:
        return _section(title, f'<p class="note">{escape(empty)}</p>')
    shown, left = split(entries, most)
    items = "".join(_topic(one) for one in shown)
    listed = f'<ul class="topics">{items}</ul>' if items else ""
    return _section(title, listed + _more(left))


def _topic(one: Entry) -> str:
    note = f'<span class="note" dir="auto">{escape(one.note)}</span>' if one.note else ""
    worth = f'<span class="worth">{escape(one.money)}</span>' if one.money else ""
    return (
        f'<li><div class="line"><span><b dir="auto">{escape(one.words)}</b></span>{worth}</div>'
        f"{note}</li>"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _more_words(left: int) -> str:
    return _("and %s more in the plan") % left


def _more(left: int) -> str:
    return f'<p class="more">{escape(_more_words(left))}</p>' if left else ""
