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
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration

from sightline.exchange.exports.fonts import faces
from sightline.exchange.exports.two_pages.fit import FIRST_PAGE, ONE_PAGE, SECOND_PAGE, Fit
from sightline.exchange.exports.two_pages.markup import sheets
from sightline.exchange.exports.two_pages.paper import Paper
from sightline.planning.errors import PlanningError

# letters that the fullest page of each size was seen to hold; only saves setting in vain
HOLDS = (4500, 5500, 7000, 9500)
# this many times as many letters no page holds
NEVER = 2
# settings of one page at most, once one of them holds it
TRIES = 4
# how full the last page of a text that runs over is taken to be empty
LAST_PAGE = 0.5


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
        return [CSS(string=text, font_config=self._fonts) for text in (faces(), rules, page)]

    def make(self, paper: Paper) -> Printed:
        """The PDF of one paper. Raises `DoesNotFit`."""
        steps = (ONE_PAGE,) if paper.light else (FIRST_PAGE, SECOND_PAGE)
        made = [self._set(paper, one, page) for page, one in enumerate(steps)]
        whole = made[0][0].copy([page for document, _ in made for page in document.pages])
        target = io.BytesIO()
        whole.write_pdf(target, pdf_variant="pdf/ua-1")
        return Printed(target.getvalue(), tuple(fit for _, fit in made))

    def _set(self, paper: Paper, steps: Sequence[Fit], page: int) -> tuple[Document, Fit]:
        """One page at the roomiest step that holds it, as far as `TRIES` tell. Raises `DoesNotFit`.

        Each try that ran over says how many letters a page holds, and so where to try next; once
        a step holds the page, those passed over are halved.
        """
        letters = _letters(paper, steps, page)
        low, high = _first(steps, letters), len(steps)
        place, tries = low, 0
        held: tuple[Document, Fit] | None = None
        while low < high and (held is None or tries < TRIES):
            document, tries = self._page(paper, steps[place], page), tries + 1
            if len(document.pages) == 1:
                held, high = (document, steps[place]), place
                place = (low + high) // 2
                continue
            low = place + 1
            room = letters[place] / (len(document.pages) - LAST_PAGE)
            fits = (at for at in range(low, high) if letters[at] <= room)
            place = next(fits, high - 1) if held is None else (low + high) // 2
        if held is None:
            raise DoesNotFit(f"Page {page + 1} of {paper.account} does not fit on paper.")
        return held

    def _page(self, paper: Paper, fit: Fit, page: int) -> Document:
        markup = sheets(paper, (fit,) * paper.pages)[page]
        return self._html(paper, markup).render(stylesheets=self._css, font_config=self._fonts)

    def _html(self, paper: Paper, markup: str) -> HTML:
        title = f"{paper.account}, {paper.short_title}"
        text = (
            f'<!doctype html><html lang="{escape(paper.language)}"><head><meta charset="utf-8">'
            f"<title>{escape(title)}</title></head><body>{markup}</body></html>"
        )
        return HTML(string=text, url_fetcher=_only_ours)


def _letters(paper: Paper, steps: Sequence[Fit], page: int) -> tuple[int, ...]:
    """How many letters each step would set on a page.

    Raises `DoesNotFit` where even the tightest has more than any page could hold: setting such a
    text takes minutes.
    """
    found = tuple(
        len(re.sub(r"<[^>]+>", "", sheets(paper, (fit,) * paper.pages)[page])) for fit in steps
    )
    if found[-1] > NEVER * HOLDS[-1]:
        raise DoesNotFit(f"{paper.account} does not fit on paper: {found[-1]} letters on a page.")
    return found


def _first(steps: Sequence[Fit], letters: Sequence[int]) -> int:
    """The first step worth setting: those with more letters than paper holds are passed over."""
    worth = (place for place, fit in enumerate(steps) if letters[place] <= HOLDS[fit.size])
    return next(worth, len(steps) - 1)


def _static(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return found


def _only_ours(url: str, *_args: object, **_kwargs: object) -> dict[str, object]:
    """A paper has no outside parts: whatever asks for one is refused."""
    raise ValueError(f"A paper fetches nothing: {url[:80]}")
