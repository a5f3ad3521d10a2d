"""The record pages: sign in, edit, refuse, delete; strict headers, no forged forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from tests.sandbox.conftest import Served


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.http, follow_redirects=True) as client:
        answer = client.post("/sandbox/login", data={"token": served.token, "next": "/sandbox"})
        assert answer.status_code == 200 and "Signed in as" in answer.text
        yield client


def form_of(page: str) -> dict[str, str]:
    """The main form's values, as a browser would send them back."""
    inner = page.split("<main>")[1]
    values = {
        m[0]: unescape(m[1])
        for m in re.findall(
            r'<input(?! type="checkbox")[^>]*name="(\w+)"[^>]*value="([^"]*)"', inner
        )
    }
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', inner):
        chosen = re.findall(r'value="([^"]*)" selected', options)
        values[name] = unescape(chosen[0]) if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', inner):
        values[name] = unescape(text)
    return values


def test_nothing_shows_without_a_token(served: Served) -> None:
    with httpx.Client(base_url=served.http) as client:
        answer = client.get("/sandbox/objects/Account")
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/sandbox/login?next=/sandbox/objects/Account"
        wrong = client.post("/sandbox/login", data={"token": "no"})
        assert wrong.status_code == 403 and "not valid" in wrong.text
        away = client.post(
            "/sandbox/login", data={"token": served.token, "next": "https://evil.example"}
        )
        assert away.headers["Location"] == "/sandbox"


def test_a_person_moves_a_deal_and_the_api_shows_it(served: Served, browser: httpx.Client) -> None:
    deal = served.create(
        "Opportunity", Name="Pumps & <b>", StageName="Prospecting", CloseDate="2026-01-01"
    )
    page = browser.get(f"/sandbox/records/{deal}")
    assert "<b>" not in page.text and "Pumps &amp; &lt;b&gt;" in page.text
    form = form_of(page.text)
    saved = browser.post(
        f"/sandbox/records/{deal}", data={**form, "StageName": "Closed Won", "Amount": "12.5"}
    )
    assert "Saved." in saved.text
    row = served.get(f"sobjects/Opportunity/{deal}").json()
    assert (row["IsWon"], row["Amount"], row["Name"]) == (True, 12.5, "Pumps & <b>")


def test_an_unchanged_form_writes_nothing(served: Served, browser: httpx.Client) -> None:
    account = served.create("Account", Name="Same", AnnualRevenue=5, Description="a\nb")
    before = served.get(f"sobjects/Account/{account}").json()["SystemModstamp"]
    served.control("POST", "clock", {"skew": 100})
    form = form_of(browser.get(f"/sandbox/records/{account}").text)
    browser.post(f"/sandbox/records/{account}", data=form)
    assert served.get(f"sobjects/Account/{account}").json()["SystemModstamp"] == before


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Account", {"Name": "New"}),
        ("Contact", {"LastName": "New"}),
        ("Opportunity", {"Name": "New", "StageName": "Prospecting", "CloseDate": "2026-01-01"}),
        ("Task", {"Subject": "Call", "Status": "Not Started", "Priority": "Normal"}),
    ],
)
def test_each_object_can_be_made_listed_and_deleted(
    served: Served, browser: httpx.Client, name: str, values: dict[str, str]
) -> None:
    form = form_of(browser.get(f"/sandbox/objects/{name}/new").text)
    made = browser.post(f"/sandbox/objects/{name}/new", data={**form, **values})
    assert "Saved." in made.text
    record = str(made.url).split("/records/")[1].split("?")[0]
    shown = values.get("Name") or values.get("LastName") or values["Subject"]
    assert record in browser.get(f"/sandbox/objects/{name}?q={shown}").text
    browser.post(f"/sandbox/records/{record}", data={**form_of(made.text), "action": "delete"})
    assert served.get(f"sobjects/{name}/{record}").status_code == 404


def test_a_refused_form_keeps_what_was_typed(served: Served, browser: httpx.Client) -> None:
    form = form_of(browser.get("/sandbox/objects/Contact/new").text)
    answer = browser.post(
        "/sandbox/objects/Contact/new", data={**form, "LastName": "Kept", "Email": "wrong"}
    )
    assert answer.status_code == 422 and "invalid email address" in answer.text
    assert form_of(answer.text)["LastName"] == "Kept"
    assert 'aria-invalid="true"' in answer.text


def test_a_form_without_its_mark_is_refused(served: Served, browser: httpx.Client) -> None:
    answer = browser.post("/sandbox/objects/Account/new", data={"Name": "Forged"})
    assert answer.status_code == 403
    assert served.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_pages_are_strict_and_labelled(served: Served, browser: httpx.Client) -> None:
    page = browser.get("/sandbox/objects/Account/new")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "<script" not in page.text and "style=" not in page.text
    for field in re.findall(r'<(?:input|select|textarea)[^>]*\bid="(\w+)"', page.text):
        assert f'<label for="{field}">' in page.text
    account = served.create("Account", Name="Short")
    assert "Edit Account" in browser.get(f"/{account}").text


def test_the_front_door_opens_once_and_leads_to_a_record(served: Served) -> None:
    account = served.create("Account", Name="Behind the door")
    wanted = {"redirect_uri": f"lightning/r/Account/{account}/view"}
    address = served.get("/services/oauth2/singleaccess", params=wanted).json()["frontdoor_uri"]
    with httpx.Client(follow_redirects=True) as client:
        opened = client.get(address)
        assert opened.status_code == 200 and "Behind the door" in opened.text
    with httpx.Client(follow_redirects=True) as client:
        assert client.get(address).status_code == 403
        outside = f"{served.http}/secur/frontdoor.jsp?sid={served.token}&retURL=//example.org"
        assert client.get(outside).url.path == "/sandbox"
    dead = {"Authorization": "Bearer dead"}
    assert served.get("/services/oauth2/singleaccess", headers=dead).status_code == 403
