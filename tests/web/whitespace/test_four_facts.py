"""The four facts of a cell stand apart in its panel, each with where it is from."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from sightline.records.models import CellFact, OpportunityLine
from tests import makers
from tests.web.laid_out import one_line
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def panel(client: Client, address: str) -> str:
    """The panel's words, each run of spaces one."""
    return one_line(client.get(address).content.decode())


def test_footprint_and_pipeline_are_told_with_where_they_are_read(
    client: Client, world: World
) -> None:
    deal = makers.opportunity(world.account, "More", unit=world.units[0], amount=90_000_00)
    OpportunityLine.objects.create(opportunity=deal, product_line=world.lines[0], total=90_000_00)
    client.force_login(world.owner)
    shown = panel(client, world.url("cell", str(world.units[0].pk), str(world.lines[0].pk)))
    read = shown.partition('class="ws-read')[2].partition("</dl>")[0]
    assert "What we sold here</dt><dd>£64k in the last 12 months" in read
    assert "Pipeline</dt><dd>1 open opportunity" in read
    assert read.count("revenue lines and the CRM, read live") == 2
    bare = panel(client, world.cell())
    assert "nothing in the last 12 months" in bare.partition('class="ws-read')[2]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("holder", {"kind": "in_house"}),
        ("eligibility", {"kind": "blocked", "reason": "tender", "until": "2027-03-01"}),
        ("need", {"level": "2"}),
        ("value", {"likely": "90k"}),
    ],
)
def test_each_fact_keeps_source_author_date_and_confidence(
    client: Client, world: World, name: str, said: dict[str, str]
) -> None:
    client.force_login(world.owner)
    told = {"version": "0", "source": "their <buyer>", "confidence": "high", **said}
    client.post(world.cell(f"{name}-say"), told)
    fact = CellFact.objects.get(ended_at=None)
    assert (fact.source, fact.confidence) == ("their <buyer>", "high")
    day = f"{fact.said_on.day} {fact.said_on:%b} {fact.said_on.year}".replace("Sep ", "Sept ")
    shown = panel(client, world.cell())
    assert f"Dana Whitfield, their &lt;buyer&gt;, {day}, sure" in shown
    assert 'name="source" value="their &lt;buyer&gt;"' in shown


def test_whom_a_sighting_was_heard_from_is_its_source(client: Client, world: World) -> None:
    client.force_login(world.owner)
    where = {"unit": world.units[1].pk, "line": world.lines[1].pk}
    client.post(
        world.cell("cell-sighting"),
        {**where, "name": "Tessera", "note": "Petra, at lunch", "ends": "2027-06-30"},
    )
    fact = CellFact.objects.get(kind="holder")
    assert (fact.source, fact.until, fact.reported) == ("Petra, at lunch", date(2027, 6, 30), True)
    assert "Dana Whitfield, Petra, at lunch" in panel(client, world.cell())
