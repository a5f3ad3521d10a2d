"""Every link that a page offers leads somewhere its reader may go, for every role; and on each page
that is reached so, every id is given once."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from sightline.records.models import SignIn
from tests.journeys.small_company import load_small_company

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.either]
LINK = re.compile(r"""<a\b[^>]*?\bhref=["']?([^"'\s>]*)""")
FILES = re.compile(r"\.(csv|xlsx|svg|png|pdf|json|ics)$")
# what a template shows when it was not read as one
ID = re.compile(r"""<[a-z][^<>]*?\sid=["']?([^"'\s>]+)""")
RAW = re.compile(r"{%|{{|%}|}}|%\(\w+\)[sd]|object at 0x")


def test_no_link_leads_where_its_reader_may_not_go() -> None:
    company = load_small_company(Path(settings.SIGHTLINE_DATA))
    faults = [
        f"{role}: {fault}" for role, who in company.people.items() for fault in faults_for(who)
    ]
    assert not faults, "\n".join(faults)


def faults_for(who: SignIn) -> Iterator[str]:
    """Links that are refused, lead nowhere or fail; pages that show a template's own marks or give
    an id twice."""
    client = Client()
    client.force_login(who)
    waiting: deque[tuple[str, str]] = deque([("/", "")])
    opened: set[str] = set()
    while waiting:
        address, source = waiting.popleft()
        alike = kind_of(address)
        if alike in opened:
            continue
        opened.add(alike)
        answer = client.get(address)
        if answer.status_code >= 400:
            yield f"{source} leads to {address}: {answer.status_code}"
        if answer.status_code != 200 or not answer["content-type"].startswith("text/html"):
            continue
        body = answer.content.decode()
        shown = re.sub(r"<script.*?</script>", "", body, flags=re.DOTALL)
        if raw := RAW.search(shown):
            yield f"{address} shows {shown[raw.start() : raw.start() + 60]!r}"
        yield from (f"{address} gives the id {one} more than once" for one in given_twice(shown))
        waiting.extend((found, address) for found in links_of(body, address))


def given_twice(body: str) -> list[str]:
    """Ids that more than one element of a page carries."""
    return [name for name, times in Counter(ID.findall(body)).items() if times > 1]


def kind_of(address: str) -> str:
    """What pages have in common that differ by a number, or by what a question says."""
    parts = urlsplit(address)
    asked = sorted({one.partition("=")[0] for one in parts.query.split("&")})
    return re.sub(r"\d+", "N", parts.path) + "?" + "&".join(asked)


def links_of(body: str, address: str) -> Iterator[str]:
    """Addresses of this site, each once, without the place in the page."""
    found = (urlsplit(urljoin(address, unescape(link))) for link in LINK.findall(body) if link)
    ours = (one for one in found if not one.scheme and not one.netloc)
    kept = (f"{one.path}?{one.query}" if one.query else one.path for one in ours)
    yield from dict.fromkeys(
        one for one in kept if one.startswith("/") and not FILES.search(one.partition("?")[0])
    )


def test_an_id_given_twice_is_seen() -> None:
    page = '<p id="a" data-id="b"><input id=a><i data-id="b"></i><b title="> id=c" id=c>'
    assert given_twice(page) == ["a"]
