"""What chats get is what their makers document, whatever names hold: checked against a schema.

The schemas in `schemas/` are closed: an element, field or length that is not documented is refused.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.messages import chat
from sightline.messages.acts import ActSaid, WeekSaid

HERE = Path(__file__).parent / "schemas"
SCHEMAS = {
    brand: jsonschema_rs.Draft7Validator(
        json.loads((HERE / f"{brand}.json").read_text(encoding="utf-8")), validate_formats=True
    )
    for brand in ("slack", "teams")
}
TEAMS_BYTES = 28 * 1024  # of a whole message: learn.microsoft.com, limits of incoming webhooks
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=255)
acts = st.lists(st.tuples(words, words), min_size=1, max_size=7)


@pytest.mark.parametrize("brand", ["slack", "teams"])
@given(lines=acts)
def test_a_week_is_what_the_brand_documents(brand: str, lines: list[tuple[str, str]]) -> None:
    said = tuple(ActSaid(account, act, 30, "https://plans.example/act/x") for account, act in lines)
    week = WeekSaid("Dana", "23 November 2026", said, "https://plans.example/")
    payload = json.loads(json.dumps(chat.week_payload(brand, week)))
    SCHEMAS[brand].validate(payload)
    if brand == "teams":
        assert len(json.dumps(payload).encode()) < TEAMS_BYTES


def test_slack_leaves_whole_lines_out_rather_than_cutting_one() -> None:
    lines = [("&" * 255, "<" * 255)] * 7
    text = chat.payload_of("slack", "A week", lines, page="https://x.example/")["blocks"][1]["text"]
    assert len(text["text"]) <= 3000 and text["text"].count("\n") == 0
    assert text["text"].endswith("&lt;")


def _broken(brand: str) -> list[Any]:
    """A good payload with one thing wrong each: the schema must be able to say no."""
    whole = chat.payload_of(brand, "A week", [("Acme", "Call")], page="https://x.example/")
    found = []
    for path, value in WRONG[brand]:
        payload = copy.deepcopy(whole)
        at: Any = payload
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
        found.append(payload)
    return found


CARD = ("attachments", 0, "content")
WRONG: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "slack": [
        (("blocks", 0, "text", "text"), "x" * 151),
        (("blocks", 0, "text", "type"), "mrkdwn"),
        (("blocks", 1, "text", "text"), "<!channel>"),
        (("blocks", 1, "text", "text"), ""),
        (("blocks", 2, "elements", 0, "url"), "not an address"),
        (("blocks", 1, "type"), "sections"),
        (("block",), []),
    ],
    "teams": [
        (("type",), "MessageCard"),
        (("attachments", 0, "contentType"), "application/json"),
        ((*CARD, "version"), "9.9"),
        ((*CARD, "body", 0, "type"), "Textblock"),
        ((*CARD, "body", 0, "weight"), "bold-ish"),
        ((*CARD, "body", 1, "inlines"), []),
        ((*CARD, "actions", 0, "url"), "not an address"),
    ],
}


@pytest.mark.parametrize("brand", ["slack", "teams"])
def test_the_schema_refuses_what_is_not_documented(brand: str) -> None:
    for number, payload in enumerate(_broken(brand)):
        assert not SCHEMAS[brand].is_valid(payload), (brand, number)
