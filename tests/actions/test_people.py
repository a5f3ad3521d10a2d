"""Sign-ins."""

from __future__ import annotations

import pytest

from sightline.actions import people
from sightline.actions.people import NewSignIn, PeopleError
from sightline.records.models import CrmUser, Identity, JournalEntry, SignIn
from tests import makers

pytestmark = pytest.mark.django_db


def create(email: str = "ana@example.org", *roles: str, password: str | None = None) -> int:
    wanted = NewSignIn(email=email, name="Ana", roles=frozenset(roles), password=password)
    return people.create_sign_in(wanted, actor_id=None)


def test_a_new_sign_in_has_a_local_identity_and_is_journalled() -> None:
    made = create("Ana@Example.org ", "leader")
    assert SignIn.objects.get(pk=made).email == "ana@example.org"
    assert Identity.objects.filter(sign_in_id=made, issuer="local").count() == 1
    assert JournalEntry.objects.filter(verb="create_sign_in", subject_id=made).exists()


def test_an_e_mail_has_one_sign_in_in_any_case_of_letters() -> None:
    create("ana@example.org")
    with pytest.raises(PeopleError, match="already"):
        create("ANA@example.org")


@pytest.mark.parametrize("email", ["", "ana", "ana@", "@example.org", "a b@"])
def test_a_malformed_e_mail_is_refused_by_name(email: str) -> None:
    with pytest.raises(PeopleError) as refused:
        create(email)
    assert refused.value.field == "email"


def test_a_weak_password_is_refused() -> None:
    with pytest.raises(PeopleError) as refused:
        create(password="short")
    assert refused.value.field == "password"


def test_an_unknown_role_is_refused_with_the_known_ones() -> None:
    with pytest.raises(PeopleError, match="account_manager"):
        create("ana@example.org", "king")


def test_the_last_administrator_can_neither_leave_nor_lose_the_role() -> None:
    only = create("ana@example.org", "operations")
    with pytest.raises(PeopleError, match="last administrator"):
        people.set_active(only, active=False, actor_id=None)
    with pytest.raises(PeopleError, match="last administrator"):
        people.set_roles(only, ["reader"], actor_id=None)
    create("ben@example.org", "operations")
    people.set_active(only, active=False, actor_id=None)
    assert not SignIn.objects.get(pk=only).is_active


def test_a_deactivated_administrator_does_not_count_as_the_other_one() -> None:
    first, second = create("a@example.org", "operations"), create("b@example.org", "operations")
    people.set_active(second, active=False, actor_id=None)
    with pytest.raises(PeopleError):
        people.set_active(first, active=False, actor_id=None)


def test_a_sign_in_is_linked_to_the_one_crm_user_with_its_e_mail() -> None:
    user = makers.crm_user(email="Ana@example.org")
    made = create("ana@example.org")
    assert CrmUser.objects.get(pk=user.pk).sign_in_id == made


def test_two_crm_users_with_one_e_mail_are_left_for_a_person_to_choose() -> None:
    makers.crm_user(email="ana@example.org")
    makers.crm_user(email="ana@example.org")
    made = create("ana@example.org")
    assert not CrmUser.objects.filter(sign_in_id=made).exists()


def test_a_crm_user_linked_elsewhere_is_not_taken_over() -> None:
    user = makers.crm_user()
    makers.sign_in(user=user)
    with pytest.raises(PeopleError, match="another sign-in"):
        people.link_crm_user(create(), user.pk, actor_id=None)


def test_saving_the_same_roles_again_writes_no_journal() -> None:
    made = create("ana@example.org", "leader")
    before = JournalEntry.objects.count()
    people.set_roles(made, ["leader"], actor_id=None)
    assert JournalEntry.objects.count() == before
