"""Units that are no accounts of the CRM: added, moved, merged, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sightline.actions import units as verbs
from sightline.actions.whitespace import Place, Saying, say_need
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.records.models import (
    Account,
    CellFact,
    CellMeasures,
    Contact,
    CrmUser,
    Unit,
)
from sightline.records.scoping import Person
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def dana() -> Person:
    return makers.person("account_manager", user=makers.crm_user())


@pytest.fixture
def account(dana: Person) -> Account:
    return makers.account("Helvion", owner=CrmUser.objects.get(pk=dana.crm_user_id))


def test_a_unit_is_added_below_another_under_a_name_of_its_own(
    dana: Person, account: Account
) -> None:
    top = verbs.add_unit(dana, account.pk, "  Europe  ", employees=900)
    below = verbs.add_unit(dana, account.pk, "Plant", parent_id=top)
    assert Unit.objects.get(pk=below).parent_id == top
    for name, refused in (("Europe", InvalidValue), (" ", MissingValue)):
        with pytest.raises(refused):
            verbs.add_unit(dana, account.pk, name)


def test_a_unit_never_stands_below_itself(dana: Person, account: Account) -> None:
    top = verbs.add_unit(dana, account.pk, "Europe")
    below = verbs.add_unit(dana, account.pk, "Plant", parent_id=top)
    for parent in (top, below):
        with pytest.raises(InvalidValue):
            verbs.move_unit(dana, top, parent, now=NOW)
    verbs.move_unit(dana, below, None, now=NOW)
    verbs.move_unit(dana, top, below, now=NOW)
    assert Unit.objects.get(pk=top).parent_id == below


def test_merging_keeps_people_and_what_was_said(dana: Person, account: Account) -> None:
    one, other = (verbs.add_unit(dana, account.pk, name) for name in ("North", "Nord"))
    line = makers.line()
    makers.contact(account, "Ines Prado", unit_id=other)
    say_need(Place(account.pk, other, line.pk), 3, saying=Saying(dana, NOW, NOW.date(), 0))
    verbs.merge_unit(dana, other, one, now=NOW)
    assert Contact.objects.get().unit_id == one
    assert CellFact.objects.get(ended_at=None).cell.unit_id == one
    assert Unit.objects.get(pk=other).removed_at == NOW


def test_a_unit_with_revenue_of_its_own_is_not_merged(dana: Person, account: Account) -> None:
    one, other = (verbs.add_unit(dana, account.pk, name) for name in ("North", "Nord"))
    CellMeasures.objects.create(account=account, unit_id=other, product_line=makers.line(), r12=5)
    with pytest.raises(InvalidValue):
        verbs.merge_unit(dana, other, one, now=NOW)


def test_an_account_of_the_crm_keeps_its_place_and_strangers_change_nothing(
    dana: Person, account: Account
) -> None:
    child = makers.account("Child", parent=account)
    unit = makers.unit(account, "Child", linked_account=child)
    with pytest.raises(InvalidValue):
        verbs.move_unit(dana, unit.pk, None, now=NOW)
    stranger = makers.person("account_manager", user=makers.crm_user())
    with pytest.raises(NotAllowed):
        verbs.add_unit(stranger, account.pk, "Mine")
