"""Questions go to one person with a date, are answered there, and stay; blocked actions too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sightline.actions import play_actions
from sightline.messages.deliver import deliver
from sightline.records.models import (
    Account,
    AccountAccess,
    Action,
    JournalEntry,
    Mention,
    Message,
    Question,
    SignIn,
)
from sightline.records.scoping import person_of
from tests import makers

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """An account with an owner, a colleague on the team, and a stranger."""

    account: Account
    owner: SignIn
    mate: SignIn
    stranger: SignIn

    def ask(self, client: Client, **form: str) -> Question:
        client.force_login(self.owner)
        day = timezone.now().date() + timedelta(days=3)
        given = {"asked_of": str(self.mate.crm_user.pk), "due_on": day.isoformat()}
        given |= {"words": "Is the <pilot> paid?"} | form
        answer = client.post(reverse("asks:question-put", args=[self.account.pk]), given)
        assert answer.status_code == 303, answer.content.decode()[:1500]
        return Question.objects.latest("pk")


@pytest.fixture
def world() -> World:
    makers.company(time_zone="UTC")
    owner, mate, stranger = (makers.crm_user(name) for name in ("Dana Roy", "Max Ode", "Sue Far"))
    account = makers.account("Acme", owner=owner)
    AccountAccess.objects.create(account=account, user=mate, why="team", may_write=True)
    people = [makers.sign_in("account_manager", user=user) for user in (owner, mate, stranger)]
    return World(account, *people)


def test_a_question_is_asked_answered_and_stays(client: Client, world: World) -> None:
    question = world.ask(client)
    client.force_login(world.mate)
    page = reverse("asks:show")
    assert "Is the &lt;pilot&gt; paid?" in client.get(page).content.decode()
    answers = reverse("asks:question-answer", args=[question.pk])
    assert client.post(answers, {"answer": " "}).status_code == 422
    assert client.post(answers, {"answer": "Since May."}).status_code == 303
    assert client.post(answers, {"answer": "Again."}).status_code == 409
    client.force_login(world.owner)
    assert "Since May." in client.get(page).content.decode()
    put = reverse("asks:question-put", args=[world.account.pk])
    assert "Since May." in client.get(put).content.decode()
    notes = JournalEntry.objects.values_list("note", "changes")
    assert not any("pilot" in str(one) or "May" in str(one) for one in notes)


def test_it_is_passed_on_only_by_whoever_has_it_and_only_to_whoever_may_see_it(
    client: Client, world: World
) -> None:
    question = world.ask(client)
    passes = reverse("asks:question-pass", args=[question.pk])
    assert client.post(passes, {"to": str(world.owner.crm_user.pk)}).status_code == 403
    client.force_login(world.mate)
    assert client.post(passes, {"to": str(world.stranger.crm_user.pk)}).status_code == 422
    assert client.post(passes, {"to": "x"}).status_code == 422
    assert client.post(passes, {"to": str(world.owner.crm_user.pk)}).status_code == 303
    question.refresh_from_db()
    assert question.asked_of == world.owner.crm_user


def test_it_is_taken_back_by_whoever_asked(client: Client, world: World) -> None:
    question = world.ask(client)
    back = reverse("asks:question-withdraw", args=[question.pk])
    client.force_login(world.mate)
    assert client.post(back).status_code == 403
    client.force_login(world.owner)
    assert client.post(back).status_code == 303
    client.force_login(world.mate)
    assert "pilot" not in client.get(reverse("asks:show")).content.decode()


@pytest.mark.parametrize("form", [{"words": " "}, {"due_on": "2020-01-01"}, {"asked_of": "0"}])
def test_what_cannot_be_asked_is_refused_and_typing_kept(
    client: Client, world: World, form: dict[str, str]
) -> None:
    client.force_login(world.owner)
    day = timezone.now().date().isoformat()
    given = {"asked_of": str(world.mate.crm_user.pk), "due_on": day, "words": "Kept?"} | form
    answer = client.post(reverse("asks:question-put", args=[world.account.pk]), given)
    assert answer.status_code == 422 and not Question.objects.exists()


def test_strangers_find_nothing(client: Client, world: World) -> None:
    question = world.ask(client)
    client.force_login(world.stranger)
    assert client.get(reverse("asks:question-put", args=[world.account.pk])).status_code == 404
    for name in ("answer", "pass", "withdraw"):
        address = reverse(f"asks:question-{name}", args=[question.pk])
        assert client.post(address, {"answer": "x"}).status_code == 404
        assert client.get(address).status_code == 405
    assert "pilot" not in client.get(reverse("asks:show")).content.decode()


def test_a_blocked_action_goes_to_the_named_person_who_frees_it(
    client: Client, world: World
) -> None:
    action = Action.objects.create(account=world.account, subject="Sign the order")
    owner, mate = person_of(world.owner), person_of(world.mate)
    for _ in range(2):
        play_actions.block_action(
            owner, action.pk, "A credit limit", escalate_to=mate.crm_user_id, now=timezone.now()
        )
    question = Question.objects.get(withdrawn_at=None)
    assert (question.subject_kind, question.asked_of_id) == ("action", mate.crm_user_id)
    client.force_login(world.mate)
    body = client.get(reverse("asks:show")).content.decode()
    assert "Sign the order" in body and "A credit limit" in body
    address = reverse("asks:question-answer", args=[question.pk])
    assert client.post(address, {"answer": "Raised to 80."}).status_code == 303
    action.refresh_from_db()
    assert (action.blocked_by, action.escalated_to) == ("", None)


def test_a_blocked_action_passed_on_names_the_next_and_unblocking_ends_it(
    client: Client, world: World
) -> None:
    action = Action.objects.create(account=world.account, subject="Sign the order")
    owner, mate = person_of(world.owner), person_of(world.mate)
    now = timezone.now()
    play_actions.block_action(owner, action.pk, "Credit", escalate_to=mate.crm_user_id, now=now)
    client.force_login(world.mate)
    question = Question.objects.get()
    passes = reverse("asks:question-pass", args=[question.pk])
    assert client.post(passes, {"to": str(owner.crm_user_id)}).status_code == 303
    action.refresh_from_db()
    assert action.escalated_to_id == owner.crm_user_id
    play_actions.block_action(owner, action.pk, "", escalate_to=None, now=now)
    assert not Question.objects.filter(withdrawn_at=None).exists()


def test_who_is_named_hears_of_it_once_and_ticks_it_off(client: Client, world: World) -> None:
    world.ask(client, words="See @Max Ode and @Sue Far", asked_of=str(world.mate.crm_user.pk))
    mention = Mention.objects.get()
    assert mention.named == world.mate.crm_user
    seen = reverse("asks:mention-seen", args=[mention.pk])
    assert client.post(seen).status_code == 404
    client.force_login(world.mate)
    assert "You were named" in client.get(reverse("asks:show")).content.decode()
    assert client.post(seen).status_code == 303
    assert "You were named" not in client.get(reverse("asks:show")).content.decode()


def test_its_mail_names_account_and_act_and_leaves_out_the_words(
    client: Client, world: World
) -> None:
    question = world.ask(client)
    Message.objects.update(leaves_at=timezone.now())
    deliver(world.mate.pk, "mail", now=timezone.now())
    (sent,) = mail.outbox
    assert sent.subject == "Acme: A question for you"
    assert "pilot" not in sent.message().as_string()
    # what was answered meanwhile is not told any more
    Message.objects.update(state="waiting")
    Question.objects.filter(pk=question.pk).update(answer="Yes.", answered_at=timezone.now())
    deliver(world.mate.pk, "mail", now=timezone.now())
    assert len(mail.outbox) == 1 and Message.objects.get().state == "nothing"


def test_a_question_names_what_it_is_about_and_leads_there(client: Client, world: World) -> None:
    ann = makers.contact(world.account, "Ann Lee")
    client.force_login(world.owner)
    put = reverse("asks:question-put", args=[world.account.pk])
    assert "On Ann Lee." in client.get(f"{put}?kind=person&key={ann.pk}").content.decode()
    assert "On Expected landing." in client.get(f"{put}?kind=figure&key=landing").content.decode()
    assert client.get(f"{put}?kind=person&key=999999").status_code == 404
    day = (timezone.now().date() + timedelta(days=3)).isoformat()
    form = {"asked_of": str(world.mate.crm_user.pk), "due_on": day, "words": "Still there?"}
    assert client.post(f"{put}?kind=person&key={ann.pk}", form).status_code == 303
    client.force_login(world.mate)
    desk = client.get(reverse("asks:show")).content.decode()
    assert reverse("stakeholders:person", args=[world.account.pk, ann.pk]) in desk


def test_somebody_elses_person_is_not_named_by_a_guessed_number(
    client: Client, world: World
) -> None:
    hidden = makers.contact(makers.account("Elsewhere"), "Mia Moe")
    client.force_login(world.owner)
    put = reverse("asks:question-put", args=[world.account.pk])
    assert client.get(f"{put}?kind=person&key={hidden.pk}").status_code == 404


def test_questions_on_many_accounts_take_as_many_reads_as_on_one(
    client: Client, world: World
) -> None:
    client.force_login(world.mate)
    user, day = world.mate.crm_user, timezone.now().date()

    def reads(*names: str) -> int:
        for name in names:
            account = makers.account(name, owner=user)
            Question.objects.create(
                account=account, subject_kind="account", words=name, asked_of=user, due_on=day
            )
        with CaptureQueriesContext(connection) as found:
            page = client.get(reverse("asks:show")).content.decode()
        assert all(name in page for name in names)
        return len(found)

    assert reads("One") == reads("Two", "Three", "Four")
