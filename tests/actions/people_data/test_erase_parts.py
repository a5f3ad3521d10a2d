"""Parts of an erased name: blanked where a row names the person by key, listed elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sightline.actions import people_data
from sightline.records.models import (
    Assumption,
    Explanation,
    ExplanationEvidence,
    JointNote,
    MinuteLine,
    Plan,
    PlanText,
    Priority,
    Review,
    ReviewItem,
)
from sightline.records.queries.people_data import erasures
from tests import makers
from tests.stakeholder_world import TODAY, World, world

pytestmark = pytest.mark.django_db
NAME = "Zephyrine Quöckenbüsch"


@pytest.fixture(autouse=True)
def folders(settings: object, tmp_path: Path) -> None:
    """Ledger and uploads of this test alone."""
    settings.SIGHTLINE_LEDGER = str(tmp_path / "ledger")  # type: ignore[attr-defined]
    settings.SIGHTLINE_UPLOADS = str(tmp_path / "uploads")  # type: ignore[attr-defined]


def _plan(one: World) -> Plan:
    return Plan.objects.create(
        account=one.account,
        year=2027,
        starts_on=date(2026, 10, 1),
        ends_on=date(2027, 9, 30),
        currency="GBP",
    )


def test_a_part_of_the_name_goes_where_a_row_names_the_person_and_is_listed_elsewhere() -> None:
    one = world(ana=NAME)
    plan = _plan(one)
    review = Review.objects.create(plan=plan, account=one.account, kind="joint")
    said = {"said_by": one.ana, "said_on": TODAY, "link": "goal"}
    Priority.objects.create(account=one.account, words="Zephyrine wants two plants", **said)
    JointNote.objects.create(
        review=review, kind="priority", text="Ms Quöckenbüsch: fewer stops", contact=one.ana
    )
    item = ReviewItem.objects.create(
        review=review, key=f"contact:{one.ana.pk}", kind="person", why="Zephyrine is away"
    )
    MinuteLine.objects.create(review=review, item=item, text="Call Zephyrine")
    held = Assumption.objects.create(plan=plan, words="Zephyrine signs in May")
    PlanText.objects.create(plan=plan, key="thesis", digest="d", text=f"Grow with {NAME}")
    question = Explanation.objects.create(
        plan=plan,
        product_line=makers.line("Core"),
        key="q",
        change=-1,
        before=9,
        currency="GBP",
        reason="fell",
        opened_on=TODAY,
        rivals=[["other", f"{NAME} says so", ""]],
    )
    ExplanationEvidence.objects.create(explanation=question, words=f"Heard from {NAME}")
    found = people_data.erase(one.ana.pk, actor_id=None)
    assert Priority.objects.get().words == "[erased] wants two plants"
    assert JointNote.objects.get().text == "Ms [erased]: fewer stops"
    assert ReviewItem.objects.get().why == "[erased] is away"
    assert MinuteLine.objects.get().text == "Call [erased]"
    assert PlanText.objects.get().text == "Grow with [erased]"
    assert Explanation.objects.get().rivals == [["other", "[erased] says so", ""]]
    assert ExplanationEvidence.objects.get().words == "Heard from [erased]"
    assert Assumption.objects.get().words == "Zephyrine signs in May"
    assert found is not None
    assert found.to_check == (f"assumption:{held.pk}",)
    (record,) = erasures()
    assert record.to_check == (("assumption", held.pk),)


def test_a_name_of_one_word_goes_from_texts_that_hang_far_from_the_account() -> None:
    one = world()
    question = Explanation.objects.create(
        plan=_plan(one),
        product_line=makers.line("Core"),
        key="q",
        change=-1,
        before=9,
        currency="GBP",
        reason="fell",
        opened_on=TODAY,
    )
    ExplanationEvidence.objects.create(explanation=question, words="Cy said so")
    people_data.erase(one.cy.pk, actor_id=None)
    assert ExplanationEvidence.objects.get().words == "[erased] said so"
