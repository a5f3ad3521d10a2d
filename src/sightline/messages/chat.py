"""Slack and Teams by webhook: what is said, and one careful POST.

Slack takes blocks (docs.slack.dev, Block Kit); Teams a message with an Adaptive Card
(learn.microsoft.com, Workflows webhooks). Both get account and act only.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from sightline.actions.messages.wishes import check_address
from sightline.messages.acts import WeekSaid
from sightline.planning.errors import InvalidValue

HOSTS = (
    "hooks.slack.com",
    "*.webhook.office.com",
    "*.logic.azure.com",
    "*.environment.api.powerplatform.com",
)
SECONDS = 10
MOST_ANSWER = 2000
TRY_AGAIN = frozenset({408, 425, 429})
SLACK_TEXT = 2900  # Slack refuses a section of more than 3,000 characters
LONGEST = 255  # of a name; escaped it is five times as long at most


class ChatProblem(Exception):
    """A webhook that did not take a message. `retry`: whether trying again can help."""

    def __init__(self, text: str, *, retry: bool) -> None:
        super().__init__(text)
        self.retry = retry


def allowed_hosts() -> tuple[str, ...]:
    """The brands' own hosts, and those that the installation was told of."""
    return (*HOSTS, *settings.SIGHTLINE_CHAT_HOSTS)


def payload_of(brand: str, title: str, lines: Collection[tuple[str, str]], *, page: str) -> Any:
    """A title and (account, act) lines as one brand takes them."""
    return _slack(title, lines, page) if brand == "slack" else _teams(title, lines, page)


def week_payload(brand: str, week: WeekSaid) -> Any:
    """A week as one brand takes it."""
    title = _("Your week of %(monday)s") % {"monday": week.monday}
    lines = [(one.account, one.act) for one in week.acts]
    return payload_of(brand, title, lines, page=week.page)


def post(address: str, payload: Mapping[str, Any], *, hosts: Collection[str]) -> None:
    """Send once: https, an allowed host, no redirect followed, ten seconds. Raises ChatProblem."""
    try:
        check_address(address, hosts=hosts)
    except InvalidValue as wrong:
        raise ChatProblem(str(wrong), retry=False) from wrong
    parts = urlsplit(address)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        status = _posted(parts.hostname or "", target, json.dumps(payload).encode())
    except (OSError, http.client.HTTPException) as problem:
        # the exception's own words may carry the address, which is a secret
        raise ChatProblem(f"Not reached: {type(problem).__name__}", retry=True) from None
    if not 200 <= status < 300:
        again = status in TRY_AGAIN or status >= 500
        raise ChatProblem(f"The chat answered {status}", retry=again)


def _posted(host: str, target: str, body: bytes) -> int:
    line = http.client.HTTPSConnection(host, timeout=SECONDS, context=ssl.create_default_context())
    try:
        line.request("POST", target, body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        answer.read(MOST_ANSWER)
        return answer.status
    finally:
        line.close()


def _slack(title: str, lines: Collection[tuple[str, str]], page: str) -> dict[str, Any]:
    return {
        "text": title,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": title[:150]}},
            {"type": "section", "text": {"type": "mrkdwn", "text": _listed(lines)}},
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": _("Open Sightline")},
                        "url": page,
                    }
                ],
            },
        ],
    }


def _listed(lines: Collection[tuple[str, str]]) -> str:
    """A line for each act; those that do not fit are left to the page, none is cut in two."""
    listed, size = [], 0
    for account, act in lines:
        line = f"• *{_escaped(account[:LONGEST])}*: {_escaped(act[:LONGEST])}"
        size += len(line) + 1
        if size > SLACK_TEXT:
            break
        listed.append(line)
    return "\n".join(listed) or "–"


def _escaped(text: str) -> str:
    """Slack's three control characters, and marks that would format or ping."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("*", "∗").replace("\n", " ")


def _teams(title: str, lines: Collection[tuple[str, str]], page: str) -> dict[str, Any]:
    body: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": title, "weight": "Bolder", "size": "Medium", "wrap": True}
    ]
    body += [
        {
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": account, "weight": "Bolder"},
                {"type": "TextRun", "text": f": {act}"},
            ],
        }
        for account, act in lines
    ]
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": body,
                    "actions": [
                        {"type": "Action.OpenUrl", "title": _("Open Sightline"), "url": page}
                    ],
                },
            }
        ],
    }
