"""The reference page says what the generator does: stories, accounts, lines, columns."""

from pathlib import Path

import pytest

from sightline.exchange.demonstration import STORIES, Story
from sightline.exchange.demonstration.catalogue import COMPETITORS, LINES, STAGES
from sightline.exchange.demonstration.profile import MIDDLE, MINIMUM, NAMED, TAIL_FROM
from sightline.exchange.demonstration.tables import BESIDE, OBJECTS
from tests.exchange.demonstration.test_demonstration_stories import ACCOUNT

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "demonstration.md"


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    """The cells of every table row of the page."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.code)
def test_every_story_is_on_the_page_with_its_account(story: Story, rows: list[list[str]]) -> None:
    row = next(row for row in rows if row[0] == f"`{story.code}`")
    assert row[1] == ACCOUNT[story.code]
    assert len(row) == 5
    assert all(row)


def test_no_story_on_the_page_is_unknown(rows: list[list[str]]) -> None:
    told = {row[0].strip("`") for row in rows if len(row) == 5} - {"code", "---"}
    assert told == {story.code for story in STORIES}


def test_every_product_line_is_on_the_page(rows: list[list[str]]) -> None:
    listed = [row for row in rows if len(row) == 4][2:]
    assert listed == [[line.family, line.name, f"`{line.code}`", line.kind] for line in LINES]


def test_the_page_names_files_stages_competitors_and_sizes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "twenty Salesforce objects" in text
    assert len(OBJECTS) == 20
    for name, columns in BESIDE.items():
        assert f"| `{name}.csv` | `{', '.join(columns)}`" in text
    assert ", ".join(stage.name for stage in STAGES) in text
    assert all(competitor.name in text for competitor in COMPETITORS)
    assert f"at least {MINIMUM}" in text
    assert f"first {TAIL_FROM:,} accounts" in text
    assert f"| {120 - NAMED - len(MIDDLE)} | ordinary ones" in text
