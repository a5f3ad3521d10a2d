"""The demonstration's play library: whole, labelled, written once, gone with the demonstration."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sightline.actions import demonstration
from sightline.actions.play_library import TemplateText, write_template
from sightline.actions.progress import Silent
from sightline.exchange.demonstration.catalogue import LABEL
from sightline.exchange.demonstration.library import LIBRARY, fill_library
from sightline.planning.stakeholders import BuyingRole
from sightline.records.models import JournalEntry, Play, PlayTemplate, ProductLine
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def library() -> list[PlayTemplate]:
    """Filled while the company has two of the three lines."""
    for line, _text in LIBRARY[:2]:
        makers.line(line)
    assert fill_library() == 3
    return list(PlayTemplate.objects.order_by("pk"))


def test_each_says_when_where_how_who_and_with_what(library: list[PlayTemplate]) -> None:
    for row in library:
        assert row.trigger and row.fit and LABEL in row.assets
        assert {BuyingRole(role) for role in row.roles} - {BuyingRole.BLOCKER}
        days = [day for _step, day, _role in row.steps]
        assert len(days) >= 4 and days == sorted(days)
        assert all(role for _step, _day, role in row.steps)
    assert [row.line and row.line.name for row in library] == [LIBRARY[0][0], LIBRARY[1][0], None]
    assert JournalEntry.objects.filter(verb="add_template", actor=None).count() == 3


def test_a_second_load_writes_none_again_and_leaves_what_people_made_of_it(
    library: list[PlayTemplate],
) -> None:
    PlayTemplate.objects.filter(pk=library[0].pk).update(trigger="Ours by now")
    assert fill_library() == 0
    assert PlayTemplate.objects.count() == 3
    assert PlayTemplate.objects.get(pk=library[0].pk).trigger == "Ours by now"


def test_it_goes_with_the_demonstration_but_for_what_is_ours_by_now(
    library: list[PlayTemplate],
) -> None:
    makers.sign_in("operations")
    dana = makers.person("account_manager", user=makers.crm_user())
    reworded = TemplateText(name="Our own way", line_id=library[1].line_id)
    write_template(dana, reworded, template_id=library[1].pk, seen_version=1, now=NOW)
    mine = write_template(dana, TemplateText(name="Mine"), now=NOW)
    Play.objects.create(
        account=makers.account("Real"), name="Runs", template=library[2], created_on=NOW.date()
    )
    demonstration.remove_demonstration(job=Silent())
    left = PlayTemplate.objects.order_by("pk").values_list("pk", flat=True)
    assert list(left) == [library[1].pk, library[2].pk, mine]
    assert ProductLine.objects.count() == 2  # no source of the demonstration names them here
