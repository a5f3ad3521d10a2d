"""Two palettes with the same names: one resolves in the page, one is flat for paper and slides.

The screen palette names the CSS variables of static/css/tokens.css, so that a drawing follows the
reader's theme. Programs that write PDF know neither variables nor `light-dark()`: the print
palette holds the light values themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

FONT_SCREEN = "var(--font)"
FONT_PRINT = "Inter, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """A colour for each purpose, ready to stand in a presentation attribute."""

    name: str
    font: str
    surface: str
    surface_2: str
    surface_3: str
    border: str
    border_2: str
    border_ctl: str
    text: str
    text_2: str
    text_3: str
    accent: str
    accent_soft: str
    accent_line: str
    pos: str
    pos_soft: str
    pos_line: str
    warn: str
    warn_soft: str
    warn_line: str
    neg: str
    neg_soft: str
    neg_line: str
    neu: str
    neu_soft: str
    neu_line: str
    str_2: str
    str_off: str
    c1: str
    c2: str
    c3: str
    c4: str
    c5: str
    c6: str

    def series(self, number: int) -> str:
        """The colour of the n-th series, from 0; the seventh starts again."""
        return (self.c1, self.c2, self.c3, self.c4, self.c5, self.c6)[number % 6]

    def strength(self, level: int) -> str:
        """The colour of a filled bar at a strength of 1 to 5."""
        return {1: self.warn_line, 2: self.str_2}.get(level, self.pos_line)

    def tone(self, tone: str) -> tuple[str, str, str]:
        """Text, soft fill and line of a tone: pos, warn, neg, accent; anything else is neutral."""
        tones = {
            "pos": (self.pos, self.pos_soft, self.pos_line),
            "warn": (self.warn, self.warn_soft, self.warn_line),
            "neg": (self.neg, self.neg_soft, self.neg_line),
            "accent": (self.accent, self.accent_soft, self.accent_line),
        }
        return tones.get(tone, (self.neu, self.neu_soft, self.neu_line))


_COLOURS = tuple(field.name for field in fields(Palette) if field.name not in {"name", "font"})

SCREEN = Palette(
    name="screen",
    font=FONT_SCREEN,
    **{name: f"var(--{name.replace('_', '-')})" for name in _COLOURS},
)

PRINT = Palette(
    name="print",
    font=FONT_PRINT,
    surface="#ffffff",
    surface_2="#f4f5f8",
    surface_3="#e9ebf1",
    border="#e4e7ed",
    border_2="#d3d7e0",
    border_ctl="#858c9b",
    text="#14171d",
    text_2="#464d5c",
    text_3="#626979",
    accent="#3149c6",
    accent_soft="#eef1fe",
    accent_line="#b9c4fa",
    pos="#1a56b0",
    pos_soft="#e6f0fd",
    pos_line="#2f74d0",
    warn="#855000",
    warn_soft="#fdf1d9",
    warn_line="#d98c00",
    neg="#a82f14",
    neg_soft="#fdeae4",
    neg_line="#d1492a",
    neu="#464d5c",
    neu_soft="#eff1f5",
    neu_line="#9aa1af",
    str_2="#7b8496",
    str_off="#dfe2e9",
    c1="#2460b8",
    c2="#d07c00",
    c3="#0e8074",
    c4="#8a4fb5",
    c5="#c4432a",
    c6="#737b8c",
)
