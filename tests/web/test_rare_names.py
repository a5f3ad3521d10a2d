"""Opinions about a planted person leave the account team by no road: no page, file, mail, chat,
calendar, log line, queue, snapshot or error of anybody else holds them, and the database keeps them
in one store."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from sightline.actions.messages import wishes
from sightline.actions.monday import issue_link
from sightline.exchange.exports.two_pages.compose import paper_of
from sightline.jobs.worker import Worker
from sightline.messages import chat
from sightline.messages.acts import link_address
from sightline.messages.deliver import deliver
from sightline.planning.errors import PlanningError
from sightline.records.models import Contact, HeldRole, MapLine, Message, Opinion, SignIn
from sightline.records.queries.week.page import week_found
from sightline.records.queries.week.planned import own_user
from sightline.records.scoping import person_of
from sightline.web.gate import DeclaredUrl, declared_urls
from tests.actions.calls import CALLS
from tests.actions.scene import NOW, Scene, make_scene

pytestmark = pytest.mark.django_db
NAME = "Zephyrine Quöckenbüsch"
LAST = "Quöckenbüsch"
OPINION = "xylophonically unconvinced"
NOTE = "prefers kumquat marmalade"
HOOKS = {
    "slack": "https://hooks.slack.com/services/T0/B0/secret",
    "teams": "https://a.webhook.office.com/x",
}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
OTHERS = ("marketing/tier12", "operations/everything", "reader/granted")
SAID_OF_THEM = re.compile(rf"{LAST}[^<\"]*(?:Against|Blocker|strength \d)")
ABOUT = {"account_id", "contact_id", "plan_id", "contract_id", "review_id", "play_id"}
# Who writes something somewhere without being of the account's team, and what they post there:
# what no rule takes, and what would be right had nobody been quicker.
POSTING = ("leader/none", "marketing/tier12", "operations/everything", "reader/granted")
APART = ("jobs:job", "people:", "mail:act", "privacy:export")
SHUT = (403, 404, 405)
MISTAKEN = {"version": "0", "stance": "loves", "role": "king", "name": "x" * 300, "person": "x"}
LATE = {"version": "0", "value": "1", "stance": "against", "role": "champion", "answer": "done"}
# A text the team writes may name somebody (docs/method/people-data.md says how erasing finds it).
NAMED = {"contact"}


def planted() -> Scene:
    """Everything a verb may be about; one of theirs is called and thought of as nobody else is."""
    scene = make_scene()
    who = scene.world.champion
    first, last = NAME.split()
    Contact.objects.filter(pk=who.pk).update(name=NAME, first_name=first, last_name=last)
    who.refresh_from_db()
    Opinion.objects.filter(contact=who).delete()
    for kind, value in (("stance", "against"), ("strength", "5"), ("comm", "")):
        Opinion.objects.create(
            contact=who, kind=kind, value=value, reason=OPINION, rater=scene.world.owner
        )
    Opinion.objects.create(contact=who, kind="note", value="", reason=NOTE)
    HeldRole.objects.create(contact=who, role="blocker")
    MapLine.objects.get_or_create(kind="conflicts", start=who, end=scene.world.buyer)
    return scene


def rows() -> Iterator[tuple[str, str]]:
    """Every row of every table as text, with its model's name."""
    for model in apps.get_models():
        for row in model._default_manager.values():
            yield (
                str(model._meta.model_name),
                json.dumps(row, default=str, ensure_ascii=False),
            )


def everything_done(scene: Scene) -> int:
    """Every verb called by the account manager, and every job that they ask for run."""
    done = 0
    for name, call in CALLS.items():
        if name.startswith(("people_data.", "demonstration")) or "remove_" in name:
            continue
        try:
            with transaction.atomic():
                call(scene, scene.owner)
                done += 1
        except (PlanningError, PermissionDenied):
            continue
    Worker().run_all(limit=200)
    return done


def chatted(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What Slack and Teams are sent, by brand, of all that was said to the account manager."""
    sent: dict[str, str] = {}
    messages = Message.objects.filter(sign_in=scene.owner.id)
    messages.exclude(way="mail").delete()
    for brand, address in HOOKS.items():
        wishes.set_hook(scene.owner, brand, address, hosts=chat.HOSTS, now=NOW)

        def kept(_host: str, _target: str, body: bytes, brand: str = brand) -> int:
            sent[brand] = sent.get(brand, "") + json.dumps(json.loads(body), ensure_ascii=False)
            return 200

        monkeypatch.setattr(chat, "_posted", kept)
        messages.update(way=brand, state=Message.State.WAITING, leaves_at=NOW)
        deliver(scene.owner.id, brand, now=NOW)
    return sent


def test_opinions_stay_in_one_store_whatever_is_done(
    settings: Any,
    tmp_path: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SIGHTLINE_DATA = tmp_path
    scene = planted()
    with caplog.at_level(logging.DEBUG):
        assert everything_done(scene) > 80
        chats = chatted(scene, monkeypatch)
    assert {"slack", "teams"} <= set(chats)
    feed = reverse("calendar:feed", args=[wishes.make_feed(scene.owner, now=NOW)])
    days = Client().get(feed).content.decode()
    assert "BEGIN:VEVENT" in days
    assert not [text for text in (*chats.values(), days) if OPINION in text or NOTE in text]
    pages = list(linked(scene))
    assert {status for status, _ in pages} == {200, 410, 422}
    assert not [text for _, text in pages if not clean(text) or LAST in text]
    told = list(rows())
    assert {"journalentry", "job", "plansnapshot", "message", "signal"} <= {one for one, _ in told}
    for model, text in told:
        if model != "opinion":
            assert OPINION not in text and NOTE not in text, (model, text[:300])
        if model not in NAMED:
            assert LAST not in text, (model, text[:300])
    said = [f"{one.subject} {one.body} {one.alternatives}" for one in mail.outbox]  # type: ignore[attr-defined]
    said += [one.getMessage() for one in caplog.records if not one.name.startswith("django.db")]
    assert not [text for text in said if OPINION in text or NOTE in text]


def test_no_page_file_or_error_of_anybody_else_tells_them(settings: Any, tmp_path: Any) -> None:
    settings.SIGHTLINE_DATA = tmp_path
    scene = planted()
    opened = 0
    for standing in OTHERS:
        who = SignIn.objects.get(pk=scene.people[standing].id)
        client = Client(raise_request_exception=False)
        client.force_login(who)
        for address in addresses(scene, everywhere=standing.startswith("operations")):
            answer = client.get(address)
            opened += answer.status_code == 200
            text = text_of(answer)
            assert clean(text), (standing, address)
        try:
            paper = repr(paper_of(person_of(who), scene.account.pk, now=NOW))
        except (PlanningError, PermissionDenied):
            continue
        assert OPINION not in paper and "AGAINST" not in paper.upper()
    assert opened > 60


def test_no_refusal_and_no_conflict_of_somebody_elses_post_tells_them(
    settings: Any, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SIGHTLINE_DATA = tmp_path
    caplog.set_level(logging.CRITICAL, logger="django.request")
    scene = planted()
    told: Counter[int] = Counter()
    urls = [url for url in declared_urls() if not url.name.startswith(APART)]
    for standing in POSTING:
        client = Client(raise_request_exception=False)
        client.force_login(SignIn.objects.get(pk=scene.people[standing].id))
        for url in tuple(urls):
            for posted in (MISTAKEN, LATE):
                answer = client.post(address_of(url, scene), posted)
                told[answer.status_code] += 1
                assert clean(text_of(answer)), (standing, url.name, answer.status_code)
                if answer.status_code == 405:
                    urls.remove(url)
                if answer.status_code in SHUT:
                    break
    assert told[422] > 30 and told[409] > 2 and told[403] > 300 and not told[500], told


def test_the_team_sees_what_others_do_not() -> None:
    """The pages that were looked at do show it to those it is for."""
    scene = planted()
    client = Client()
    client.force_login(scene.world.seller)
    key = scene.world.champion.pk
    page = client.get(reverse("stakeholders:person", args=[scene.account.pk, key]))
    assert OPINION in page.content.decode()
    people = client.get(reverse("stakeholders:show", args=[scene.account.pk])).content.decode()
    assert SAID_OF_THEM.search(people)


def clean(text: str) -> bool:
    """Whether a text tells nothing that is thought of the planted person."""
    return OPINION not in text and NOTE not in text and not SAID_OF_THEM.search(text)


def linked(scene: Scene) -> Iterator[tuple[int, str]]:
    """What the page behind each link of a week's mail answers to whoever holds it, not signed in:
    opened, sent without an answer, answered, and opened again."""
    whose = own_user(scene.owner)
    found = week_found(scene.owner, whose, now=NOW) if whose is not None else None
    assert found is not None
    kinds = {(act.partition(":")[0], item.text): (act, item) for act, item in found.items.items()}
    assert len(kinds) > 3
    for act, item in kinds.values():
        link = issue_link(
            scene.owner.id,
            account_id=int(item.account),
            act=act,
            monday=found.monday,
            now=NOW,
            days=7,
        )
        address, client = urlsplit(link_address(link)).path, Client()
        for ask in (client.get, client.post, partial(client.post, data={"answer": "done"})):
            answer = ask(address)
            yield answer.status_code, text_of(answer)
        yield client.get(address).status_code, text_of(client.get(address))


def addresses(scene: Scene, *, everywhere: bool) -> Iterator[str]:
    """What can be asked for about the planted person, their account and its plan; for one reader
    who comes in everywhere, all other addresses instead."""
    for url in declared_urls():
        about = bool(ABOUT & {name for _, name in PARAMETER.findall(url.route)})
        if about != everywhere and not url.name.startswith(("jobs:job", "people:", "mail:act")):
            yield address_of(url, scene)
    yield f"{reverse('search:find')}?q=Zephyrine"
    if not everywhere:
        account = reverse("stakeholders:show", args=[scene.account.pk])
        for query in ("?table=1", "?layout=plot&view=stance", "?view=strength", "?words=zephyrine"):
            yield account + query


def address_of(url: DeclaredUrl, scene: Scene) -> str:
    keys = {
        "account_id": scene.account.pk,
        "contact_id": scene.world.champion.pk,
        "plan_id": scene.plan.pk,
        "contract_id": scene.world.contract.pk,
        "review_id": scene.room.pk,
        "play_id": scene.play.pk,
    }
    return "/" + PARAMETER.sub(lambda found: str(keys.get(found.group(2), 1)), url.route)


def text_of(answer: HttpResponseBase) -> str:
    """What an answer says, a workbook or an archive opened."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if body[:5] == b"%PDF-":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return str(body.decode(errors="replace"))
