"""Suggestions: ranked over all customers, with evidence, declined once and for all."""

from __future__ import annotations

import pytest
from django.test import Client

from sightline.actions.suggesting import rank_all
from sightline.records.models import DeclinedSuggestion, Suggestion, SuggestionRun
from tests import makers
from tests.web.whitespace.test_grid import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(world: World) -> World:
    """Twelve like units; nine of them own Analytics too, six since lately."""
    _core, analytics, training = world.lines
    run = SuggestionRun.objects.create(
        ledger_version=3,
        as_of=makers.TODAY,
        whole=True,
        buyers=40,
        months=6,
        lines={str(analytics.pk): [17, 6], str(training.pk): [2, 0]},
    )
    Suggestion.objects.create(
        run=run,
        account=world.account,
        unit=world.units[0],
        peers=12,
        similarity=0.6,
        shared=1.4,
        owned=2,
        lines=[[analytics.pk, 9, 6], [training.pk, 1, 0]],
    )
    return world


def test_the_best_cells_are_named_with_their_evidence_in_words(
    client: Client, ranked: World
) -> None:
    client.force_login(ranked.owner)
    body = client.get(ranked.url("show")).content.decode()
    assert "Analytics in Europe" in body
    assert "9 of 12 units like this also own Analytics (6 of them started in the last 6" in body
    assert "across all 40 units, 17 do" in body
    why = body[body.index("Why here?") :]
    assert "Similar units that own it" in why and "9 of 12" in why  # its inputs
    assert body.index("Analytics in Europe") < body.index("Training in Europe")
    assert "Core in Europe</a></h3>" not in body  # it is sold there


def test_similar_units_are_named_where_the_reader_may_see_them(
    client: Client, ranked: World
) -> None:
    core, analytics, training = (line.pk for line in ranked.lines)
    mine = Suggestion.objects.get()
    Suggestion.objects.filter(pk=mine.pk).update(holds=[core, training], edge=0.5)
    told = {"run": mine.run, "peers": 12, "similarity": 0.6, "shared": 1.4, "owned": 2}
    for name, owner, holds in (
        ("Seen and like", ranked.owner.crm_user, [core, training, analytics]),
        ("Seen, owns it not", ranked.owner.crm_user, [core, training]),
        ("Seen and unlike", ranked.owner.crm_user, [analytics, core, 999, 998]),
        ("Somebody's else", makers.crm_user(), [core, training, analytics]),
    ):
        account = makers.account(name, owner=owner)
        Suggestion.objects.create(account=account, holds=holds, edge=0.5, **told)
    client.force_login(ranked.owner)
    body = client.get(ranked.url("show")).content.decode()
    asked = f"account={ranked.account.pk}&amp;unit={ranked.units[0].pk}&amp;line={analytics}"
    address = f"/analytics/behind/alike?{asked}"
    assert f'href="{address}"' in body
    listed = client.get(address.replace("&amp;", "&")).content.decode()
    assert "9 of the 12 most similar units own it" in listed
    assert listed.index("Seen and like") < listed.index("Seen, owns it not")
    assert "Seen and unlike" not in listed and "Somebody" not in listed
    few = client.get(f"/analytics/behind/alike?account={ranked.account.pk}&line=x")
    assert "Nobody could be compared" in few.content.decode()
    stranger = makers.sign_in("account_manager", user=makers.crm_user())
    client.force_login(stranger)
    assert "Nobody could be compared" in client.get(address.replace("&amp;", "&")).content.decode()


def test_a_declined_cell_is_not_suggested_again_until_somebody_says_so(
    client: Client, ranked: World
) -> None:
    client.force_login(ranked.owner)
    client.get(ranked.url("show"))
    cell = (str(ranked.units[0].pk), str(ranked.lines[1].pk))
    assert client.post(ranked.url("cell-decline", *cell), {"reason": " "}).status_code == 303
    assert not DeclinedSuggestion.objects.exists()
    client.post(ranked.url("cell-decline", *cell), {"reason": "they <never> buy it"})
    body = client.get(ranked.url("show")).content.decode()
    assert "Analytics in Europe</a></h3>" not in body
    assert "they &lt;never&gt; buy it" in body
    assert client.get(ranked.url("cell-decline", *cell)).status_code == 405
    client.post(ranked.url("cell-suggest", *cell))
    assert "Analytics in Europe</a></h3>" in client.get(ranked.url("show")).content.decode()


def test_peers_of_the_unit_stand_in_for_a_need_nobody_asked_about(
    client: Client, ranked: World
) -> None:
    client.force_login(ranked.owner)
    cell = ranked.url("cell", str(ranked.units[0].pk), str(ranked.lines[1].pk))
    assert "75%" in client.get(cell).content.decode()


def test_somebody_else_may_not_decline(client: Client, ranked: World) -> None:
    cell = (str(ranked.units[0].pk), str(ranked.lines[1].pk))
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    for name in ("cell-decline", "cell-suggest"):
        assert client.post(ranked.url(name, *cell), {"reason": "x"}).status_code == 404
    client.force_login(ranked.owner)
    assert client.post(ranked.url("cell-decline", "424242", cell[1])).status_code == 404


class _Job:
    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nobody watches."""


def test_without_revenue_lines_nothing_is_ranked(world: World) -> None:
    SuggestionRun.objects.create(ledger_version=1, as_of=makers.TODAY, whole=True)
    assert rank_all(job=_Job()) == 0
    assert not SuggestionRun.objects.exists()
