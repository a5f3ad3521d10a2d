"""Connecting by browser: the whole way through a sandbox org, and what must not connect anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client
from django.urls import reverse

from sightline.actions.sync import connections
from sightline.crm import mirror
from sightline.jobs.sync import rounds
from sightline.records.models import Job, Source, SyncConnection
from tests import makers
from tests.crm.orgs import SandboxOrg, sandbox_org
from tests.sandbox.test_oauth import key_and_certificate

pytestmark = pytest.mark.django_db
HOST = "localhost"


@pytest.fixture
def operations(client: Client) -> Client:
    makers.company()
    client.force_login(makers.sign_in("operations"))
    return client


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxOrg]:
    with sandbox_org(tmp_path_factory.mktemp("sandbox")) as served:
        yield served


def begin(client: Client, login: str, **values: str) -> str:
    """Fill in the form; answers where the browser is led."""
    flow = {"flow": "web_server"}
    given = {**flow, "name": "Org", "login": login, "client_id": "app", **values}
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
    given = {"flow": "web_server", "name": "Org", "login": login, "client_id": "app"}
    answer = operations.post(reverse("sync:connection-add"), given, HTTP_HOST=HOST)
    assert answer.status_code == 422
    assert login in answer.content.decode()


def test_who_may_not_change_settings_connects_nothing(client: Client) -> None:
    makers.company()
    client.force_login(makers.sign_in("account_manager"))
    assert client.get(reverse("sync:connection-add")).status_code == 403
    assert client.get(reverse("sync:connection-allowed")).status_code == 403


def fill(client: Client, org: SandboxOrg, **values: str) -> Any:
    given = {"name": "Org", "login": org.address, "client_id": org.said["client id"], **values}
    return client.post(reverse("sync:connection-add"), given, HTTP_HOST=HOST)


def test_an_org_is_connected_by_secret_or_certificate_and_only_if_it_agrees(
    operations: Client, org: SandboxOrg
) -> None:
    by_secret = {"flow": "client_credentials", "client_secret": org.said["client secret"]}
    refused = fill(operations, org, **{**by_secret, "client_secret": "wrong"})
    assert refused.status_code == 422 and "invalid client" in refused.content.decode()
    assert not SyncConnection.objects.exists() and not Source.objects.exists()
    assert fill(operations, org, flow="client_credentials").status_code == 422
    assert fill(operations, org, **by_secret).status_code == 303
    row = SyncConnection.objects.get()
    assert row.org_id == org.one("SELECT Id FROM Organization")["Id"]
    # the secret is another by now: the old one stays until the org takes the new
    address = reverse("sync:connection-secret", args=[row.pk])
    assert operations.post(address, {"client_secret": "wrong"}).status_code == 422
    connections.need_person(row.pk, note="revoked")
    assert "connection-secret" not in operations.get(address).content.decode()
    given = {"client_secret": org.said["client secret"]}
    assert operations.post(address, given).status_code == 303
    row.refresh_from_db()
    assert row.state == "ready"


def test_a_certificate_connects_without_anybody_being_there(
    operations: Client, org: SandboxOrg
) -> None:
    user = "integration@sandbox.example"
    private, certificate = key_and_certificate()
    key = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    org.control(
        "POST",
        "apps",
        {
            "id": "jwt-app",
            "flows": ["jwt_bearer"],
            "certificate": certificate,
            "preauthorized": [user],
        },
    )
    wanted = {"client_id": "jwt-app", "flow": "jwt_bearer", "username": user}
    assert "username" in fill(operations, org, **{**wanted, "username": ""}).content.decode()
    assert fill(operations, org, **wanted, private_key="nonsense").status_code == 422
    answer = fill(operations, org, **wanted, private_key=key)
    assert answer.status_code == 303, answer.content.decode()
    row = SyncConnection.objects.get()
    assert row.settings["flow"] == "jwt_bearer" and "PRIVATE" not in row.sealed
