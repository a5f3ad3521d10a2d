"""A reporting line that a later file moves: the map of a day before shows it as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sightline.actions.people_signals import watch_people
from sightline.records.models import Contact, ManagerChange, Signal
from sightline.records.queries.people import people_of
from tests.actions.test_people_signals import Job
from tests.exchange.imports.conftest import identifier

pytestmark = pytest.mark.django_db


def manager_of(key: int, account: int, **asked: Any) -> str | None:
    people = people_of([account], with_opinions=False, **asked)[account].people
    return next(one.reports_to for one in people if one.key == str(key))


def test_a_line_moved_by_a_file_is_kept_and_taken_back_for_a_past_day(family: Any) -> None:
    family.load()
    assert not ManagerChange.objects.exists(), "where somebody began is no move"
    mara, jon, eva = (Contact.objects.get(last_name=name) for name in ("Holt", "Vik", "Dahl"))
    handle = Job()
    watch_people(job=handle)
    columns = "Id AccountId FirstName LastName Title ReportsToId"
    top = identifier("001", 1)
    mara_now = [identifier("003", 1), top, "Mara", "Holt", "Head Buyer", identifier("003", 3)]
    jon_now = [identifier("003", 2), top, "Jon", "Vik", "CFO", identifier("003", 3)]
    for _ in range(2):
        family.write("Contact", columns, [mara_now, jon_now])
        family.load()
    told = ManagerChange.objects.order_by("contact__last_name")
    kept = told.values_list("contact", "before", "after")
    assert list(kept) == [(mara.pk, jon.pk, eva.pk), (jon.pk, None, eva.pk)]
    planning = mara.account.planning_account_id or mara.account_id
    assert manager_of(mara.pk, planning) == str(eva.pk)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert manager_of(mara.pk, planning, on=yesterday) == str(jon.pk)
    assert manager_of(jon.pk, planning, on=yesterday) is None
    watch_people(job=handle)
    assert Signal.objects.get(kind="contact_title").contact_id == mara.pk
