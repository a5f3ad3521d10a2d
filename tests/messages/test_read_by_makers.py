"""Chats and calendars read by what their makers publish: Slack's own models, Microsoft's own card
parser, and the parsers of two other calendars. None of it was written by us."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sightline.messages import chat
from sightline.messages.acts import ActSaid, WeekSaid
from sightline.messages.calendar import calendar_text
from sightline.records.queries.messages import Dated
from tests.sandbox import npm_clients

CARDS, CALENDARS = "adaptivecards@3.0.6", "ical.js@2.2.1"
RARE = ("Ærø & Søn, “Sœurs”; <b>", "日本電気\n株式会社", "\\n, ; : \u202eabc", "A" * 250)
DAY = date(2028, 2, 29)
ACT = "Ring, then write; or \\ wait"
WEEK = WeekSaid(
    "Dana",
    "23 November 2026",
    tuple(ActSaid(name, f"Call {name}", 30, "https://plans.example/x") for name in RARE),
    "https://plans.example/",
)
FEED = calendar_text(
    [
        Dated(f"action-{at}", "action", DAY, name, ACT, datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
        for at, name in enumerate(RARE)
    ],
    name="Sightline",
    host="plans.example",
)
SAID = [f"{name}: {ACT}" for name in RARE]


def test_slacks_own_models_take_every_block_and_every_length() -> None:
    blocks = pytest.importorskip("slack_sdk.models.blocks", reason="slack-sdk is not installed")
    payload = json.loads(json.dumps(chat.week_payload("slack", WEEK)))
    for given in payload["blocks"]:
        read = blocks.Block.parse(given)
        read.validate_json()
        assert read.to_dict() == given, "a field that Slack does not know would be lost"
    long = copy.deepcopy(payload["blocks"][0])
    long["text"]["text"] = "x" * 151
    with pytest.raises(Exception, match="150 characters"):
        blocks.Block.parse(long).validate_json()


def test_a_second_parser_reads_the_feed_as_the_first_does() -> None:
    vobject = pytest.importorskip("vobject", reason="vobject is not installed")
    read = vobject.readOne(FEED)
    events = read.vevent_list
    assert [one.summary.value for one in events] == SAID
    assert {one.dtstart.value for one in events} == {DAY}
    assert [one.uid.value for one in events] == [f"action-{at}@plans.example" for at in range(4)]


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    folder = npm_clients.install("messages", CARDS, CALENDARS)
    card = chat.week_payload("teams", WEEK)["attachments"][0]["content"]
    given = {"cards": [card, *(wrong for wrong, _ in _wrong(card))], "feed": FEED}
    done = subprocess.run(
        [
            shutil.which("node") or "node",
            str(Path(__file__).with_name("read_by_makers.cjs")),
            str(folder),
        ],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer | {"given": card}


def _wrong(card: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """The card with one thing wrong each, and what Microsoft's parser says of it."""
    weight, kind = copy.deepcopy(card), copy.deepcopy(card)
    weight["body"][0]["weight"] = "bold-ish"
    kind["body"][1]["type"] = "RichText"
    return [(weight, "bold-ish"), (kind, "Unknown element type")]


@pytest.mark.npm
def test_microsofts_own_parser_takes_the_card_whole(found: dict[str, Any]) -> None:
    whole, *wrong = found["cards"]
    assert whole["problems"] == []
    assert whole["card"] == json.loads(json.dumps(found["given"])), "nothing is dropped as unknown"
    for one, (_, says) in zip(wrong, _wrong(found["given"]), strict=True):
        assert any(says in problem for problem in one["problems"])


@pytest.mark.npm
def test_thunderbirds_parser_reads_the_feed_as_the_others_do(found: dict[str, Any]) -> None:
    assert [one["summary"] for one in found["entries"]] == SAID
    assert {(one["on"], one["day"]) for one in found["entries"]} == {("2028-02-29", True)}
