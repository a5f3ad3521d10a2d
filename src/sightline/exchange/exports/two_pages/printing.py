"""Papers to PDF: tagged (PDF/UA-1), fonts embedded, exactly two pages (one at tier 2).

Each page is set on its own and made tighter until it is one page, so that nothing is cut off.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from sightline.exchange.exports.two_pages.fit import FIRST_PAGE, ONE_PAGE, SECOND_PAGE, Fit
from sightline.exchange.exports.two_pages.markup import sheets
from sightline.exchange.exports.two_pages.paper import Paper
from sightline.planning.errors import PlanningError

# letters that the fullest page of each size was seen to hold; only saves setting in vain
HOLDS = (4500, 5500, 7000, 9500)
# this many times as many letters no page holds
NEVER = 2
# two families, because the writer asks the first face of a family alone for a letter
FACES = (
    ("Inter", "inter-latin-wght-normal.woff2"),
    ("Inter Extended", "inter-latin-ext-wght-normal.woff2"),
)


class DoesNotFit(PlanningError):
    """A page stayed longer than paper at its tightest: nothing is printed rather than cut off."""

    code = "does_not_fit"


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, and how tightly each of its pages was set."""

    pdf: bytes
    fits: tuple[Fit, ...]


@dataclass
class Printer:
    """Sets papers; fonts and rules are read once for any number of them."""

    @cached_property
    def _fonts(self) -> FontConfiguration:
        return FontConfiguration()

    @cached_property
    def _css(self) -> list[Any]:
        rules = Path(_static("css/two_pages.css")).read_text(encoding="utf-8")
        page = (Path(__file__).parent / "print.css").read_text(encoding="utf-8")
        return [CSS(string=text, font_config=self._fonts) for text in (_faces(), rules, page)]

    def make(self, paper: Paper) -> Printed:
        """The PDF of one paper. Raises `DoesNotFit`."""
        steps = (ONE_PAGE,) if paper.light else (FIRST_PAGE, SECOND_PAGE)
        at = [_begin(paper, one, page) for page, one in enumerate(steps)]
        while True:
            fits = tuple(one[place] for one, place in zip(steps, at, strict=True))
            document = self._html(paper, sheets(paper, fits)).render(
                stylesheets=self._css, font_config=self._fonts
            )
            lengths = _lengths(document.pages, paper.pages)
            if all(length == 1 for length in lengths):
                break
            at = [_next(place, length) for place, length in zip(at, lengths, strict=True)]
            if any(place >= len(one) for one, place in zip(steps, at, strict=True)):
                raise DoesNotFit(f"{paper.account} does not fit on paper: {lengths} pages.")
        target = io.BytesIO()
        document.write_pdf(target, pdf_variant="pdf/ua-1")
        return Printed(target.getvalue(), fits)

    def _html(self, paper: Paper, pages: Sequence[str]) -> HTML:
        title = f"{paper.account}, {paper.short_title}"
        text = (
            f'<!doctype html><html lang="{escape(paper.language)}"><head><meta charset="utf-8">'
            f"<title>{escape(title)}</title></head><body>{''.join(pages)}</body></html>"
        )
        return HTML(string=text, url_fetcher=_only_ours)


def _begin(paper: Paper, steps: Sequence[Fit], page: int) -> int:
    """The first step worth setting: those with more letters than paper holds are passed over.

    Raises `DoesNotFit` where even the tightest has more than any page could hold: setting such a
    text takes minutes.
    """
    letters = 0
    for place, fit in enumerate(steps):
        markup = sheets(paper, (fit,) * paper.pages)[page]
        letters = len(re.sub(r"<[^>]+>", "", markup))
        if letters <= HOLDS[fit.size]:
            return place
    if letters > NEVER * HOLDS[-1]:
        raise DoesNotFit(f"{paper.account} does not fit on paper: {letters} letters on a page.")
    return len(steps) - 1


def _lengths(pages: Sequence[Any], count: int) -> tuple[int, ...]:
    """How many sheets of paper each page took; pages begin where their anchors stand."""
    starts = [
        next(at for at, page in enumerate(pages) if f"page-{number}" in page.anchors)
        for number in range(1, count + 1)
    ]
    ends = [*starts[1:], len(pages)]
    return tuple(end - start for start, end in zip(starts, ends, strict=True))


def _next(place: int, length: int) -> int:
    """The step to try next: one tighter, two where much is over."""
    return place + min(length - 1, 2)


def _faces() -> str:
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: 100 900; '
        f'src: url("{Path(_static(f"vendor/inter@5.3.0/{file}")).as_uri()}") format("woff2"); }}'
        for family, file in FACES
    )


def _static(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return found


def _only_ours(url: str, *_args: object, **_kwargs: object) -> dict[str, object]:
    """A paper has no outside parts: whatever asks for one is refused."""
    raise ValueError(f"A paper fetches nothing: {url[:80]}")
