"""Every fault of the menu fires, does what it says, and counts itself."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx
import pytest

from sightline_sandbox.faults import KINDS
from tests.sandbox.conftest import Served


def arm(served: Served, kind: str, **settings: Any) -> dict[str, Any]:
    found: dict[str, Any] = served.control("POST", "faults", {"kind": kind, **settings})
    return found


def count(served: Served) -> int:
    return int(served.query("SELECT COUNT() FROM Account")["totalSize"])


def test_a_lost_response_has_committed(served: Served) -> None:
    arm(served, "lost_response", method="POST", path="/sobjects/")
    with pytest.raises(httpx.TransportError):
        served.post("sobjects/Account", {"Name": "Lost"})
    assert count(served) == 1
    assert served.post("sobjects/Account", {"Name": "Next"}).status_code == 201


def test_a_timeout_has_done_nothing(served: Served) -> None:
    arm(served, "timeout", method="POST", seconds=0.1)
    with pytest.raises(httpx.TransportError):
        served.post("sobjects/Account", {"Name": "Never"})
    assert count(served) == 0


@pytest.mark.parametrize(
    ("kind", "status", "code", "rows"),
    [
        ("server_error", 503, "SERVER_UNAVAILABLE", 0),
        ("server_error_after", 500, "UNKNOWN_EXCEPTION", 1),
        ("session_expired", 401, "INVALID_SESSION_ID", 0),
        ("request_limit", 403, "REQUEST_LIMIT_EXCEEDED", 0),
        ("lock_row", 400, "UNABLE_TO_LOCK_ROW", 0),
        ("row_failure", 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", 0),
    ],
)
def test_refusing_faults_answer_and_leave_the_rows_they_say(
    served: Served, kind: str, status: int, code: str, rows: int
) -> None:
    arm(served, kind, **({} if kind in ("lock_row", "row_failure") else {"method": "POST"}))
    answer = served.post("sobjects/Account", {"Name": "A"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)
    assert count(served) == rows
    assert served.control("GET", "faults")["fired"][kind] == 1


def test_a_duplicate_delivery_writes_twice(served: Served) -> None:
    arm(served, "duplicate_delivery", method="POST")
    assert served.post("sobjects/Account", {"Name": "Twice"}).status_code == 201
    assert count(served) == 2


def test_a_delay_lets_later_requests_overtake(served: Served) -> None:
    account = served.create("Account", Name="A")
    arm(served, "delay", method="PATCH", seconds=0.6)
    first = threading.Thread(
        target=lambda: served.patch(f"sobjects/Account/{account}", {"Phone": "first"})
    )
    first.start()
    time.sleep(0.2)
    served.patch(f"sobjects/Account/{account}", {"Phone": "second"})
    first.join(5)
    assert served.get(f"sobjects/Account/{account}").json()["Phone"] == "first"


def test_partial_failures_hit_single_rows_of_a_batch(served: Served) -> None:
    arm(served, "row_failure", object="Account", skip=1, code="UNABLE_TO_LOCK_ROW")
    records = [{"attributes": {"type": "Account"}, "Name": f"A{n}"} for n in range(3)]
    answer = served.post("composite/sobjects", {"records": records}).json()
    assert [r["success"] for r in answer] == [True, False, True]
    assert answer[1]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"


def test_chances_are_repeatable_by_seed(served: Served) -> None:
    def outcomes() -> list[int]:
        served.control("POST", "faults", {"seed": 7})
        arm(served, "server_error", probability=0.5, times=None, path="/limits")
        found = [served.get("limits").status_code for _ in range(20)]
        served.control("DELETE", "faults")
        return found

    first = outcomes()
    assert first == outcomes() and {200, 503} == set(first)


def test_a_rewriting_trigger_changes_what_was_sent(served: Served) -> None:
    arm(served, "rewrite", object="Account", field="Name", length=4, times=None)
    account = served.create("Account", Name="Longer than four")
    assert served.get(f"sobjects/Account/{account}").json()["Name"] == "Long"
    arm(served, "rewrite", object="Account", field="Site", value="HQ")
    served.patch(f"sobjects/Account/{account}", {"Site": "elsewhere"})
    assert served.get(f"sobjects/Account/{account}").json()["Site"] == "HQ"


def test_a_halted_graph_leaves_the_rest_undone(served: Served) -> None:
    arm(served, "graph_halt", skip=1)

    def graph(number: int) -> dict[str, Any]:
        part = {
            "method": "POST",
            "url": "/services/data/v60.0/sobjects/Account",
            "referenceId": "a",
            "body": {"Name": f"G{number}"},
        }
        return {"graphId": str(number), "compositeRequest": [part]}

    answer = served.post("composite/graph", {"graphs": [graph(n) for n in range(3)]}).json()
    assert [g["isSuccessful"] for g in answer["graphs"]] == [True, False, False]
    halted = answer["graphs"][2]["graphResponse"]["compositeResponse"][0]["body"][0]
    assert halted["errorCode"] == "PROCESSING_HALTED" and count(served) == 1


def test_locators_expire_by_fault_and_by_command(served: Served) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": f"A{n}"} for n in range(200)]
    for _ in range(2):
        served.post("composite/sobjects", {"records": records})
    headers = {"Sforce-Query-Options": "batchSize=200"}
    page = served.query("SELECT Id FROM Account", headers=headers)
    arm(served, "expired_locator")
    assert served.get(page["nextRecordsUrl"]).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert served.get(page["nextRecordsUrl"]).status_code == 200
    served.control("POST", "cursors/expire", {})
    assert served.get(page["nextRecordsUrl"]).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_a_dead_session_in_the_middle_of_pages(served: Served) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": f"A{n}"} for n in range(200)]
    for _ in range(2):
        served.post("composite/sobjects", {"records": records})
    arm(served, "session_expired", path=r"/query/0r8")
    page = served.query("SELECT Id FROM Account", headers={"Sforce-Query-Options": "batchSize=200"})
    assert served.get(page["nextRecordsUrl"]).status_code == 401
    served.control("POST", "sessions/expire", {})
    assert served.get("limits").status_code == 401


def test_the_clock_runs_skewed_and_stands_still(served: Served) -> None:
    now = served.control("POST", "clock", {"freeze": "2030-01-01T00:00:00Z"})["now"]
    assert now == "2030-01-01T00:00:00.000+0000"
    stamps = {
        served.get(f"sobjects/Account/{served.create('Account', Name='A')}").json()["CreatedDate"]
        for _ in range(3)
    }
    assert stamps == {now}
    served.control("DELETE", "faults")
    ahead = served.control("POST", "clock", {"skew": 86400})["now"]
    assert ahead < "2030" and ahead > served.control("POST", "clock", {"skew": 0})["now"]


def test_the_daily_limit_refuses_when_spent(served: Served) -> None:
    served.control("POST", "limit", {"limit": 2})
    assert served.get("limits").headers["Sforce-Limit-Info"] == "api-usage=1/2"
    served.get("limits")
    answer = served.get("limits")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")


def test_crashes_end_the_process_before_or_after_the_commit(served: Served) -> None:
    ended: list[int] = []
    served.org.faults.exit = ended.append
    arm(served, "crash_after", method="POST")
    served.post("sobjects/Account", {"Name": "A"})
    assert ended == [137] and count(served) == 1
    arm(served, "crash_before", method="POST")
    served.post("sobjects/Account", {"Name": "B"})
    assert ended == [137, 137]


def test_the_control_api_needs_its_key_and_explains_itself(served: Served) -> None:
    assert served.client.get("/__sandbox/faults").status_code == 401
    assert set(served.control("GET", "")["faults"]) == set(KINDS)
    wrong = served.client.post(
        "/__sandbox/faults",
        json={"kind": "earthquake"},
        headers={"Authorization": f"Bearer {served.sandbox.control_key}"},
    )
    assert wrong.status_code == 400 and "earthquake" in wrong.text
    served.get("limits")
    counted = served.control("GET", "requests")
    assert counted["counts"]["GET /services/data/v60.0/limits"] == 1
    assert counted["recent"][-1]["status"] == 200
