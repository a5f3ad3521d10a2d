"""Every address of the site against every role: generated, so that a page nobody declared fails.

`tests/web/permissions.txt` records who may enter each address. A new page changes that file, and
the change is reviewed: `SIGHTLINE_RECORD=1 ./run test tests/web/test_permission_matrix.py` writes it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.test import Client

from sightline.planning.permissions import Role
from sightline.web.gate import Declaration, DeclaredUrl, declared_urls
from tests import makers

RECORDED = Path(__file__).with_name("permissions.txt")
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
EXAMPLES = {"int": "987654321", "str": "nothing", "slug": "nothing", "uuid": "0" * 32, "path": "x"}
ROLES = [role.value for role in Role]


def described(url: DeclaredUrl) -> str:
    said = url.declaration
    if said is None:
        return f"{url.name}  UNDECLARED"
    if said.kind == "needs":
        return f"{url.name}  {said.act} {said.category}"
    return f"{url.name}  {said.kind}" + (f": {said.reason}" if said.reason else "")


def address(url: DeclaredUrl) -> str:
    return "/" + PARAMETER.sub(lambda found: EXAMPLES[found.group(1) or "str"], url.route)


def declared(url: DeclaredUrl) -> Declaration:
    assert url.declaration is not None, f"{url.name} declares nobody who may enter"
    return url.declaration


def test_every_address_declares_who_may_enter_and_the_record_is_true() -> None:
    found = [described(url) for url in declared_urls()]
    assert not [line for line in found if "UNDECLARED" in line]
    if os.environ.get("SIGHTLINE_RECORD"):
        RECORDED.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == RECORDED.read_text(encoding="utf-8").splitlines(), (
        "Addresses or their permissions changed: read the difference, then record it."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_role_enters_exactly_where_its_permissions_reach(role: str) -> None:
    client = Client(raise_request_exception=True)
    client.force_login(makers.sign_in(role, user=makers.crm_user()))
    for url in declared_urls():
        answer = client.get(address(url))
        if may_enter(role, url):
            assert answer.status_code != 403, f"{role} is kept out of {url.name}"
        else:
            assert answer.status_code in {403, 405}, (
                f"{role} gets {answer.status_code} at {url.name}"
            )


@pytest.mark.django_db
def test_nobody_enters_without_signing_in_but_where_it_is_public() -> None:
    client = Client()
    for url in declared_urls():
        answer = client.get(address(url))
        if declared(url).kind in {"public", "elsewhere"}:
            continue
        assert answer.status_code in {302, 405}, f"{url.name} answers {answer.status_code}"
        if answer.status_code == 302:
            assert "sign-in" in answer["Location"], url.name


@pytest.mark.django_db
def test_a_sign_in_without_a_role_sees_nothing_that_needs_one() -> None:
    client = Client()
    client.force_login(makers.sign_in())
    for url in declared_urls():
        if declared(url).kind == "needs":
            assert client.get(address(url)).status_code in {403, 405}, url.name


def may_enter(role: str, url: DeclaredUrl) -> bool:
    from sightline.planning.permissions import relations_that_may

    said = declared(url)
    if said.kind != "needs":
        return True
    assert said.category is not None and said.act is not None
    return bool(relations_that_may([Role(role)], category=said.category, act=said.act))
