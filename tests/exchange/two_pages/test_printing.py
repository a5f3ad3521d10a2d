"""Printed plans: always two pages, nothing cut off, tagged, fonts inside."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from html import unescape

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from sightline.exchange.exports.two_pages.fit import Fit, opening, split
from sightline.exchange.exports.two_pages.markup import sheets
from sightline.exchange.exports.two_pages.paper import Paper
from sightline.exchange.exports.two_pages.printing import DoesNotFit, Printer
from tests.exchange.two_pages.worst import worst_papers

SEEDS = (7, 21, 1999)


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer()


def letters(text: str) -> Counter[str]:
    """Letters and digits, whatever the order: right-to-left text is stored as it is seen."""
    return Counter(letter for letter in text.casefold() if letter.isalnum() and letter.isascii())


def said(paper: Paper, fits: tuple[Fit, ...], page: int) -> str:
    """What the markup of one page says, drawings' accessible names left out."""
    markup = sheets(paper, fits)[page]
    markup = re.sub(r"<title\b.*?</title>|<desc\b.*?</desc>", "", markup)
    return unescape(re.sub(r"<[^>]+>", " ", markup))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_five_worst_plans_stand_whole_on_their_pages(printer: Printer, seed: int) -> None:
    for paper in worst_papers(seed):
        made = printer.make(paper)
        pages = PdfReader(io.BytesIO(made.pdf)).pages
        assert len(pages) == paper.pages
        for number, page in enumerate(pages):
            missing = letters(said(paper, made.fits, number)) - letters(page.extract_text())
            assert sum(missing.values()) == 0, (paper.account, number, missing)


def test_what_does_not_fit_is_counted() -> None:
    paper = worst_papers(SEEDS[0])[0]
    text = said(paper, (Fit(0, people=2, actions=1, challenges=1),) * paper.pages, 0)
    assert f"and {len(paper.actions) - 1} more in the plan" in text
    assert split((1, 2, 3), 2) == ((1, 2), 1)


def test_the_thesis_ends_with_a_sentence_and_says_that_it_goes_on() -> None:
    text = "One plant first. " + "Then the others follow in the order of need. " * 20
    begun, more = opening(text, 70)
    assert begun == "One plant first. Then the others follow in the order of need." and more
    assert opening("Short.", 70) == ("Short.", False)


def small() -> Paper:
    paper = worst_papers(3, of=2)
    two = next(one for one in paper if not one.light)
    assert two.grid is not None
    return replace(two, account="Helvion", thesis="Two plants.", stakeholders=(), grid=None)


def test_the_pdf_is_tagged_and_its_fonts_are_inside(printer: Printer) -> None:
    made = printer.make(replace(small(), priorities=(), actions=(), renewals=(), challenges=()))
    reader = PdfReader(io.BytesIO(made.pdf))
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "en"
    assert b"pdfuaid" in made.pdf or "pdfuaid" in str(
        reader.xmp_metadata and root["/Metadata"].get_data()
    )
    assert reader.metadata is not None and "Helvion" in str(reader.metadata.title)
    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    assert fonts
    for font in fonts:
        below = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(below)


def test_a_page_that_cannot_fit_is_refused_rather_than_cut(printer: Printer) -> None:
    endless = replace(small(), about="A hall of many doors. " * 900)
    with pytest.raises(DoesNotFit):
        printer.make(endless)
