"""The sheet a chart is drawn on: escaped SVG elements with presentation attributes only.

No style attribute and no style sheet: the page's security policy forbids the first, programs that
write PDF ignore the second. Coordinates are SVG user units from the top left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape

from sightline.drawing.palette import Palette

_PLAIN = 0.6


class _Units(dict[str, float]):
    """How wide a letter of Inter is, in parts of the size; a letter not listed is a plain one."""

    def __missing__(self, letter: str) -> float:
        return _PLAIN


class _Names(dict[str, str]):
    """How an attribute is written in markup; the same few stand on every element."""

    def __missing__(self, name: str) -> str:
        self[name] = written = name.replace("_", "-")
        return written


_NAMES = _Names()
_UNITS = _Units({**dict.fromkeys("iIjlft.,:;'|!()[] ", 0.34), **dict.fromkeys("mwMW@%", 0.92)})


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a drawing as text: the same data for people who read rather than look."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished chart: `svg` markup, its size in user units, and its table. `narrow` is the same
    drawn anew for a phone, where that is needed to read it."""

    svg: str
    table: Table
    width: float
    height: float
    narrow: str = ""


@dataclass(slots=True)
class Sheet:
    """Collects elements; `key` prefixes every id and must be unique on the page."""

    width: float
    height: float
    palette: Palette
    key: str
    parts: list[str] = field(default_factory=list)
    linked: bool = False

    def add(self, markup: str) -> None:
        """Markup that is already safe."""
        self.parts.append(markup)

    def rect(self, x: float, y: float, width: float, height: float, **attributes: object) -> None:
        """A rectangle; a negative extent becomes zero."""
        self.add(
            f'<rect x="{plain(x)}" y="{plain(y)}" width="{plain(max(width, 0))}" '
            f'height="{plain(max(height, 0))}"{attributes_of(attributes)}/>'
        )

    def circle(self, x: float, y: float, radius: float, **attributes: object) -> None:
        """A circle."""
        self.add(
            f'<circle cx="{plain(x)}" cy="{plain(y)}" r="{plain(radius)}"'
            f"{attributes_of(attributes)}/>"
        )

    def path(self, data: str, **attributes: object) -> None:
        """A path; without a fill it has none."""
        shown = {"fill": "none", **attributes}
        self.add(f'<path d="{escape(data)}"{attributes_of(shown)}/>')

    def polyline(self, points: Sequence[tuple[float, float]], **attributes: object) -> None:
        """Straight lines through points; fewer than two draw nothing."""
        if len(points) > 1:
            self.path("M" + "L".join(f"{plain(x)} {plain(y)}" for x, y in points), **attributes)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        fill: str = "",
        size: float = 11,
        weight: int = 400,
        anchor: str = "start",
        **attributes: object,
    ) -> None:
        """One line of text whose baseline is at y."""
        shown: dict[str, object] = {"fill": fill or self.palette.text_3}
        if size != 11:
            shown["font_size"] = plain(size)
        if weight != 400:
            shown["font_weight"] = weight
        if anchor != "start":
            shown["text_anchor"] = anchor
        shown.update(attributes)
        self.add(
            f'<text x="{plain(x)}" y="{plain(y)}"{attributes_of(shown)}>{escape(words)}</text>'
        )

    @contextmanager
    def link(self, href: str, label: str) -> Iterator[None]:
        """What is drawn inside leads to `href` (nothing, if empty) and is called `label`."""
        if href:
            self.linked = True
            self.add(f'<a href="{escape(href)}" aria-label="{escape(label)}">')
        self.add(f"<g><title>{escape(label)}</title>")
        yield
        self.add("</g>")
        if href:
            self.add("</a>")

    def svg(self, *, title: str, description: str) -> str:
        """The whole drawing, named for screen readers; one with links is a group, not a picture."""
        role = "group" if self.linked else "img"
        names = f"{self.key}-title {self.key}-desc"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{plain(self.width)}" '
            f'height="{plain(self.height)}" '
            f'viewBox="0 0 {plain(self.width)} {plain(self.height)}" role="{role}" '
            f'aria-labelledby="{names}" font-family="{escape(self.palette.font)}" font-size="11">'
            f'<title id="{self.key}-title">{escape(title)}</title>'
            f'<desc id="{self.key}-desc">{escape(description)}</desc>'
            f"{''.join(self.parts)}</svg>"
        )


def plain(value: float) -> str:
    """A coordinate to a tenth, without trailing zeros or a negative zero."""
    if type(value) is int:
        return str(value)
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def attributes_of(attributes: dict[str, object]) -> str:
    """Attributes as markup, `stroke_width` written `stroke-width`; None leaves one out."""
    return "".join(
        [
            f' {_NAMES[name]}="{escape(value if type(value) is str else str(value))}"'
            for name, value in attributes.items()
            if value is not None
        ]
    )


def text_width(words: str, *, size: float = 11) -> float:
    """About how wide a line of Inter is, in user units; on the safe side for Latin text."""
    return sum(map(_UNITS.__getitem__, words)) * size


def cut(words: str, width: float, *, size: float = 11) -> str:
    """The text, shortened with an ellipsis until it fits the width."""
    if text_width(words, size=size) <= width:
        return words
    kept = words
    while kept and text_width(kept + "…", size=size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(words: str, width: float, *, lines: int = 2, size: float = 11) -> tuple[str, ...]:
    """The text on at most `lines` lines of a width, the last one shortened if need be."""
    out: list[str] = []
    line = ""
    remaining = words.split()
    while remaining:
        joined = f"{line} {remaining[0]}".strip()
        if not line or text_width(joined, size=size) <= width:
            line = joined
            remaining.pop(0)
            continue
        if len(out) == lines - 1:
            line = f"{line} {' '.join(remaining)}"
            break
        out.append(line)
        line = ""
    out.append(line)
    return tuple(cut(each, width, size=size) for each in out if each)
