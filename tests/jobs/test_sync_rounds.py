"""The job `sync`: whatever breaks a round, the page says it and there is a next one."""

from __future__ import annotations

import pytest
from django.utils import timezone

from sightline.crm import registry
from sightline.crm.errors import CrmError, Retry
from sightline.jobs.handle import JobHandle
from sightline.jobs.sync import rounds
from sightline.records.models import Job, SyncSchema
from tests.crm.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(now=timezone.now()).connect()
    monkeypatch.setattr(registry, "open_crm", lambda *given, **named: world.crm)
    return world


class Unwatched(JobHandle):
    """A job without a row."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nobody watches."""

    def cancelled(self) -> bool:
        return False


def run(world: World) -> None:
    rounds.run({"id": world.session.connection_id}, Unwatched(0, "nobody"))


def broken(world: World, code: str, kind: Retry) -> None:
    def refuse(place: str) -> str | None:
        if place == "page":
            raise CrmError("No such column 'X'", retry_kind=kind, code=code)
        return None

    world.crm.fault = refuse


def test_a_round_that_is_refused_says_why_and_another_follows(world: World) -> None:
    broken(world, "MALFORMED_QUERY", Retry.NEVER)
    with pytest.raises(CrmError):
        run(world)
    assert world.state().state_note == "MALFORMED_QUERY: No such column 'X'"
    assert Job.objects.filter(name="sync", state="waiting").exists()
    world.crm.fault = lambda place: None
    run(world)
    assert world.state().state_note == ""


def test_what_was_hidden_meanwhile_is_described_with_the_next_round(world: World) -> None:
    broken(world, "INVALID_FIELD", Retry.NEVER)
    run(world)
    assert Job.objects.filter(name="sync", state="waiting").exists()
    assert SyncSchema.objects.earliest("taken_at").taken_at.year == 2000
    world.crm.fault = lambda place: None
    run(world)
    assert SyncSchema.objects.earliest("taken_at").taken_at.year != 2000
