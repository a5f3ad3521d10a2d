"""The map's pages: who sees what, who may change what, and what an edit answers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from sightline.actions import stakeholders as verbs
from sightline.actions.stakeholders import Saying
from sightline.records.models import AccountAccess, Contact, MapLine, Opinion, SignIn
from sightline.records.scoping import person_of
from tests import makers
from tests.web.account.world import World, granted_reader, world

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def of() -> World:
    return world()


def client_of(sign_in: SignIn) -> Client:
    client = Client()
    client.force_login(sign_in)
    return client


def at(of: World, rest: str = "") -> str:
    return f"/accounts/{of.account.pk}/map{rest}"


def person_at(of: World, rest: str = "") -> str:
    return at(of, f"/people/{of.champion.pk}{rest}")


def text(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers or None)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_team_sees_map_panel_table_and_file(of: World) -> None:
    client = client_of(of.seller)
    shown = text(client, at(of))
    assert "Priya Raman" in shown
    assert 'data-move method="post"' in shown
    assert "Asked us in" in text(client, person_at(of), **FRAGMENT)
    assert 'name="tick"' in text(client, at(of, "?table=1"))
    picture = client.get(at(of, ".svg"))
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert "var(--" not in picture.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        *("layout=units", "layout=plot", "view=strength", "view=stance", "view=coverage"),
        *("view=contact", "view=changes&since=2026-01-01", "at=2026-01-01", "role=champion"),
        *("focus=1&folded=1,2", "everybody=1", "words=priya", "layout=x&at=never&page=0"),
    ],
)
def test_every_way_to_see_the_map_answers(of: World, query: str) -> None:
    shown = text(client_of(of.seller), at(of, f"?{query}"))
    assert ("Names and titles are those of today" in shown) == query.startswith("at=")


def test_a_reader_sees_facts_and_no_opinion_and_nothing_to_change(of: World) -> None:
    verbs.draw_line(
        *(person_of(of.seller), of.account.pk, "influences"),
        start_id=of.champion.pk,
        end_id=of.buyer.pk,
        now=timezone.now(),
    )
    client = client_of(granted_reader(of))
    pages = [
        at(of),
        at(of, "?table=1"),
        at(of, "?layout=plot"),
        at(of, "?view=stance"),
        person_at(of),
    ]
    for address in pages:
        shown = text(client, address)
        assert "Priya Raman" in shown
        for hidden in ("Asked us in", "Champion", "influences", "data-move method", "strength 4"):
            assert hidden not in shown, (address, hidden)
    assert "Champion" not in client.get(at(of, ".svg")).content.decode()


def test_an_account_that_is_not_visible_is_not_there(of: World) -> None:
    client = client_of(makers.sign_in("account_manager", user=makers.crm_user()))
    for address in (at(of), person_at(of), at(of, ".svg")):
        assert client.get(address).status_code == 404
    assert client.post(person_at(of, "/say/stance"), {"stance": "neutral"}).status_code == 404
    assert client_of(of.seller).get(at(of, "/people/987654321")).status_code == 404


def test_who_may_read_may_not_write(of: World) -> None:
    client = client_of(granted_reader(of))
    for rest in ("/move", "/lines", "/add", "/bulk", "/reviewed", "/undo/1"):
        assert client.post(at(of, rest)).status_code == 403, rest
    assert client.post(person_at(of, "/say/stance"), {"stance": "neutral"}).status_code == 403
    assert client_of(of.seller).get(at(of, "/move")).status_code == 405


def test_one_field_saves_itself_and_answers_its_version(of: World) -> None:
    client = client_of(of.seller)
    held = Opinion.objects.get(contact=of.champion, kind="stance")
    answer = client.post(
        person_at(of, "/say/stance"), {"stance": "neutral", "version": held.pk}, headers=FRAGMENT
    )
    new = Opinion.objects.get(contact=of.champion, kind="stance", superseded_at=None)
    assert (answer.status_code, answer["X-Sightline-Version"]) == (204, str(new.pk))
    assert new.author_id == of.seller.pk


def test_a_stale_edit_shows_both_values_and_keeps_what_was_typed(of: World) -> None:
    user = makers.crm_user("Mei Tanaka")
    AccountAccess.objects.create(account=of.account, user=user, why="team")
    other = person_of(makers.sign_in("account_manager", user=user, name="Mei Tanaka"))
    held = Opinion.objects.get(contact=of.champion, kind="stance").pk
    theirs = Saying(other, of.account.pk, of.champion.pk, timezone.now())
    verbs.say(theirs, "stance", "indifferent")
    answer = client_of(of.seller).post(
        person_at(of, "/say/stance"), {"stance": "against", "version": held}, headers=FRAGMENT
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    for part in ("Against", "Indifferent", "Mei Tanaka"):
        assert part in shown


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        *(("stance", "loves", 422), ("strength", "9", 422), ("strength", "x", 422)),
        *(("manager", "Nobody Here", 422), ("role", "king", 422), ("title", "CIO", 204)),
        *(("unit", "987654", 422), ("status", "left", 204), ("shoe_size", "44", 403)),
    ],
)
def test_a_field_is_kept_or_refused_in_words(
    of: World, field: str, value: str, status: int
) -> None:
    answer = client_of(of.seller).post(
        person_at(of, f"/say/{field}"), {field: value}, headers=FRAGMENT
    )
    assert answer.status_code == status
    if status == 422:
        assert answer.content.decode().strip()


def test_a_move_draws_the_new_map_says_it_and_can_be_undone(of: World) -> None:
    client = client_of(of.seller)
    answer = client.post(
        at(of, "/move"),
        {"person": of.buyer.pk, "manager": of.champion.pk, "seen": "0"},
        headers=FRAGMENT,
    )
    shown = answer.content.decode()
    assert "Marcus Heidt now reports to Priya Raman." in shown
    assert f'data-manager="{of.champion.pk}"' in shown
    undo = client.session[f"map-undo-{of.account.pk}"]
    client.post(undo)
    assert Contact.objects.get(pk=of.buyer.pk).reports_to_id is None


def test_a_ring_is_refused_in_words_and_a_stale_move_with_409(of: World) -> None:
    client = client_of(of.seller)
    first = {"person": of.buyer.pk, "manager": of.champion.pk, "seen": "0"}
    client.post(at(of, "/move"), first, headers=FRAGMENT)
    ring = {"person": of.champion.pk, "manager": of.buyer.pk}
    answer = client.post(at(of, "/move"), ring, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "close a ring" in answer.content.decode()
    top = {"person": of.buyer.pk, "manager": "", "seen": "0"}
    assert client.post(at(of, "/move"), top, headers=FRAGMENT).status_code == 409


def test_without_script_a_post_turns_back_to_the_page_it_came_from(of: World) -> None:
    answer = client_of(of.seller).post(
        at(of, "/lines"),
        {
            "start": of.buyer.pk,
            "end": "Priya Raman, Chief Information Officer",
            "kind": "conflicts",
        },
        headers={"Referer": f"http://testserver{at(of, '?table=1')}"},
    )
    assert (answer.status_code, answer["Location"]) == (303, at(of, "?table=1"))
    assert MapLine.objects.get().kind == "conflicts"


def test_the_table_changes_many_and_undoes_them_at_once(of: World) -> None:
    client = client_of(of.seller)
    ticked = {"tick": [of.champion.pk, of.buyer.pk]}
    client.post(at(of, "/bulk"), {**ticked, "what": "stance:against"})
    said = Opinion.objects.filter(kind="stance", superseded_at=None)
    assert set(said.values_list("value", flat=True)) == {"against"}
    client.post(client.session[f"map-undo-{of.account.pk}"])
    assert set(said.values_list("value", flat=True)) == {"supports"}


def test_names_of_every_shape_are_found_and_told_apart(of: World) -> None:
    names = ["Żółć Łukasz", "Plato", "Anna Berg", "Anna Berg", "Wolfeschlegelsteinhausen" * 4]
    for name in names:
        makers.contact(of.account, name, title="Buyer")
    client = client_of(of.seller)
    found = text(client, at(of, "?words=zolc"), **{**FRAGMENT, "HX-Target": "map-found"})
    assert "Żółć Łukasz" in found
    assert text(client, at(of)).count("Anna Berg, Buyer (#") >= 2
    answer = client.post(
        person_at(of, "/say/manager"), {"manager": "Anna Berg, Buyer"}, headers=FRAGMENT
    )
    assert answer.status_code == 422


def test_somebody_in_two_units_says_both(of: World) -> None:
    second = makers.unit(of.account, "Logistics")
    client = client_of(of.seller)
    client.post(person_at(of, "/say/second_unit"), {"second_unit": second.pk}, headers=FRAGMENT)
    assert "Manufacturing, Logistics" in text(client, person_at(of), **FRAGMENT)


def test_operations_switch_fields_on_and_name_the_scales(of: World) -> None:
    client = client_of(of.seller)
    assert client.get("/settings/map").status_code == 403
    office = client_of(makers.sign_in("operations"))
    posted = {"version": "1", "fields": ["standing"], "roles": ["user"], "stances-supports": "Fan"}
    assert office.post("/settings/map", posted).status_code == 303
    assert office.post("/settings/map", posted).status_code == 409
    shown = text(client, person_at(of), **FRAGMENT)
    assert "Political standing" in shown
    assert "Fan" in shown
    assert ">Technical<" not in shown


def test_queries_do_not_grow_with_the_people(
    of: World, django_assert_max_num_queries: object
) -> None:
    client = client_of(of.seller)
    for number in range(60):
        makers.contact(of.account, f"Person {number}")
    with django_assert_max_num_queries(66):  # type: ignore[operator]
        text(client, at(of))
    with django_assert_max_num_queries(70):  # type: ignore[operator]
        text(client, at(of, "?table=1"))
