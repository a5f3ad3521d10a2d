"""The small marks as HTML: icon, badge, tier, avatar, strength, stance, meter, whitespace cell.

They are functions and not templates because a grid or a list draws them by the hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sightline.drawing import marks
from sightline.wording import labels

AMOUNT = ' class="v"'


def icon(name: str, size: str = "") -> SafeString:
    """An icon beside text, hidden from screen readers; an unknown name is a KeyError."""
    path = marks.icon_path(name)
    shown = f' data-size="{size}"' if size in {"small", "tiny"} else ""
    return mark_safe(  # noqa: S308  (both parts are our own constants)
        f'<svg class="icon"{shown} viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg>'
    )


def tag(text: object, tone: str = "", icon: str = "", title: str = "") -> SafeString:
    """A badge: neutral, or toned pos, warn, neg, accent."""
    return format_html(
        '<span class="tag"{}{}>{}{}</span>',
        format_html(' data-tone="{}"', tone) if tone else "",
        format_html(' title="{}"', title) if title else "",
        _icon(icon),
        text,
    )


def options(offered: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """The choices of a select, one of them chosen: a table has a hundred selects of ten choices."""
    return mark_safe(  # noqa: S308  (both parts are escaped)
        "".join(
            f'<option value="{escape(value)}"{" selected" * (value == chosen)}>{escape(text)}</option>'
            for value, text in offered
        )
    )


def saving_words() -> SafeString:
    """What `<autosave-field>` says of itself, as its attributes."""
    return _saving_words(get_language() or "")


@cache
def _saving_words(_language: str) -> SafeString:
    return format_html(
        'data-text-saved="{}" data-text-saving="{}" data-text-failed="{}" data-text-retry="{}" '
        'data-text-conflict="{}" data-text-out="{}" data-text-enter="{}"',
        _("Saved"),
        _("Saving"),
        _("Not saved"),
        _("Retry"),
        _("Changed by somebody else"),
        _("Not saved: you were signed out. What you typed stays here."),
        _("Sign in"),
    )


def mark(code: str, title: str = "") -> SafeString:
    """A mark on a figure: inferred, stale, uncalibrated, from_bookings, provisional, …"""
    found = labels.MARKS[code]
    return tag(_(found.text), tone=found.tone, icon=found.icon, title=title)


def avatar(name: str, size: str = "", square: bool = False, hue: int = 0) -> SafeString:
    """Initials of a person (round) or an account (square), decorative beside the name.

    The hue follows from the name, so that it is the same on every page; 1 to 6 sets it.
    """
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    initials = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    chosen = hue or 1 + sum(ord(letter) for letter in name) % 6
    return format_html(
        '<span class="avatar" data-hue="{}"{}{} aria-hidden="true">{}</span>',
        chosen,
        mark_safe(' data-shape="square"') if square else "",
        format_html(' data-size="{}"', size) if size else "",
        initials.upper(),
    )


def tier(number: int | str | None, state: str = "decided", note: str = "") -> SafeString:
    """A tier's number: filled where decided, outlined where proposed, with a dotted word where
    provisional, override or over_capacity. `None` is said: none.
    """
    if number in (None, ""):
        return format_html('<span class="muted">{}</span>', _("none"))
    words = "" if state == "decided" else _(labels.TIER_STATES[state])
    square = format_html(
        '<span class="tier num" data-tier="{}" data-state="{}"><span class="sr">{} </span>{}</span>',
        number,
        "proposed" if state in {"proposed", "over_capacity"} else "decided",
        _("Tier"),
        number,
    )
    if not words:
        return square
    return format_html(
        '<span class="tier-line">{}<span class="tier-note"{}>{}</span></span>',
        square,
        format_html(' title="{}"', note) if note else "",
        words,
    )


def strength(level: int | None, word: bool = True, note: str = "") -> SafeString:
    """The five-bar meter with its word; without the word it names itself. None: not known."""
    if level is None:
        return format_html('<span class="muted">{}</span>', _("not known"))
    words = _(labels.strength_words(level))
    bars = mark_safe(marks.strength_bars(level))  # noqa: S308  (drawn from a number)
    name = _("Strength %(level)s of 5, %(words)s") % {"level": level, "words": words}
    return format_html(
        '<span class="strength"><svg width="28" height="14" viewBox="0 0 28 14" role="img" '
        'aria-label="{}">{}</svg>{}</span>',
        name + (f", {note}" if note else ""),
        bars,
        format_html("<span>{}</span>", words[0].upper() + words[1:]) if word else "",
    )


def stance(code: str, word: bool = True) -> SafeString:
    """A stance by its own mark: supports, neutral, indifferent, against, unknown."""
    words = _(labels.STANCES[code])
    name = (
        mark_safe('aria-hidden="true"')
        if word
        else format_html('role="img" aria-label="{}"', _("Stance: %s") % words)
    )
    return format_html(
        '<span class="stance"><svg width="12" height="12" viewBox="-1 -1 12 12" {}>{}</svg>{}</span>',
        name,
        mark_safe(marks.stance_mark(code)),  # noqa: S308  (one of five constants)
        words if word else "",
    )


def progress(value: float | None, label: str, top: float = 100, tone: str = "") -> SafeString:
    """A bar of how far; None draws the moving bar of an unknown length."""
    return format_html(
        '<progress class="progress"{}{} max="{}" aria-label="{}"></progress>',
        format_html(' data-tone="{}"', tone) if tone else "",
        "" if value is None else format_html(' value="{}"', f"{value:g}"),
        f"{top:g}",
        label,
    )


def meter(value: float | None, label: str, top: float = 100, tone: str = "") -> SafeString:
    """A figure with its bar on one line, for a table; None is said: not known."""
    if value is None:
        return format_html('<span class="muted">{}</span>', _("not known"))
    return format_html(
        '<span class="meter"><b class="num">{}</b>{}</span>',
        f"{value:.0f}",
        progress(value, label, top=top, tone=tone),
    )


def landing(expected: float, target: float, scale: float = 0) -> SafeString:
    """Expected landing against target, decorative beside the figures (same unit)."""
    top = scale or max(expected, target)
    drawn = marks.landing_bar(expected, target=target, scale=top)
    return format_html('<span class="landing">{}</span>', mark_safe(drawn))  # noqa: S308


def span_range(low: float, middle: float, high: float, scale: float) -> SafeString:
    """A range with its middle on a scale from 0, decorative beside the figures."""
    drawn = marks.span_range(low, middle=middle, high=high, scale=scale)
    return format_html('<span class="span">{}</span>', mark_safe(drawn))  # noqa: S308


def cell(
    state: str,
    shown: str = "",
    where: str = "",
    url: str = "",
    also: str = "",
    current: bool = False,
    money: bool | None = None,
) -> SafeString:
    """The look of a whitespace cell: an icon for its state, what is `shown`, and all in words.

    `where` names product and unit for screen readers; with a `url` it is a link. `also` is
    `in_progress` for an owned cell with an open opportunity: both signs are shown. States that
    carry money set it to the right; `money` says otherwise.
    """
    icons, named = _cell_look(state, also, get_language() or "")
    amount = state in labels.CELLS_WITH_MONEY if money is None else money
    words = conditional_escape(f"{where} {named}".strip() + (", " if shown else ""))
    figure = f"<span{AMOUNT if amount else ''}>{conditional_escape(shown)}</span>" if shown else ""
    attributes = f' class="cell" data-state="{state}"'
    attributes += f' data-also="{also}"' if also else ""
    attributes += f' href="{conditional_escape(url)}"' if url else ""
    attributes += ' aria-current="true"' if current else ""
    name = "a" if url else "span"
    return mark_safe(  # noqa: S308  (every part is escaped, or one of our own constants)
        f'<{name}{attributes}>{icons}<span class="sr">{words}</span>{figure}</{name}>'
    )


@cache
def _cell_look(state: str, also: str, _language: str) -> tuple[str, str]:
    """The signs of a cell and its state in words, in a language. A grid asks by the hundred."""
    label = labels.CELL_STATES[state]
    second = labels.CELL_STATES[also] if also else None
    named = f"{_(label.text)}, {_(second.text)}" if second else _(label.text)
    signs = _icon(label.icon) or '<span aria-hidden="true">–</span>'
    return signs + (_icon(second.icon) if second else ""), named


def cell_legend(states: Sequence[str] = ()) -> SafeString:
    """What each look means; all states, or those named (separated by spaces in a template)."""
    chosen = states.split() if isinstance(states, str) else list(states)
    items = (
        (code, _icon(label.icon) or "–", _(label.text))
        for code, label in labels.CELL_STATES.items()
        if not chosen or code in chosen
    )
    drawn = format_html_join(
        "",
        '<li><span class="cell" data-state="{}" data-swatch aria-hidden="true">{}</span>{}</li>',
        items,
    )
    return format_html('<ul class="legend">{}</ul>', drawn)


def _icon(name: str) -> SafeString:
    return icon(name, size="small") if name else SafeString("")
