"""Connecting by browser: the whole way through a sandbox org, and what must not connect anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from sightline.crm import mirror
from sightline.jobs.sync import rounds
from sightline.records.models import Job, SyncConnection
from tests import makers
from tests.crm.orgs import SandboxOrg, sandbox_org

pytestmark = pytest.mark.django_db
HOST = "localhost"


@pytest.fixture
def operations(client: Client) -> Client:
    makers.company()
    client.force_login(makers.sign_in("operations"))
    return client


@pytest.fixture
def org(tmp_path: Path) -> Iterator[SandboxOrg]:
    with sandbox_org(tmp_path) as served:
        yield served


def begin(client: Client, login: str, **values: str) -> str:
    """Fill in the form; answers where the browser is led."""
    given = {"name": "Org", "login": login, "client_id": "app", **values}
    answer = client.post(reverse("sync:connection-add"), given, HTTP_HOST=HOST)
    assert answer.status_code == 200, answer.content
    found = re.search(r'href="([^"]+/services/oauth2/authorize[^"]+)"', answer.content.decode())
    assert found is not None
    return unescape(found[1])


def allow(address: str) -> dict[str, str]:
    """What the org's own page does when somebody allows it: the query of the way back."""
    page = httpx.get(address)
    assert page.status_code == 200, page.text
    form = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text))
    user = re.search(r'<option value="([^"]+)"[^>]*>[^<]*admin', page.text, re.IGNORECASE)
    user = user or re.search(r'<option value="([^"]+)"', page.text)
    assert user is not None
    given = {key: unescape(value) for key, value in form.items()}
    back = httpx.post(
        f"{address.partition('?')[0]}", data={**given, "user": user[1], "decision": "allow"}
    )
    return {key: one[0] for key, one in parse_qs(urlsplit(back.headers["location"]).query).items()}


def test_an_org_is_connected_with_a_browser(operations: Client, org: SandboxOrg) -> None:
    secret = {"client_id": org.said["client id"], "client_secret": org.said["client secret"]}
    query = allow(begin(operations, org.address, **secret))
    answer = operations.get(reverse("sync:connection-allowed"), query, HTTP_HOST=HOST)
    connection = SyncConnection.objects.get()
    assert answer["Location"] == reverse("sync:connection", args=[connection.pk])
    assert Job.objects.filter(name="sync", key=f"sync-now:{connection.pk}").exists()
    with rounds.at_work(connection.pk) as session:
        assert "Account" in mirror.refresh_shapes(session)
    connection.refresh_from_db()
    assert connection.org_id == org.one("SELECT Id FROM Organization")["Id"]
    assert secret["client_secret"] not in connection.sealed
    # the same answer once more connects nothing
    operations.get(reverse("sync:connection-allowed"), query, HTTP_HOST=HOST)
    assert SyncConnection.objects.count() == 1


def test_an_answer_nobody_asked_for_connects_nothing(operations: Client) -> None:
    begin(operations, "https://org.example")
    for query in ({"state": "guessed", "code": "x"}, {"code": "x"}, {"error": "access_denied"}):
        answer = operations.get(reverse("sync:connection-allowed"), query, HTTP_HOST=HOST)
        assert answer["Location"] == reverse("sync:connection-add")
    assert not SyncConnection.objects.exists()


@pytest.mark.parametrize(
    "login", ["http://org.example", "org.example", "https://a:b@org.example/x"]
)
def test_only_the_address_of_an_org_is_taken(operations: Client, login: str) -> None:
    given = {"name": "Org", "login": login, "client_id": "app"}
    answer = operations.post(reverse("sync:connection-add"), given, HTTP_HOST=HOST)
    assert answer.status_code == 422
    assert login in answer.content.decode()


def test_who_may_not_change_settings_connects_nothing(client: Client) -> None:
    makers.company()
    client.force_login(makers.sign_in("account_manager"))
    assert client.get(reverse("sync:connection-add")).status_code == 403
    assert client.get(reverse("sync:connection-allowed")).status_code == 403
