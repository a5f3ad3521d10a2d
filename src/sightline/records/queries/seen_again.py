"""Leavers of other accounts who may be among an account's people: asked of those who see both."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from sightline.planning.parameters import Parameters
from sightline.planning.permissions import Category
from sightline.planning.stakeholders.again import (
    Ground,
    SeenAgainParameters,
    Trace,
    mail_local,
    mail_name,
    plain_name,
    sightings,
)
from sightline.records.models import Contact, SeenAgain
from sightline.records.queries.account_scope import AccountScope
from sightline.records.reach import open_here
from sightline.records.scoping import Person

_FIELDS = ("pk", "name", "title", "email", "profile_url", "outside_id")
# in words of the index `contact_gone`: with values handed in no database can tell that it serves
_GONE = RawSQL("records_contact.status IN ('left', 'moved')", (), output_field=BooleanField())
MOST = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: is this person of ours here the one who left there? Facts only."""

    leaver_id: int
    found_id: int
    name: str
    title: str
    was_name: str
    was_title: str
    was_account: str
    grounds: tuple[Ground, ...]
    answer: str


def asked_here(person: Person, scope: AccountScope, *, parameters: Parameters) -> tuple[Asked, ...]:
    """Open questions and those answered with yes, of one account. Four queries."""
    numbers = parameters.section(SeenAgainParameters, "seen_again")
    here = _here(scope)
    if not here:
        return ()
    leavers = _leavers(person, scope, here, numbers)
    traces = {key: one for key, (one, _) in leavers.items()}
    pairs = sightings(traces.values(), found=here.values(), parameters=numbers)
    answers = {
        (leaver, found): answer
        for leaver, found, answer in SeenAgain.objects.filter(
            leaver_id__in=[int(one.leaver) for one in pairs]
        ).values_list("leaver_id", "found_id", "answer")
    }
    rows = []
    for one in pairs:
        answer = answers.get((int(one.leaver), int(one.found)), "")
        if answer == SeenAgain.Answer.OTHER:
            continue
        trace, account = leavers[one.leaver]
        there = here[one.found]
        rows.append(
            Asked(
                leaver_id=int(one.leaver),
                found_id=int(one.found),
                name=there.name,
                title=there.title,
                was_name=trace.name,
                was_title=trace.title,
                was_account=account,
                grounds=one.grounds,
                answer=answer,
            )
        )
    return tuple(rows[:MOST])


def _here(scope: AccountScope) -> dict[str, Trace]:
    rows = Contact.objects.filter(
        account_id__in=scope.seen_ids,
        removed_at=None,
        erased_at=None,
        is_placeholder=False,
        status=Contact.Status.ACTIVE,
    ).values_list(*_FIELDS)
    return {str(row[0]): Trace(str(row[0]), *row[1:]) for row in rows}


def _leavers(
    person: Person, scope: AccountScope, here: dict[str, Trace], numbers: SeenAgainParameters
) -> dict[str, tuple[Trace, str]]:
    """Those who left other accounts that this person may see too, and who could be one of these:
    narrowed by name, address, profile and id before anything else is asked of them."""
    names = {plain_name(one.name) for one in here.values()}
    mails = {mail_name(one.email, parameters=numbers) for one in here.values()} - {""}
    other = {part for one in here.values() for part in (one.profile, one.outside_id) if part}
    gone = Contact.objects.filter(_GONE, erased_at=None)
    alike = {}
    for row in gone.values_list(*_FIELDS):
        pk, name, _title, email, profile, outside_id = row
        known = profile in other or outside_id in other or mail_local(email) in mails
        if known or plain_name(name) in names:
            alike[pk] = Trace(str(pk), *row[1:])
    if not alike:
        return {}
    elsewhere = gone.exclude(account__planning_account_id=scope.planning_id).filter(
        open_here(person, Category.FACTS), pk__in=alike
    )
    return {
        alike[pk].key: (alike[pk], account)
        for pk, account in elsewhere.values_list("pk", "account__name")
    }
