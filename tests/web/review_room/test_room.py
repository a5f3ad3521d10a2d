"""The room: opened, settled, seen by others, closed; visible and writable to the right people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sightline.records.models import (
    Action,
    Assumption,
    Attendance,
    MinuteLine,
    Plan,
    PlanSnapshot,
    Play,
    Review,
    ReviewItem,
)
from tests import makers
from tests.web.account import world as worlds
from tests.web.review_room.world import PARTIAL, Meeting

pytestmark = pytest.mark.django_db


def test_opening_computes_the_agenda_and_freezes_the_plan(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    kinds = set(ReviewItem.objects.values_list("kind", flat=True))
    assert {"assumption", "departure", "play", "next_play"} <= kinds
    assert PlanSnapshot.objects.get().review is None
    body = client.get(meeting.url("show")).content.decode()
    assert "what stops us?" in body and "Two plants go live before June" in body
    assert "Marcus Heidt left" in body
    client.post(meeting.url("open"))
    assert PlanSnapshot.objects.count() == 1


def test_no_item_names_a_person_or_a_text(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    kept = str(list(ReviewItem.objects.values_list("key", "facts")))
    assert "Heidt" not in kept and "Raman" not in kept and "plants" not in kept


def test_a_commitment_has_an_owner_and_a_day(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    item = meeting.item("play")
    sent = {"ending": "commitment", "words": "Call them", "version": item.version}
    refused = client.post(meeting.url("settle", item.pk), sent, headers=PARTIAL)
    assert refused.status_code == 422 and "Call them" in refused.content.decode()
    day = worlds.today() + timedelta(days=9)
    whole = sent | {"owner": meeting.of.owner.pk, "due_on": day.isoformat()}
    answer = client.post(meeting.url("settle", item.pk), whole, headers=PARTIAL)
    assert answer.status_code == 200 and "Dana Whitfield" in answer.content.decode()
    item.refresh_from_db()
    assert (item.ending, item.due_on, item.version) == ("commitment", day, 2)
    assert MinuteLine.objects.get(item=item).text == "Call them"


def test_somebody_quicker_is_shown_and_the_typing_kept(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    item = meeting.item("play")
    sent = {"ending": "decision", "words": "Theirs", "version": 1}
    client.post(meeting.url("settle", item.pk), sent)
    answer = client.post(meeting.url("settle", item.pk), sent | {"words": "Mine"}, headers=PARTIAL)
    body = answer.content.decode()
    assert answer.status_code == 409 and "Theirs" in body and "Mine" in body
    item.refresh_from_db()
    assert item.words == "Theirs"
    again = client.post(meeting.url("settle", item.pk), sent | {"words": "Mine", "version": 2})
    item.refresh_from_db()
    assert again.status_code == 303 and item.words == "Mine"


def test_an_assumption_is_answered_on_the_plan_itself(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    item = meeting.item("assumption")
    client.post(meeting.url("answer", item.pk), {"said": "holds", "version": 1})
    item.refresh_from_db()
    assert item.ending == "leave" and Assumption.objects.get().standing == "true"
    client.post(meeting.url("reopen", item.pk))
    client.post(
        meeting.url("answer", item.pk), {"said": "no_longer", "why": "IT lost it", "version": 3}
    )
    item.refresh_from_db()
    assert (item.ending, item.why) == ("", "IT lost it")
    assert Assumption.objects.get().standing == "false"


def test_plan_and_play_are_edited_in_the_room(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    plan = Plan.objects.get()
    answer = client.post(
        meeting.url("target-set"), {"target": "600", "version": plan.version}, headers=PARTIAL
    )
    plan.refresh_from_db()
    assert answer.status_code == 200 and plan.target == 600_00
    stale = client.post(meeting.url("target-set"), {"target": "700", "version": 1}, headers=PARTIAL)
    assert stale.status_code == 409
    item = meeting.item("play")
    day = worlds.today() + timedelta(days=20)
    sent = {"owner": meeting.of.owner.pk, "target_close": day.isoformat(), "version": 1}
    assert client.post(meeting.url("play-change", item.pk), sent).status_code == 303
    assert client.post(meeting.url("play-change", item.pk), sent | {"owner": ""}).status_code == 409
    assert Play.objects.get().target_close == day
    step = {"subject": "Send the price", "due_on": day.isoformat(), "owner": ""}
    answer = client.post(meeting.url("step-add", item.pk), step, headers=PARTIAL)
    assert "Send the price" in answer.content.decode()
    assert Action.objects.get().play == meeting.play


def test_closing_needs_every_ending(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    answer = client.post(meeting.url("close"))
    assert answer.status_code == 422 and "no ending yet" in answer.content.decode()
    assert Review.objects.get(pk=meeting.review.pk).state == "open"


def test_closing_freezes_and_makes_actions_and_sets_the_next(
    client: Client, meeting: Meeting
) -> None:
    absent = makers.crm_user("Anna Roth")
    Attendance.objects.create(review=meeting.review, user=absent)
    Plan.objects.update(starts_on=worlds.today(), ends_on=worlds.today() + timedelta(days=360))
    meeting.open(client)
    meeting.settle_all(client, ending="commitment")
    promised = ReviewItem.objects.filter(ending="commitment").count()
    assert client.post(meeting.url("close")).status_code == 303
    meeting.review.refresh_from_db()
    assert meeting.review.state == "closed" and promised
    assert Action.objects.filter(commitment__isnull=False).count() == promised
    assert Attendance.objects.get(user=absent).state == "absent"
    frozen = PlanSnapshot.objects.get(review=meeting.review)
    assert "Raman" not in str(frozen.entries) and "plants" not in str(frozen.entries)
    following = Review.objects.get(state="planned")
    assert following.due_on is not None and following.due_on > worlds.today()
    closed = client.post(meeting.url("minute"), {"text": "Too late"})
    assert closed.status_code == 303 and not MinuteLine.objects.filter(text="Too late").exists()


def test_a_review_that_changed_nothing_says_so(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    meeting.settle_all(client)
    client.post(meeting.url("close"))
    meeting.review.refresh_from_db()
    assert meeting.review.changed_nothing is True
    assert "changed nothing" in client.get(meeting.url("show")).content.decode()


def test_an_edit_on_the_plan_is_a_change(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    client.post(meeting.url("target-set"), {"target": "600", "version": 1})
    meeting.settle_all(client)
    client.post(meeting.url("close"))
    meeting.review.refresh_from_db()
    assert meeting.review.changed_nothing is False


def test_the_next_review_asks_whether_promises_were_kept(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    meeting.settle_all(client, ending="commitment")
    client.post(meeting.url("close"))
    following = Review.objects.filter(state="planned").first() or Review.objects.create(
        plan=meeting.review.plan, account=meeting.of.account, held_on=worlds.today()
    )
    meeting.review = following
    meeting.open(client)
    item = meeting.item("commitment")
    refused = client.post(meeting.url("answer", item.pk), {"said": "not_kept", "version": 1})
    assert refused.status_code == 422
    day = worlds.today() + timedelta(days=30)
    sent = {"said": "not_kept", "why": "They cancelled", "carry_to": day, "version": 1}
    client.post(meeting.url("answer", item.pk), sent)
    promise = ReviewItem.objects.get(pk=int(item.key.partition(":")[2]))
    assert promise.action is not None and promise.action.due_on == day
    assert promise.action.state == "open"
    client.post(meeting.url("answer", item.pk), {"said": "kept", "version": 2})
    promise.action.refresh_from_db()
    assert promise.action.state == "done"


def test_others_learn_of_a_change_by_its_fragment(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    since = int((timezone.now() + timedelta(seconds=7)).timestamp() * 1000)
    quiet = client.get(meeting.url("changes"), {"since": since})
    assert quiet.status_code == 204
    item = meeting.item("play")
    client.post(meeting.url("settle", item.pk), {"ending": "decision", "words": "Go", "version": 1})
    now = int(timezone.now().timestamp() * 1000)
    told = client.get(meeting.url("changes"), {"since": now}).json()
    named = {name for one in told["changes"] for name in one["fragments"]}
    assert {f"item-{item.pk}", "minutes", "closing"} <= named
    body = client.get(
        meeting.url("fragments"), {"names": f"item-{item.pk},minutes,bogus"}
    ).content.decode()
    assert "Go" in body and 'data-live="minutes"' in body and "<html" not in body
    alone = client.get(meeting.url("fragments"), {"names": "minutes"}).content.decode()
    assert f'href="#item-{item.pk}"' in alone and meeting.play.name in alone, "about what?"
    assert client.get(meeting.url("changes"), {"since": "soon"}).status_code == 400


def test_the_poll_reads_little(
    client: Client, meeting: Meeting, django_assert_max_num_queries: object
) -> None:
    meeting.open(client)
    since = int((timezone.now() + timedelta(seconds=7)).timestamp() * 1000)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert client.get(meeting.url("changes"), {"since": since}).status_code == 204


def test_who_may_enter_and_write(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    item = meeting.item("play")
    writes = (
        ("open", ()),
        ("clock", ()),
        ("minute", ()),
        ("attend", ()),
        ("close", ()),
        ("target-set", ()),
        ("settle", (item.pk,)),
        ("answer", (item.pk,)),
        ("reopen", (item.pk,)),
        ("play-change", (item.pk,)),
        ("step-add", (item.pk,)),
    )
    for person, reads, refused in (
        (worlds.granted_reader(meeting.of), 200, 403),
        (worlds.sponsor(meeting.of), 200, 403),
        (makers.sign_in("account_manager"), 404, 404),
        (makers.sign_in("marketing"), 404, 403),
    ):
        client.force_login(person)
        assert client.get(meeting.url("show")).status_code == reads
        assert client.get(meeting.url("changes"), {"since": 1}).status_code in (reads, 200)
        for name, more in writes:
            assert client.post(meeting.url(name, *more)).status_code == refused, name
    client.force_login(meeting.of.seller)
    for name, more in writes:
        assert client.get(meeting.url(name, *more)).status_code == 405
    assert client.post(meeting.url("settle", 9999), {"ending": "leave"}).status_code == 404
    meeting.review.pk = 9999
    assert client.get(meeting.url("show")).status_code == 404


def test_the_clock_keeps_what_was_spent(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    Review.objects.update(part_since=timezone.now() - timedelta(minutes=5))
    client.post(meeting.url("clock"), {"part": "progress", "running": "on"})
    review = Review.objects.get(pk=meeting.review.pk)
    assert review.part == "progress" and 299 <= review.spent["opening"] <= 302
    client.post(meeting.url("clock"), {"part": "progress"})
    assert Review.objects.get(pk=meeting.review.pk).part_since is None
    client.post(meeting.url("clock"), {"part": "lunch", "running": "on"})
    assert Review.objects.get(pk=meeting.review.pk).part == "progress"
