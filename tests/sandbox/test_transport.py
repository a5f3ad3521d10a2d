"""The transport without sockets, and emptying an org between histories."""

from __future__ import annotations

import time

import httpx
import pytest

from sightline_sandbox.transport import SandboxTransport
from tests.sandbox.conftest import Served


@pytest.fixture
def direct(served: Served) -> httpx.Client:
    return httpx.Client(
        base_url="http://sandbox.local/services/data/v60.0/",
        transport=SandboxTransport(served.sandbox),
        headers={"Authorization": f"Bearer {served.token}"},
    )


def test_it_answers_as_over_a_socket(served: Served, direct: httpx.Client) -> None:
    made = direct.post("sobjects/Account", json={"Name": "Direct"})
    assert made.status_code == 201
    path = f"sobjects/Account/{made.json()['id']}"
    assert direct.get(path).json() == served.get(path).json()
    assert direct.get("sobjects/Nope").json() == served.get("sobjects/Nope").json()


def test_dropped_connections_are_read_errors(served: Served, direct: httpx.Client) -> None:
    served.control("POST", "faults", {"kind": "lost_response", "method": "POST"})
    with pytest.raises(httpx.ReadError):
        direct.post("sobjects/Account", json={"Name": "Lost"})
    assert served.query("SELECT COUNT() FROM Account")["totalSize"] == 1


def test_reset_empties_the_org_and_takes_set_up_back(served: Served) -> None:
    account = served.create("Account", Name="A")
    served.create("Contact", LastName="C", AccountId=account)
    served.control("POST", "fields/hide", {"object": "Account", "field": "Phone"})
    served.control("POST", "faults", {"kind": "server_error", "path": "/limits"})
    served.control("POST", "reset", {})
    assert served.query("SELECT COUNT() FROM Contact", "queryAll")["totalSize"] == 0
    assert served.get("limits").status_code == 200
    served.query("SELECT Phone FROM Account")
    assert served.create("Account", Name="B") != account


def test_a_hundred_short_histories_take_seconds(served: Served, direct: httpx.Client) -> None:
    begun = time.monotonic()
    for n in range(100):
        made = direct.post("sobjects/Account", json={"Name": f"A{n}"}).json()["id"]
        direct.patch(f"sobjects/Account/{made}", json={"Phone": str(n)})
        direct.get("query", params={"q": "SELECT Id, Phone FROM Account"})
        served.control("POST", "reset", {})
    assert time.monotonic() - begun < 30


def test_headers_and_bodies_that_are_none_are_told_apart(served: Served) -> None:
    basic = served.get("limits", headers={"Authorization": "Basic eDp5"})
    assert (basic.status_code, basic.json()[0]["errorCode"]) == (401, "INVALID_AUTH_HEADER")
    dead = served.get("limits", headers={"Authorization": "Bearer dead"})
    assert (dead.status_code, dead.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    empty = served.client.post("/services/data/v60.0/sobjects/Account")
    assert empty.json()[0]["message"].startswith("The HTTP entity body is required")
