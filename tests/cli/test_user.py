"""`sightline user`."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner, Result

from sightline.cli.user import user
from sightline.records.models import RoleGrant, SignIn
from tests import makers

pytestmark = pytest.mark.django_db


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(user, list(arguments), input=typed)


def test_the_first_administrator_is_made_with_a_password_shown_once() -> None:
    answer = run("create", "ana@example.org", "--admin")
    assert answer.exit_code == 0
    shown = re.search(r"once\): (\S+)", answer.output)
    assert shown is not None
    person = SignIn.objects.get(email="ana@example.org")
    assert person.check_password(shown.group(1))
    assert RoleGrant.objects.filter(sign_in=person, role="operations").exists()


def test_a_password_may_come_by_standard_input_and_is_then_not_shown() -> None:
    answer = run("create", "ana@example.org", "--password-stdin", typed=makers.PASSWORD + "\n")
    assert answer.exit_code == 0
    assert makers.PASSWORD not in answer.output
    assert SignIn.objects.get().check_password(makers.PASSWORD)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("create", "nonsense"), "not an e-mail"),
        (("create", "ana@example.org", "--role", "king"), "no role"),
        (("roles", "nobody@example.org", "leader"), "no sign-in"),
        (("deactivate", "nobody@example.org"), "no sign-in"),
    ],
)
def test_what_is_refused_says_why_and_ends_with_one(arguments: tuple[str, ...], says: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == 1
    assert says in answer.output


def test_wrong_use_ends_with_two() -> None:
    assert run("create").exit_code == 2


def test_the_last_administrator_cannot_be_shut_out() -> None:
    run("create", "ana@example.org", "--admin")
    answer = run("deactivate", "ana@example.org")
    assert (answer.exit_code, "last administrator" in answer.output) == (1, True)


def test_a_list_for_programs_names_roles_and_no_password() -> None:
    run("create", "ana@example.org", "--admin")
    rows = json.loads(run("list", "--json").output)
    assert [row["email"] for row in rows] == ["ana@example.org"]
    assert rows[0]["roles"] == ["operations"]
    assert not [name for name in rows[0] if "password" in name]
