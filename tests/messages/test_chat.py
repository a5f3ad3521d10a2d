"""Chats get what their makers document, from hosts that were allowed, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sightline.actions.messages.wishes import check_address
from sightline.messages import chat
from sightline.messages.acts import ActSaid, WeekSaid
from sightline.planning.errors import InvalidValue

WEEK = WeekSaid(
    "Dana",
    "23 November 2026",
    (ActSaid("A & <!channel> Co", "Call *everyone*\n@here", 30, "https://x.example/act"),) * 7,
    "https://x.example/",
)
SLACK = "https://hooks.slack.com/services/T0/B0/secret"


def test_slack_gets_blocks_that_ping_nobody() -> None:
    payload = chat.week_payload("slack", WEEK)
    header, section, actions = payload["blocks"]
    assert header["type"] == "header" and len(header["text"]["text"]) <= 150
    assert section["text"]["type"] == "mrkdwn" and len(section["text"]["text"]) <= 3000
    assert "&lt;!channel&gt;" in section["text"]["text"] and "<!" not in section["text"]["text"]
    assert section["text"]["text"].count("\n") == 6
    assert actions["elements"][0]["url"] == "https://x.example/"
    assert payload["text"] and "act" not in payload["text"].split()


def test_teams_gets_an_adaptive_card() -> None:
    payload = json.loads(json.dumps(chat.week_payload("teams", WEEK)))
    (attachment,) = payload["attachments"]
    assert payload["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    # a RichTextBlock shows text as it is; a TextBlock would read Markdown
    assert {one["type"] for one in card["body"][1:]} == {"RichTextBlock"}
    assert card["body"][1]["inlines"][0]["text"] == "A & <!channel> Co"


def test_single_use_links_are_for_mail_alone() -> None:
    for brand in ("slack", "teams"):
        assert "/act" not in json.dumps(chat.week_payload(brand, WEEK))


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/services/x",
        "https://hooks.slack.com.evil.example/x",
        "https://evil.example/hooks.slack.com",
        "https://user@hooks.slack.com/x",
        "https://hooks.slack.com:8443/x",
        "https://webhook.office.com/x",
        "https://127.0.0.1/x",
        "https://hooks.slack.com/a b",
        "https://[::1",
        "",
    ],
)
def test_an_address_outside_the_list_is_refused(address: str) -> None:
    with pytest.raises(InvalidValue):
        check_address(address, hosts=chat.HOSTS)
    with pytest.raises(chat.ChatProblem) as told:
        chat.post(address, {}, hosts=chat.HOSTS)
    assert not told.value.retry


@pytest.mark.parametrize(
    "address",
    [SLACK, "https://a.webhook.office.com/x", "https://p-1.uk.logic.azure.com:443/w?sig=1"],
)
def test_an_allowed_address_is_taken(address: str) -> None:
    check_address(address, hosts=chat.HOSTS)


@pytest.mark.parametrize(
    ("status", "retry"),
    [(200, None), (429, True), (503, True), (404, False), (410, False), (302, False)],
)
def test_a_refusal_says_whether_to_try_again(
    monkeypatch: pytest.MonkeyPatch, status: int, retry: bool | None
) -> None:
    monkeypatch.setattr(chat, "_posted", lambda *_: status)
    if retry is None:
        chat.post(SLACK, {}, hosts=chat.HOSTS)
        return
    with pytest.raises(chat.ChatProblem) as told:
        chat.post(SLACK, {}, hosts=chat.HOSTS)
    assert told.value.retry is retry and "secret" not in str(told.value)


def test_a_host_that_is_not_reached_is_tried_again_and_its_secret_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: Any) -> int:
        raise TimeoutError(SLACK)

    monkeypatch.setattr(chat, "_posted", fails)
    with pytest.raises(chat.ChatProblem) as told:
        chat.post(SLACK, {}, hosts=chat.HOSTS)
    assert told.value.retry and "secret" not in str(told.value)
