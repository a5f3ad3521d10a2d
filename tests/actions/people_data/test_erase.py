"""A planted name that nobody else has must be gone everywhere once the person is erased."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.db import transaction

from sightline.actions import journal, people_data
from sightline.actions.imports.erased import digest_of
from sightline.actions.ledger import DatabaseCatalogue
from sightline.exchange.exports.person_file import write_person
from sightline.exchange.imports.erased_files import forget_files
from sightline.jobs import people_data as jobs
from sightline.ledger.parts import arrow_schema, write_part
from sightline.ledger.tables import ACTIVITIES
from sightline.ledger.version import part_path
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.parameters import load_defaults
from sightline.records.models import (
    Action,
    Contact,
    ErasedOutsideId,
    ImportRefusal,
    ImportRun,
    JournalEntry,
    LedgerPart,
    Opinion,
    Plan,
    RenewalStrategy,
    Signal,
    Source,
    SyncConnection,
    SyncCrossing,
    SyncInboxRow,
    SyncLink,
)
from sightline.records.queries.people_data import erasures, held_person, person_data
from sightline.records.scoping import Person
from tests import makers
from tests.stakeholder_world import TODAY, World, world

pytestmark = pytest.mark.django_db
NAME = "Zephyrine Quöckenbüsch"
MAIL = "zephyrine.q@helvion.example"
OUTSIDE = "003ZEPHYRQ000001AAA"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Job:
    """A job that nobody watches."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nothing."""


@pytest.fixture(autouse=True)
def folders(settings: object, tmp_path: Path) -> None:
    """Ledger and uploads of this test alone."""
    settings.SIGHTLINE_LEDGER = str(tmp_path / "ledger")  # type: ignore[attr-defined]
    settings.SIGHTLINE_UPLOADS = str(tmp_path / "uploads")  # type: ignore[attr-defined]
    settings.SIGHTLINE_DATA = str(tmp_path)  # type: ignore[attr-defined]


def planted() -> World:
    """Ana bears the rare name, and it stands wherever a text or a file may hold one."""
    one = world(ana=NAME)
    Contact.objects.filter(pk=one.ana.pk).update(email=MAIL, outside_id=OUTSIDE)
    one.ana.refresh_from_db()
    Opinion.objects.create(contact=one.ana, kind="note", value="", reason=f"{NAME} prefers calls")
    Action.objects.create(account=one.account, subject=f"Call {NAME}", contact=one.ana)
    Action.objects.create(account=one.account, subject="List", checklist=[[f"Ask {NAME}!", False]])
    RenewalStrategy.objects.create(
        contract=one.contract, decider=one.ana, notes=f"{NAME.upper()} decides"
    )
    _plan(one)
    Plan.objects.update(thesis=f"Grow with {NAME}, {MAIL} and Straße")
    Signal.objects.create(
        account=one.account, kind="contact_quiet", key="x", contact=one.ana, observed_on=TODAY
    )
    _sync(one)
    _files()
    with transaction.atomic():
        journal.record("edit_person", actor_id=None, subject=one.ana, changes={"name": ("", NAME)})
        journal.record("set_note", actor_id=None, account_id=one.account.pk, note=f"said {NAME}")
    return one


def _sync(one: World) -> None:
    source = Source.objects.create(name="CRM")
    connection = SyncConnection.objects.create(source=source, name="CRM", brand="memory")
    link = SyncLink.objects.create(
        connection=connection,
        target="Contact",
        local_id=one.ana.pk,
        remote_id=OUTSIDE,
        base={"name": [NAME, NAME]},
    )
    SyncCrossing.objects.create(link=link, field="name", way="in", after=NAME)
    SyncInboxRow.objects.create(
        connection=connection,
        object="Contact",
        remote_id=OUTSIDE,
        stamp=NOW,
        digest="1",
        content={"Name": NAME},
    )


def _files() -> None:
    run = ImportRun.objects.create(kind="contacts", title=f"{NAME}.csv", state="done")
    ImportRefusal.objects.create(
        run=run, file="a.csv", row=2, code="x", message=f"{NAME} has no account", raw={"n": NAME}
    )
    for number, text in ((run.pk, f"Name\n{NAME}\n"), (run.pk + 1, "Name\nSomebody Else\n")):
        folder = Path(settings.SIGHTLINE_UPLOADS) / "imports" / str(number) / "incoming"
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text(text, encoding="utf-8")
    packed = Path(settings.SIGHTLINE_UPLOADS) / "imports" / "9000" / "incoming"
    packed.mkdir(parents=True)
    with zipfile.ZipFile(packed / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", f"<t>{NAME}</t>")


def _ledger(one: World) -> LedgerPart:
    rows: dict[str, list[Any]] = {name: [None, None] for name in arrow_schema(ACTIVITIES).names}
    rows |= {
        "account": [str(one.account.pk)] * 2,
        "contact": [str(one.ana.pk), str(one.bo.pk)],
        "our_person": [str(one.user.pk)] * 2,
        "kind": ["mail", "mail"],
        "direction": ["in", "in"],
        "at": [date(2026, 11, 1), date(2020, 1, 1)],
    }
    batch = pa.RecordBatch.from_pydict(rows, schema=arrow_schema(ACTIVITIES))
    folder = Path(settings.SIGHTLINE_LEDGER)
    catalogue = DatabaseCatalogue()
    catalogue.commit(
        [write_part(folder, ACTIVITIES, [batch], source="import:1")], expected_version=0
    )
    return LedgerPart.objects.get()


def everything() -> Iterator[str]:
    """Every row of every table, and every file, as text."""
    for model in apps.get_app_config("records").get_models():
        for row in serializers.serialize("python", model._default_manager.all()):
            yield f"{row['model']}: " + json.dumps(row["fields"], ensure_ascii=False, default=str)
    for path in Path(settings.SIGHTLINE_UPLOADS).rglob("*"):
        if path.is_file():
            yield f"{path}: " + path.read_bytes().decode("utf-8", "replace")


def operations() -> Person:
    return makers.person("operations")


def ask(one: World, by: Person) -> None:
    people_data.ask_erasure(by, one.ana.pk, seen_version=one.ana.version, confirmed=True, now=NOW)


def test_a_rare_name_is_gone_from_every_table_and_file() -> None:
    one = planted()
    _ledger(one)
    by = operations()
    ask(one, by)
    jobs.erase({"contact": one.ana.pk, "by": by.id}, Job())  # type: ignore[arg-type]
    for text in everything():
        for word in ("quöckenbüsch", MAIL, OUTSIDE.lower()):
            assert word not in text.casefold(), text
    assert Path(settings.SIGHTLINE_UPLOADS, "imports", "9000").exists() is False


def test_the_person_is_hidden_in_the_moment_it_is_asked() -> None:
    one = planted()
    by = operations()
    assert held_person(by, one.ana.pk) is not None
    ask(one, by)
    assert held_person(by, one.ana.pk) is None


def test_what_points_to_the_person_keeps_its_shape_and_others_keep_their_data() -> None:
    one = planted()
    people_data.erase(one.ana.pk, actor_id=None)
    strategy = RenewalStrategy.objects.get()
    assert strategy.decider_id is None
    assert strategy.notes == "[erased] decides"
    assert Plan.objects.get().thesis == "Grow with [erased], [erased] and Straße"
    assert set(Action.objects.values_list("subject", flat=True)) == {"Call [erased]", "List"}
    entry = JournalEntry.objects.get(verb="edit_person")
    assert entry.changes == {"name": [None, None]}
    assert Contact.objects.get(pk=one.bo.pk).name == "Bo Ek"
    assert Contact.objects.filter(pk=one.ana.pk, name="").exists()


def _plan(one: World) -> Plan:
    return Plan.objects.create(
        account=one.account,
        year=2027,
        starts_on=date(2026, 10, 1),
        ends_on=date(2027, 9, 30),
        currency="GBP",
    )


def test_one_of_the_same_name_elsewhere_keeps_theirs() -> None:
    one = planted()
    elsewhere = makers.account("Castellan")
    makers.contact(elsewhere, NAME)
    Action.objects.create(account=elsewhere, subject=f"Call {NAME}")
    people_data.erase(one.ana.pk, actor_id=None)
    assert Contact.objects.filter(name=NAME).count() == 1
    assert Action.objects.get(account=elsewhere).subject == f"Call {NAME}"
    assert Plan.objects.get().thesis == "Grow with [erased], [erased] and Straße"


def test_a_name_of_one_word_does_not_blank_other_words() -> None:
    one = world()
    Action.objects.create(account=one.account, subject="Cy and the cycle of Cyprus")
    people_data.erase(one.cy.pk, actor_id=None)
    assert Action.objects.get().subject == "[erased] and the cycle of Cyprus"


def test_the_ledger_forgets_the_key_in_every_version_and_keeps_the_day() -> None:
    one = planted()
    old = _ledger(one)
    place = part_path(Path(settings.SIGHTLINE_LEDGER), DatabaseCatalogue().current().parts[0])
    people_data.erase(one.ana.pk, actor_id=None)
    part = LedgerPart.objects.get()
    assert part.pk != old.pk
    assert part.rows == 2
    assert not place.exists()
    new = part_path(Path(settings.SIGHTLINE_LEDGER), DatabaseCatalogue().current().parts[0])
    kept = pq.read_table(new).column("contact").to_pylist()
    assert sorted(kept) == ["", str(one.bo.pk)]


def test_the_outside_id_is_kept_as_a_keyed_hash_so_that_no_import_brings_them_back() -> None:
    one = planted()
    people_data.erase(one.ana.pk, actor_id=None)
    assert ErasedOutsideId.objects.filter(digest=digest_of(OUTSIDE)).count() == 1


def test_the_record_of_it_names_no_one_and_counts_what_went() -> None:
    one = planted()
    by = operations()
    ask(one, by)
    people_data.erase(one.ana.pk, actor_id=by.id)
    (record,) = erasures()
    assert record.rows > 5
    assert record.asked_by == by.name
    assert record.done_at is not None
    assert people_data.erase(one.ana.pk, actor_id=by.id) is None


def test_only_operations_asks_confirmed_and_on_what_they_saw() -> None:
    one = planted()
    team = makers.person("account_manager", user=makers.crm_user())
    with pytest.raises(NotAllowed):
        ask(one, team)
    with pytest.raises(NotAllowed):
        people_data.note_export(team, one.ana.pk)
    by = operations()
    for version, confirmed, code in ((1, False, "planning"), (7, True, "stale_person")):
        with pytest.raises(PlanningError) as refused:
            people_data.ask_erasure(
                by, one.ana.pk, seen_version=version, confirmed=confirmed, now=NOW
            )
        assert refused.value.code == code or not confirmed
    with pytest.raises(people_data.NothingHeld):
        people_data.ask_erasure(by, 999_999, seen_version=1, confirmed=True, now=NOW)


def test_the_file_for_the_person_holds_what_is_held_and_no_other_name() -> None:
    one = planted()
    data = person_data(operations(), one.ana.pk)
    assert data is not None
    file = io.BytesIO()
    write_person(file, data)
    with zipfile.ZipFile(file) as archive:
        whole = json.loads(archive.read("person.json"))
        assert whole["person"]["name"] == NAME
        assert {row["kind"] for row in whole["opinion"]} == {"stance", "note"}
        assert "opinion.csv" in archive.namelist()
        assert archive.read("person.csv").startswith(b"\xef\xbb\xbf")
        assert len(whole["contact_days"]) == 12
        for name in archive.namelist():
            assert "Bo Ek" not in archive.read(name).decode()
    again = io.BytesIO()
    write_person(again, data)
    assert again.getvalue() == file.getvalue()


def test_files_without_the_name_stay(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "a.csv").write_text("Name\nSomebody\n")
    assert forget_files(tmp_path, [NAME]) == 0
    (tmp_path / "1" / "b.csv").write_text(f"Name\n{NAME}\n", encoding="cp1252")
    assert forget_files(tmp_path, [NAME]) == 1
    assert forget_files(tmp_path, []) == 0


def test_each_kind_ends_after_its_own_time() -> None:
    one = world()
    given = datetime(2026, 1, 10, tzinfo=UTC)
    Opinion.objects.all().delete()
    for kind in ("stance", "note"):
        Opinion.objects.create(contact=one.cy, kind=kind, value="", rated_at=given)
        Opinion.objects.create(contact=one.ana, kind=kind, value="", rated_at=given)
    _activity = {"last_contact_on": date(2027, 6, 1), "ledger_version": 1, "as_of": TODAY}
    one.ana.activity.__class__.objects.filter(contact=one.ana).update(**_activity)
    parameters = load_defaults()
    early = people_data.end_what_is_past(date(2027, 1, 1), parameters=parameters)
    assert not early.any
    year = people_data.end_what_is_past(date(2027, 1, 10), parameters=parameters)
    assert (year.notes, year.opinions) == (1, 0)
    two = people_data.end_what_is_past(date(2028, 1, 10), parameters=parameters)
    assert (two.notes, two.opinions) == (0, 1)
    last = people_data.end_what_is_past(date(2029, 6, 1), parameters=parameters)
    assert (last.notes, last.opinions) == (1, 1)
    assert not Opinion.objects.exists()


def test_values_of_the_journal_end_and_the_record_of_who_and_when_stays() -> None:
    with transaction.atomic():
        entry = journal.record("edit_person", actor_id=None, changes={"title": ("a", "b")})
        kept = journal.record("erase_person", actor_id=None, changes={"opinion": (2, 0)})
    old = datetime(2023, 1, 1, tzinfo=UTC)
    JournalEntry.objects.update(at=old)
    ended = people_data.end_what_is_past(date(2026, 1, 1), parameters=load_defaults())
    assert ended.journal == 1
    entry.refresh_from_db()
    kept.refresh_from_db()
    assert (entry.verb, entry.changes) == ("edit_person", {"title": [None, None]})
    assert kept.changes == {"opinion": [2, 0]}
    again = people_data.end_what_is_past(date(2026, 1, 1), parameters=load_defaults())
    assert again.journal == 0


def test_activity_past_its_time_leaves_the_ledger() -> None:
    one = world()
    _ledger(one)
    ended = people_data.end_what_is_past(date(2026, 11, 22), parameters=load_defaults())
    assert ended.activity_parts == 1
    assert LedgerPart.objects.get().rows == 1
    later = people_data.end_what_is_past(
        date(2026, 11, 22) + timedelta(days=1500), parameters=load_defaults()
    )
    assert later.activity_parts == 1
    assert not LedgerPart.objects.exists()
