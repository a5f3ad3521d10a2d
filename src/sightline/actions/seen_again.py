"""The answer to whether two contacts are one person. Nothing that was thought of them travels."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sightline.actions import journal
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.records.models import Contact, SeenAgain
from sightline.records.scoping import Person, may_on, visible_accounts


def answer(person: Person, leaver_id: int, found_id: int, *, same: bool, now: datetime) -> None:
    """Keep what somebody says who sees both accounts and writes opinions in the second.

    Raises InvalidValue for people they may not see, NotAllowed where they may only read.
    """
    with transaction.atomic():
        seen = Contact.objects.filter(
            account__in=visible_accounts(person), erased_at=None
        ).select_related("account")
        both = {one.pk: one for one in seen.filter(pk__in=(leaver_id, found_id))}
        if len(both) != 2:
            raise InvalidValue("There is no such person, or you may not see them.", field="person")
        found = both[found_id]
        if not may_on(person, found.account_id, Category.OPINIONS, Act.WRITE):
            raise NotAllowed("Only the account's team answers this.")
        word = SeenAgain.Answer.SAME if same else SeenAgain.Answer.OTHER
        row, made = SeenAgain.objects.get_or_create(
            leaver_id=leaver_id,
            found_id=found_id,
            defaults={"answer": word, "answered_by_id": person.id, "answered_at": now},
        )
        before = None if made else row.answer
        if before == word:
            return
        if not made:
            SeenAgain.objects.filter(pk=row.pk).update(
                answer=word, answered_by=person.id, answered_at=now
            )
        journal.record(
            "say_seen_again",
            actor_id=person.id,
            account_id=found.account_id,
            subject=found,
            changes={"answer": (before, word.value), "leaver": (None, leaver_id)},
        )
