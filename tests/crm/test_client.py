"""What an answer means: whether trying again helps, and whether it may have been done all the same."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from sightline.agreement.records import Deed, Settled, Sibling, Write
from sightline.crm.adapters.salesforce.client import Client
from sightline.crm.adapters.salesforce.grant import Grant
from sightline.crm.adapters.salesforce.graphs import write_graphs
from sightline.crm.errors import CrmError, Retry

Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler, renewed: list[int] | None = None) -> Client:
    """A client whose org answers as told; `renewed` counts how often the grant was renewed."""
    http = httpx.Client(transport=httpx.MockTransport(handler))

    def refresh(seen: int, ask: object) -> tuple[dict[str, str], int]:
        (renewed if renewed is not None else []).append(seen)
        return {"access_token": "second"}, seen + 1

    grant = Grant(
        flow="client_credentials",
        login="https://org.example",
        client_id="app",
        username="",
        load=lambda: ({"access_token": "first"}, 1),
        refresh=refresh,
        http=http,
    )
    return Client(grant, http)


@pytest.mark.parametrize(
    ("status", "code", "kind", "unknown"),
    [
        (403, "REQUEST_LIMIT_EXCEEDED", Retry.LIMITED, False),
        (400, "UNABLE_TO_LOCK_ROW", Retry.TRANSIENT, False),
        (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", Retry.NEVER, False),
        (401, "INVALID_SESSION_ID", Retry.PERSON, False),
        (503, "SERVER_UNAVAILABLE", Retry.TRANSIENT, True),
    ],
)
def test_an_error_says_what_to_do_and_keeps_the_services_words(
    status: int, code: str, kind: Retry, unknown: bool
) -> None:
    renewed: list[int] = []
    body = [{"errorCode": code, "message": "In their words"}]
    asked = client(lambda request: httpx.Response(status, json=body), renewed)
    with pytest.raises(CrmError) as found:
        asked.call("POST", "/composite", body={})
    said = (found.value.retry_kind, found.value.code, found.value.unknown, str(found.value))
    assert said == (kind, code, unknown, "In their words")
    assert len(renewed) == (status == 401)  # a dead token is renewed once, and not over and over


@pytest.mark.parametrize(
    ("problem", "method", "unknown"),
    [
        (httpx.ReadTimeout("slow"), "POST", True),
        (httpx.ReadTimeout("slow"), "GET", False),
        (httpx.ConnectError("no way there"), "POST", False),
    ],
)
def test_a_lost_answer_is_unknown_only_where_something_may_have_been_done(
    problem: Exception, method: str, unknown: bool
) -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        raise problem

    with pytest.raises(CrmError) as found:
        client(lose).call(method, "/x")
    assert (found.value.unknown, found.value.retry) == (unknown, True)


def test_every_call_has_a_time_limit_says_who_we_are_and_counts_the_day() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={}, headers={"Sforce-Limit-Info": "api-usage=30/300"})

    asked = client(answer)
    asked.get("/limits")
    assert seen[0].headers["sforce-call-options"] == "client=Sightline"
    assert all(seen[0].extensions["timeout"].values())
    assert asked.spent.share == pytest.approx(0.1)


def test_of_several_graphs_the_refused_one_is_left_and_one_too_large_is_not_sent() -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content.decode())
        rows = [{"body": {"id": "006000000000001AAA"}}, {"body": None}]
        graphs = [
            {
                "graphId": name,
                "isSuccessful": name == "graph0",
                "graphResponse": {"compositeResponse": rows},
            }
            for name in ("graph0", "graph1")
        ]
        return httpx.Response(200, json={"graphs": graphs})

    made = Write(Deed.CREATE, "Opportunity", {"Name": "A"}, key_field="Key__c", key="k/1")
    told = Write(Deed.UPDATE, "Contact", {"Deal__c": Sibling(0)}, id="003000000000001AAA")
    first, second, large = write_graphs(client(answer), [[made, told]] * 2 + [[made] * 501])
    assert [one.settled for one in first or ()] == [Settled.DONE] * 2
    assert [one.id for one in first or ()] == ["006000000000001AAA", "003000000000001AAA"]
    assert (second, large, len(sent)) == (None, None, 1)
    assert '"@{row0.id}"' in sent[0]
    assert "/Key__c/k%2F1" in sent[0]


def test_graphs_that_were_done_are_told_of_though_a_later_request_broke() -> None:
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(len(json.loads(request.content)["graphs"]))
        if len(asked) > 1:
            error = {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "later"}
            return httpx.Response(403, json=[error])
        rows = [{"httpStatusCode": 201, "body": {"id": "006000000000001AAA"}}]
        done = {"isSuccessful": True, "graphResponse": {"compositeResponse": rows}}
        return httpx.Response(
            200, json={"graphs": [{"graphId": f"graph{n}", **done} for n in range(75)]}
        )

    made = Write(Deed.CREATE, "Opportunity", {"Name": "New"})
    *first, last = write_graphs(client(answer), [[made]] * 76)
    assert asked[:2] == [75, 1]
    assert {one.settled for group in first for one in group or ()} == {Settled.DONE}
    assert [one.settled for one in last or ()] == [Settled.RETRY]
