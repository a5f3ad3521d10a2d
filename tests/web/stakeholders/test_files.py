"""The map taken out: the same drawing as slides, PDF and SVG, and what it leaves out to be shown."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pptx import Presentation
from pypdf import PdfReader

from sightline.actions import map_files
from sightline.actions import stakeholders as verbs
from sightline.actions.stakeholders import NewPerson, Saying
from sightline.jobs.handle import JobHandle
from sightline.jobs.people_data import erase
from sightline.jobs.worker import Worker
from sightline.planning.errors import NotAllowed
from sightline.records.models import AccountAccess, Contact, Job, JournalEntry, Opinion
from sightline.records.scoping import person_of
from tests import makers
from tests.web.account.world import World, granted_reader, today, world

pytestmark = pytest.mark.django_db
LONG = "Wolfgang Amadeus von und zu Habsburg-Lothringen-Esterházy " * 2


@pytest.fixture
def of() -> World:
    found = world()
    who = person_of(found.seller)
    boss = makers.contact(found.account, "Łukasz Żółć", title="Prezes")
    makers.contact(found.account, LONG.strip(), title="Head")
    Contact.objects.filter(pk=found.champion.pk).update(reports_to=boss)
    new = {"now": timezone.now(), "on": today()}
    verbs.add_person(who, found.account.pk, NewPerson(role="economic_buyer"), **new)  # type: ignore[arg-type]
    saying = Saying(who, found.account.pk, boss.pk, timezone.now())
    verbs.say(saying, "stance", "against")
    ends = {"start_id": boss.pk, "end_id": found.champion.pk}
    verbs.draw_line(who, found.account.pk, "conflicts", **ends, now=timezone.now())
    return found


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: object) -> None:
    settings.SIGHTLINE_DATA = tmp_path  # type: ignore[attr-defined]


def taken(of: World, rest: str, sign_in: object = None) -> bytes:
    """What whoever takes it out gets: the SVG at once, anything else once a worker has drawn it."""
    client = Client()
    client.force_login(sign_in or of.seller)  # type: ignore[arg-type]
    kind, _, query = rest.partition("?")
    if kind == "svg":
        answer = client.get(f"/accounts/{of.account.pk}/map.{rest}")
        assert "attachment" in answer["Content-Disposition"]
        return answer.content
    followed = client.post(f"/accounts/{of.account.pk}/map/make/{kind}?{query}")["Location"]
    assert "Waiting for the worker" in client.get(followed).content.decode()
    assert client.get(f"{followed}/file").status_code == 404
    Worker().run_all()
    assert "Download" in client.get(followed).content.decode()
    answer = client.get(f"{followed}/file")
    assert f"map-helvion-industries.{kind}" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def words_of(deck: bytes) -> str:
    """All that a presentation says, what its shapes are called and described as included."""
    found = []
    for slide in Presentation(io.BytesIO(deck)).slides:
        for shape in slide.shapes:
            found += [shape.name, shape._element._nvXxPr.cNvPr.get("descr", "")]
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


@pytest.mark.parametrize("query", ["", "?layout=units", "?layout=plot"])
def test_slides_hold_the_drawing_as_shapes_inside_their_edges(of: World, query: str) -> None:
    told = taken(of, f"pptx{query}")
    deck = Presentation(io.BytesIO(told))
    shapes = list(deck.slides[0].shapes)
    names = {shape.name for shape in shapes}
    assert {"Łukasz Żółć", "Priya Raman", LONG.strip()} <= names
    # programs mend a slide with two shapes of one number, and say that it was damaged
    numbers = [shape.shape_id for shape in shapes]
    assert len(set(numbers)) == len(numbers) > 10
    assert deck.slides[0].shapes.title.text_frame.text == "People of Helvion Industries"
    for shape in shapes:
        assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width, shape.name
        assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height, shape.name
    text = words_of(told)
    for part in ("Prezes", "Champion", "stance: Against", "the team of this account only"):
        assert part in text
    assert ("is in conflict with Priya Raman" in text) is ("plot" not in query)


def test_the_pdf_is_tagged_and_holds_the_whole_drawing_on_its_first_page(of: World) -> None:
    read = PdfReader(io.BytesIO(taken(of, "pdf")))
    first = read.pages[0].extract_text()
    for part in ("People of Helvion Industries", "Łukasz Żółć", "Priya Raman", "Champion"):
        assert part in first
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    # who does not fit in a box stands whole in the table
    assert "Esterházy" in " ".join(page.extract_text() for page in read.pages[1:])


def test_to_be_shown_it_holds_facts_alone(of: World) -> None:
    Opinion.objects.filter(contact=of.champion).update(reason="Asked us in")
    for text in (words_of(taken(of, "pptx?plain=1")), taken(of, "svg?plain=1").decode()):
        assert "Priya Raman" in text and "Prezes" in text
        for hidden in ("gainst", "Champion", "Unknown", "conflict", "Asked us", "strength", "DW"):
            assert hidden not in text, hidden


def test_who_sees_no_opinions_takes_none_out_and_who_sees_nothing_gets_nothing(of: World) -> None:
    reader = granted_reader(of)
    for text in (words_of(taken(of, "pptx", reader)), taken(of, "svg", reader).decode()):
        assert "Priya Raman" in text
        assert "gainst" not in text and "Champion" not in text and "conflict" not in text
    client = Client()
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    at = f"/accounts/{of.account.pk}/map"
    assert client.get(f"{at}.svg").status_code == 404
    for kind in ("pdf", "pptx"):
        assert client.post(f"{at}/make/{kind}").status_code == 404


def test_a_file_is_for_whoever_asked_while_they_may_see_what_is_on_it(of: World) -> None:
    client = Client()
    client.force_login(of.seller)
    at = f"/accounts/{of.account.pk}/map"
    assert client.get(f"{at}/make/pptx").status_code == 405
    assert client.post(f"{at}/make/docx").status_code == 404
    followed = client.post(f"{at}/make/pptx")["Location"]
    assert JournalEntry.objects.filter(verb="take_out_map", account=of.account).count() == 1
    Worker().run_all()
    job = Job.objects.get(name="people_map")
    # the queue keeps neither names nor what is thought of anybody
    assert "Priya" not in json.dumps(job.payload) and "gainst" not in json.dumps(job.payload)
    assert client.get(f"/accounts/{of.account.pk + 1}/map/files/{job.pk}").status_code == 404
    reader = Client()
    reader.force_login(granted_reader(of))
    assert reader.get(followed).status_code == 404
    wanted = map_files.Wanted("pptx", paper="x", opinions=True, roles=True)
    with pytest.raises(NotAllowed):
        map_files.draw_map(person_of(granted_reader(of)), of.account.pk, wanted)
    AccountAccess.objects.filter(account=of.account).delete()
    assert client.get(f"{followed}/file").status_code == 404


def test_a_file_can_be_stopped_and_goes_when_somebody_is_erased(of: World, tmp_path: Path) -> None:
    client = Client()
    client.force_login(of.seller)
    at = f"/accounts/{of.account.pk}/map"
    stopped = client.post(f"{at}/make/pdf")["Location"]
    assert "Stopped" in client.post(f"{stopped}/stop", follow=True).content.decode()
    drawn = client.post(f"{at}/make/pptx")["Location"]
    Worker().run_all()
    left = client.post(f"{at}/make/pptx")["Location"]
    erase({"contact": of.champion.pk}, JobHandle(0, "test"))
    assert list((tmp_path / "prints").iterdir()) == []
    assert "Not kept any more" in client.get(drawn).content.decode()
    Worker().run_all()
    assert "Download" not in client.get(left).content.decode()
    assert list((tmp_path / "prints").iterdir()) == []
