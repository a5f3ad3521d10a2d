"""Off-trend revenue: three rivals in words, a belief before the total, a board on demand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import (
    CellMeasures,
    Explanation,
    ExplanationEvidence,
    ExplanationRevision,
)
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def helvion(db: None, client: Client) -> World:
    made = worlds.world()
    CellMeasures.objects.filter(product_line=made.core).update(r12=500_000, r12_before=2_000_000)
    client.force_login(made.seller)
    return made


def at(name: str, of: World, *rest: int) -> str:
    return reverse(f"explanations:{name}", args=[of.account.pk, *rest])


def reading(client: Client, of: World, **values: object) -> dict[str, object]:
    question = client.get(at("show", of)).context["questions"][0]
    return {
        "key": question.key,
        "rival-1": "data_artefact",
        "rival-2": "regression_to_mean",
        "rival-3": "competitor",
        "for-3": "Quorbit was seen",
        "belief": "competitor",
        "would_change": "A tender notice",
        "look_again": (worlds.today() + timedelta(days=30)).isoformat(),
        **values,
    }


def test_a_fall_opens_a_question_with_artefact_and_mean_first(
    client: Client, helvion: World
) -> None:
    question = client.get(at("show", helvion)).context["questions"][0]
    assert question.line == "Core platform"
    assert [one.name for one in question.rivals] == ["data_artefact", "regression_to_mean", ""]


def test_three_rivals_a_belief_what_would_change_it_and_a_date(
    client: Client, helvion: World
) -> None:
    for missing in ("rival-3", "belief", "would_change", "look_again"):
        refused = client.post(at("explain", helvion), reading(client, helvion) | {missing: ""})
        assert refused.status_code == 422, missing
    assert client.post(at("explain", helvion), reading(client, helvion)).status_code == 303
    row = Explanation.objects.get()
    assert (row.belief, row.state, len(row.rivals)) == ("competitor", "answered", 3)
    assert ExplanationRevision.objects.count() == 1
    stale = reading(client, helvion, belief="price", version=0)
    both = client.post(at("explain", helvion), stale | {"for-3": "Prices rose in March"})
    body = both.content.decode()
    assert both.status_code == 409
    assert "Quorbit was seen" in body and 'value="Prices rose in March"' in body
    assert f'value="{stale["look_again"]}"' in body and 'name="version" value="1"' in body
    unseen = {name: value for name, value in stale.items() if name != "version"}
    assert client.post(at("explain", helvion), unseen).status_code == 409
    on_top = client.post(at("explain", helvion), stale | {"version": 1})
    assert on_top.status_code == 303 and Explanation.objects.get().belief == "price"


def test_the_board_weighs_evidence_and_names_the_next_best_question(
    client: Client, helvion: World
) -> None:
    client.post(at("explain", helvion), reading(client, helvion))
    row = Explanation.objects.get()
    url = at("board", helvion, row.pk)
    assert {line.total for line in client.get(url).context["board"].rows} != {""}
    column = {"words": "Users still log in", "reliability": "1", "on-competitor": "strongly_for"}
    assert client.post(at("column-add", helvion, row.pk), column).status_code == 303
    asked = {"words": "Is the price lower there?", "asked": "1", "on-price": "strongly_for"}
    client.post(at("column-add", helvion, row.pk), asked | {"reliability": "1"})
    board = client.get(url).context["board"]
    assert board.next_best == "Is the price lower there?"
    totals = {line.name: int(line.total.removesuffix("%")) for line in board.rows}
    assert totals["competitor"] == max(totals.values())
    bad = {"words": "x", "reliability": "1", "on-competitor": "certainly"}
    assert client.post(at("column-add", helvion, row.pk), bad).status_code == 422
    kept = ExplanationEvidence.objects.earliest("pk")
    client.post(at("column-remove", helvion, row.pk, kept.pk))
    assert len(client.get(url).context["board"].columns) == 1


def test_it_is_settled_once_it_is_known(client: Client, helvion: World) -> None:
    client.post(at("explain", helvion), reading(client, helvion))
    row = Explanation.objects.get()
    sent = {"truth": "scope_finished", "version": row.version}
    assert client.post(at("settle", helvion, row.pk), sent).status_code == 303
    assert Explanation.objects.get().state == "settled"


def test_who_may_explain(client: Client, helvion: World) -> None:
    sent = reading(client, helvion)
    for person, status in (
        (worlds.granted_reader(helvion), 403),
        (makers.sign_in("marketing"), 403),
        (makers.sign_in("account_manager"), 404),
    ):
        client.force_login(person)
        assert client.post(at("explain", helvion), sent).status_code == status
    client.force_login(helvion.seller)
    assert client.get(at("explain", helvion)).status_code == 405
    assert client.post(at("explain", helvion), sent | {"key": "line:0|x"}).status_code == 404
    assert client.get(at("board", helvion, 9999)).status_code == 404
