"""Small marks inside a line of text or a map node: strength bars, stance, landing, range.

Strength is a five-bar meter from 0 to 5; stance is a mark of its own and never a negative
strength (docs/method/stakeholders.md). Colour is never the only sign.
"""

from __future__ import annotations

from sightline.drawing.icons import ICONS
from sightline.drawing.palette import SCREEN, Palette

STANCES = ("supports", "neutral", "indifferent", "against", "unknown")
_GLYPHS = {
    "supports": "M1.5 8.6 5 2l3.5 6.6z",
    "against": "M1.5 1.4 5 8l3.5-6.6z",
    "neutral": "M1.4 5h7.2",
    "indifferent": "M5 1.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2",
    "unknown": "M3.2 3.6a1.8 1.8 0 1 1 2.7 1.6c-.6.4-.9.7-.9 1.4M5 8.8v.01",
}
BARS_WIDTH = 28
SHARED_HATCH = "hatch-gap"
BARS_HEIGHT = 14


def number(value: float) -> str:
    """A coordinate, to a tenth, without trailing zeros."""
    return f"{value:.1f}".rstrip("0").rstrip(".") or "0"


def icon_path(name: str) -> str:
    """The path data of an icon; an unknown name is a KeyError."""
    return ICONS[name]


def strength_bars(level: int, *, x: float = 0, y: float = 0, palette: Palette = SCREEN) -> str:
    """Five bars for a strength of 0 to 5, inside a drawing: 28 wide, 14 high, from (x, y)."""
    filled = min(max(level, 0), 5)
    bars = []
    for bar in range(5):
        height = 4 + bar * 2.5
        fill = palette.strength(filled) if bar < filled else palette.str_off
        bars.append(
            f'<rect x="{number(x + bar * 6)}" y="{number(y + BARS_HEIGHT - height)}" width="4" '
            f'height="{number(height)}" rx="1" fill="{fill}"/>'
        )
    return "".join(bars)


def stance_mark(stance: str, *, x: float = 0, y: float = 0, palette: Palette = SCREEN) -> str:
    """A stance as a 10 × 10 mark from (x, y); an unlisted stance is a KeyError."""
    colours = {
        "supports": (palette.pos_line, palette.pos_line, 1.5),
        "against": (palette.neg_line, palette.neg_line, 1.5),
        "neutral": ("none", palette.text_2, 2.0),
    }
    fill, stroke, width = colours.get(stance, ("none", palette.neu_line, 1.5))
    return (
        f'<path d="{_GLYPHS[stance]}" transform="translate({number(x)} {number(y)})" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{width:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def landing_bar(
    expected: float, *, target: float, scale: float, key: str = "", palette: Palette = SCREEN
) -> str:
    """Expected landing against target on one scale: bar, hatched gap, target tick.

    All three in the same unit; `scale` is the value at the right edge. With a `key`, unique
    on the page, the hatch is defined here; without, the frame's own `hatch-gap` is used.
    Decorative: the figures stand beside it as text.
    """
    top = max(scale, expected, target, 0) or 1.0
    share = [min(max(value / top, 0), 1) * 99 for value in (expected, target)]
    bar, tick = share
    parts = [
        f'<rect y="2" width="{number(bar)}%" height="8" rx="2" fill="{palette.c1}"/>',
    ]
    if tick > bar:
        name = f"{key}-gap" if key else SHARED_HATCH
        parts += [hatch(name, colour=palette.warn_line, step=5)] if key else []
        parts.append(
            f'<rect x="{number(bar)}%" y="2" width="{number(tick - bar)}%" height="8" '
            f'fill="url(#{name})" stroke="{palette.warn_line}"/>'
        )
    parts.append(f'<rect x="{number(tick)}%" y="0" width="2" height="12" fill="{palette.text}"/>')
    return f'<svg width="100%" height="12" aria-hidden="true">{"".join(parts)}</svg>'


def span_range(
    low: float, *, middle: float, high: float, scale: float, palette: Palette = SCREEN
) -> str:
    """A range as a band with a dot at its middle, from 0 to `scale`, all in one unit.

    Decorative: the range stands beside it as text.
    """
    top = max(scale, high) or 1.0
    x1, dot, x2 = (
        f"{number(2 + 96 * min(max(value / top, 0), 1))}%" for value in (low, middle, high)
    )
    return (
        '<svg width="100%" height="10" aria-hidden="true">'
        f'<line x1="0" x2="100%" y1="5" y2="5" stroke="{palette.border_2}"/>'
        f'<line x1="{x1}" x2="{x2}" y1="5" y2="5" stroke="{palette.accent_line}" '
        'stroke-width="5" stroke-linecap="round"/>'
        f'<circle cx="{dot}" cy="5" r="3.4" fill="{palette.c1}"/></svg>'
    )


def hatch(name: str, *, colour: str, step: int = 7) -> str:
    """A diagonal hatch as a definition named `name`, for `fill="url(#name)"`."""
    return (
        f'<defs><pattern id="{name}" width="{step}" height="{step}" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V{step}" stroke="{colour}" stroke-width="2.2"/></pattern></defs>'
    )
