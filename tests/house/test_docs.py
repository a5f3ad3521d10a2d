"""Documentation is tested: paths exist, links lead somewhere, every figure has its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sightline.planning.parameters import load_defaults

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "benchmarks").rglob("*.md"),
]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)")
CODE_PATH = re.compile(r"`((?:src|tests|docs|benchmarks|\.ci)/[\w./*-]+)`")
NAMED_PAGE = re.compile(r"docs/method/[\w-]+\.md")


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_paths_of_a_page_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        assert (document.parent / target).exists() or (ROOT / target).exists(), (
            f"{document}: {target}"
        )
    for path in CODE_PATH.findall(text):
        if "NNNN" not in path and "<" not in path:
            assert list(ROOT.glob(path.rstrip("/"))), f"{document} names {path}"


def test_every_method_page_that_the_code_names_is_there() -> None:
    named = set()
    for path in (ROOT / "src").rglob("*.py"):
        named |= set(NAMED_PAGE.findall(path.read_text(encoding="utf-8")))
    for path in (ROOT / "src").rglob("*.toml"):
        named |= set(NAMED_PAGE.findall(path.read_text(encoding="utf-8")))
    assert named
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_method_page_works_an_example() -> None:
    for page in (ROOT / "docs" / "method").glob("*.md"):
        text = page.read_text(encoding="utf-8").casefold()
        assert "example" in text, page


def test_every_number_of_the_method_has_a_unit_and_a_source() -> None:
    for entry in load_defaults().entries.values():
        assert entry.unit and entry.source, entry.key


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))


def test_the_map_names_every_room() -> None:
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    rooms = [
        path.name
        for path in (ROOT / "src" / "sightline").iterdir()
        if path.is_dir() and (path / "__init__.py").exists()
    ]
    assert [room for room in rooms if f"`{room}/`" not in text] == []
