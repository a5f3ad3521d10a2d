"""A Salesforce export becomes families, people, deals and access; again, it changes nothing."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sightline.agreement.identity import canonical_id
from sightline.exchange.imports import service
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.service import EXPORT, Asked
from sightline.exchange.imports.survey import Ambiguous
from sightline.exchange.imports.undoing import undo_run
from sightline.exchange.tables import TableRefused
from sightline.records.models import (
    Account,
    AccountAccess,
    Action,
    Competitor,
    Contact,
    Contract,
    ErasedOutsideId,
    ImportRun,
    Job,
    JournalEntry,
    LedgerPart,
    Opinion,
    Opportunity,
    OpportunityContactRole,
    OpportunityLine,
    ProductLine,
    SeenAddress,
    Stage,
    StageChange,
    Unit,
    WalletEstimate,
)

pytestmark = pytest.mark.django_db


def ident(prefix: str, number: int) -> str:
    return f"{prefix}5g00000A{number:04d}"


def test_a_family_becomes_a_planning_account_with_nested_units(family: Any) -> None:
    family.load()
    top = Account.objects.get(name="Helvion Industries")
    drives = Unit.objects.get(linked_account__name="Helvion Drives")
    nordics = Unit.objects.get(linked_account__name="Helvion Nordics")
    assert {a.planning_account_id for a in Account.objects.filter(name__startswith="Helvion")} == {
        top.pk
    }
    assert (drives.account_id, drives.parent_id) == (top.pk, None)
    assert (nordics.account_id, nordics.parent_id) == (top.pk, drives.pk)
    assert Account.objects.get(name="Castellan Bank").planning_account.name == "Castellan Bank"


def test_people_stand_in_their_units_and_lines(family: Any) -> None:
    family.load()
    mara = Contact.objects.get(last_name="Holt")
    assert mara.reports_to is not None and mara.reports_to.last_name == "Vik"
    assert mara.unit is not None and mara.unit.name == "Plants"
    assert mara.sort_name == "holt mara"
    assert Contact.objects.get(last_name="Dahl").unit.name == "Helvion Nordics"
    assert Contact.objects.get(last_name="Vik").unit is None


def test_the_source_owns_the_fields_that_it_brings_and_sign_ins_are_linked(family: Any) -> None:
    from sightline.records.models import CrmUser
    from tests import makers

    person = makers.sign_in("account_manager", email="dana@seller.example")
    family.load()
    run = ImportRun.objects.get()
    assert run.source is not None
    assert set(run.source.owned_fields["Contact"]) >= {"title", "reports_to", "business_unit"}
    assert "industry" not in run.source.owned_fields["Account"]
    assert CrmUser.objects.get(sign_in=person).name == "Dana Whitfield"


def test_money_is_whole_minor_units_of_the_records_currency(family: Any) -> None:
    family.load()
    assert Account.objects.get(name="Castellan Bank").annual_revenue == 125_000_050
    helvion = Account.objects.get(name="Helvion Industries")
    assert (helvion.annual_revenue, helvion.currency) == (1_200_000_000, "EUR")
    assert Account.objects.get(name="Helvion Drives").annual_revenue is None


def test_loading_twice_changes_nothing(family: Any) -> None:
    family.load()
    journal = JournalEntry.objects.filter(verb__in=["import_create", "import_change"]).count()
    _, again = family.load()
    assert (again.total("create"), again.total("change")) == (0, 0)
    assert again.total("skip") == 9
    assert (
        JournalEntry.objects.filter(verb__in=["import_create", "import_change"]).count() == journal
    )


def test_both_lengths_of_an_id_are_one_row(family: Any) -> None:
    family.load()
    rows = [[canonical_id(ident("001", 4)), "Castellan Bank plc"]]
    family.write("Account", "ID NAME", rows)
    (family.folder / "Contact.csv").unlink()
    _, preview = family.load()
    assert (preview.tallies["Account"].create, preview.tallies["Account"].change) == (0, 1)
    castellan = Account.objects.get(outside_id=canonical_id(ident("001", 4)))
    assert castellan.name == "Castellan Bank plc"
    # Columns that the file does not carry say nothing.
    assert castellan.annual_revenue == 125_000_050
    assert castellan.owner is not None


def test_an_empty_cell_empties_and_a_missing_column_does_not(family: Any) -> None:
    family.load()
    family.write("Account", "Id Name AnnualRevenue", [[ident("001", 4), "Castellan Bank", ""]])
    family.load()
    castellan = Account.objects.get(name="Castellan Bank")
    assert castellan.annual_revenue is None
    assert castellan.owner is not None


def test_deleted_rows_are_kept_as_removed_and_return(family: Any) -> None:
    family.load()
    row = [ident("001", 4), "Castellan Bank", "true"]
    family.write("Account", "Id Name IsDeleted", [row])
    (family.folder / "Contact.csv").unlink()
    family.load()
    assert Account.objects.get(name="Castellan Bank").removed_at is not None
    family.write("Account", "Id Name IsDeleted", [[*row[:2], "false"]])
    family.load()
    assert Account.objects.get(name="Castellan Bank").removed_at is None


def test_owners_and_teams_see_accounts(family: Any) -> None:
    family.write(
        "AccountTeamMember",
        "Id AccountId UserId TeamMemberRole",
        [[ident("01M", 1), ident("001", 1), ident("005", 2), "Sales Engineer"]],
    )
    family.load()
    helvion = Account.objects.get(name="Helvion Industries")
    held = set(
        AccountAccess.objects.filter(account=helvion).values_list("user__name", "why", "may_write")
    )
    assert held == {("Dana Whitfield", "owner", True), ("Ilse Lund", "team", True)}


def test_sharing_with_a_role_reaches_everybody_in_it(family: Any) -> None:
    family.write(
        "UserRole",
        "Id Name ParentRoleId",
        [[ident("00E", 2), "Sales", ident("00E", 1)], [ident("00E", 1), "CEO", ""]],
    )
    family.write(
        "User",
        "Id Name UserRoleId",
        [[ident("005", 1), "Dana", ident("00E", 1)], [ident("005", 2), "Ilse", ident("00E", 2)]],
    )
    family.write("Group", "Id Type RelatedId", [[ident("00G", 1), "Role", ident("00E", 2)]])
    family.write(
        "AccountShare",
        "Id AccountId UserOrGroupId AccountAccessLevel RowCause",
        [[ident("00r", 1), ident("001", 1), ident("00G", 1), "Read", "Rule"]],
    )
    family.load()
    shared = AccountAccess.objects.get(why="share")
    assert (shared.user.name, shared.may_write) == ("Ilse", False)


def test_accounts_and_opportunities_alone_are_enough(export: Any) -> None:
    export.write("Account", "Id Name", [[ident("001", 1), "Solo"]])
    export.write(
        "Opportunity",
        "Id AccountId Name StageName Amount CloseDate Type",
        [
            [
                ident("006", 1),
                ident("001", 1),
                "Plant rollout",
                "Proposal",
                "12000",
                "2026-12-01",
                "New Business",
            ],
            [
                ident("006", 2),
                ident("001", 1),
                "Renewal 2026",
                "Closed Won",
                "9000.5",
                "2026-02-01",
                "",
            ],
        ],
    )
    _, preview = export.load()
    said = " ".join(str(one["message"]) for one in preview.warnings)
    assert "no OpportunityHistory: days in stage start today" in said
    assert said.count("OpportunityHistory") == 1
    rollout, renewal = Opportunity.objects.order_by("outside_id")
    assert (rollout.amount, rollout.is_renewal, rollout.stage_since_inferred) == (
        1_200_000,
        False,
        True,
    )
    assert rollout.stage_since is not None
    assert renewal.is_renewal and renewal.is_won and renewal.closed_on is not None
    assert Stage.objects.get(name="Closed Won").is_won
    assert {job.name for job in Job.objects.all()} == {"measure", "requalify"}


def test_history_tells_since_when_a_deal_is_in_its_stage(export: Any) -> None:
    export.write("Account", "Id Name", [[ident("001", 1), "Solo"]])
    deal = [ident("006", 1), ident("001", 1), "Deal", "Proposal"]
    export.write("Opportunity", "Id AccountId Name StageName", [deal])
    moves = [
        ("2026-01-05T08:00:00.000Z", "Qualification"),
        ("2026-02-10 10:00:00", "Proposal"),
        ("2026-03-01T10:00:00.000+0000", "Proposal"),
    ]
    export.write(
        "OpportunityHistory",
        "Id OpportunityId CreatedDate StageName Amount",
        [
            [ident("008", n), ident("006", 1), at, stage, "10"]
            for n, (at, stage) in enumerate(moves)
        ],
    )
    export.load()
    found = Opportunity.objects.get()
    assert (str(found.stage_since), found.stage_since_inferred) == ("2026-02-10", False)
    assert StageChange.objects.count() == 3
    _, again = export.load()
    assert again.total("change") == 0


def test_buying_roles_competitors_lines_and_products(export: Any) -> None:
    export.write("Account", "Id Name", [[ident("001", 1), "Solo"]])
    export.write("Contact", "Id AccountId LastName", [[ident("003", 1), ident("001", 1), "Holt"]])
    export.write(
        "Product2",
        "Id Name Family Revenue_Kind__c",
        [[ident("01t", 1), "Cloud", "Platform", "Subscription"]],
    )
    export.write(
        "Opportunity",
        "Id AccountId Name StageName MainCompetitors__c",
        [[ident("006", 1), ident("001", 1), "Deal", "Proposal", "Acme Inc., Bolt"]],
    )
    export.write(
        "OpportunityCompetitor",
        "Id OpportunityId CompetitorName",
        [[ident("00J", 1), ident("006", 1), "ACME"]],
    )
    export.write(
        "OpportunityContactRole",
        "Id OpportunityId ContactId Role IsPrimary",
        [[ident("00K", 1), ident("006", 1), ident("003", 1), "Economic Decision Maker", "true"]],
    )
    export.write(
        "OpportunityLineItem",
        "Id OpportunityId Product2Id Quantity UnitPrice",
        [[ident("00k", 1), ident("006", 1), ident("01t", 1), "3", "33.335"]],
    )
    export.load()
    assert {one.key for one in Competitor.objects.all()} == {"acme", "bolt"}
    assert OpportunityContactRole.objects.get().buying_role == "economic_buyer"
    line = OpportunityLine.objects.get()
    assert line.product_line is not None and line.product_line.name == "Cloud"
    assert line.total == 10_002
    sold = ProductLine.objects.get()
    assert (sold.family.name, sold.revenue_kind, sold.kind_confirmed) == (
        "Platform",
        "recurring",
        True,
    )


def test_custom_fields_become_tier_opinion_and_wallet(export: Any) -> None:
    export.write(
        "Account",
        "Id Name Account_Tier__c Estimated_Spend__c",
        [[ident("001", 1), "Solo", "Tier 1", "500000"]],
    )
    export.write(
        "Contact",
        "Id AccountId LastName Stance__c Relationship_Strength__c Left_Company__c",
        [[ident("003", 1), ident("001", 1), "Holt", "Champion", "4", "true"]],
    )
    export.load()
    assert Account.objects.get().crm_tier == "Tier 1"
    assert WalletEstimate.objects.get().likely == 50_000_000
    assert dict(Opinion.objects.values_list("kind", "value")) == {
        "stance": "supports",
        "strength": "4",
    }
    assert Contact.objects.get().status == Contact.Status.LEFT
    export.write(
        "Contact",
        "Id AccountId LastName Stance__c Relationship_Strength__c",
        [[ident("003", 1), ident("001", 1), "Holt", "Against", "4"]],
    )
    export.load()
    now = Opinion.objects.filter(superseded_at=None).values_list("kind", "value")
    assert dict(now) == {"stance": "against", "strength": "4"}
    assert Opinion.objects.count() == 3


def test_the_journal_names_no_words_about_people(family: Any) -> None:
    family.load()
    rows = [[ident("003", 1), ident("001", 1), "Mara", "Holt", "Head of Procurement"]]
    family.write("Contact", "Id AccountId FirstName LastName Title", rows)
    family.load()
    entry = JournalEntry.objects.get(verb="import_change", subject_kind="contact")
    assert "title" in entry.changes
    assert "Procurement" not in str(entry.changes) and "Buyer" not in str(entry.changes)


def test_refused_rows_come_back_and_load_when_mended(family: Any) -> None:
    family.write(
        "Opportunity",
        "Id AccountId Name StageName CloseDate Amount",
        [
            [ident("006", 1), ident("001", 1), "Good", "Proposal", "2026-12-01", "10"],
            [ident("006", 2), ident("001", 99), "Lost parent", "Proposal", "2026-12-01", "10"],
            [ident("006", 3), ident("001", 1), "Bad day", "Proposal", "2027-02-31", "10"],
            [ident("006", 4), ident("001", 1), "=cmd|x!A1", "Proposal", "2026-12-01", "10"],
            [ident("006", 5), ident("001", 1), "Bad money", "Proposal", "2026-12-01", "ten"],
            ["", ident("001", 1), "No id", "Proposal", "2026-12-01", "10"],
            [ident("006", 1), ident("001", 1), "Twice", "Proposal", "2026-12-01", "10"],
            [ident("006", 6), ident("001", 1), "Short"],
        ],
    )
    run, preview = family.load()
    assert preview.refused_rows == 7
    assert preview.tallies["Opportunity"].create == 1
    path = Path(ImportRun.objects.get(pk=run).folder) / "refused" / "Opportunity.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        back = list(csv.DictReader(file))
    assert [row["Sightline row"] for row in back] == ["3", "4", "5", "6", "7", "8", "9"]
    assert back[2]["Name"] == "'=cmd|x!A1"
    assert "does not exist" in back[1]["Sightline problem"]
    mended = [
        {**back[0], "AccountId": ident("001", 4)},
        {**back[1], "CloseDate": "2027-02-28"},
        {**back[3], "Amount": "11"},
    ]
    with (family.folder / "Opportunity.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(back[0]))
        writer.writeheader()
        writer.writerows(mended)
    _, second = family.load()
    assert (second.tallies["Opportunity"].create, second.refused_rows) == (3, 0)
    assert Opportunity.objects.count() == 4


def test_children_of_a_refused_row_are_refused_with_it(family: Any) -> None:
    family.write(
        "Opportunity",
        "Id AccountId Name StageName",
        [[ident("006", 1), ident("001", 99), "Lost", "Proposal"]],
    )
    family.write(
        "OpportunityLineItem",
        "Id OpportunityId TotalPrice",
        [[ident("00k", 1), ident("006", 1), "5"]],
    )
    _, preview = family.load()
    assert preview.refused_rows == 2
    assert OpportunityLine.objects.count() == 0


def test_an_erased_person_is_not_brought_back(family: Any) -> None:
    from sightline.actions.imports.erased import digest_of

    ErasedOutsideId.objects.create(digest=digest_of(canonical_id(ident("003", 2))))
    _, preview = family.load()
    assert any(reason["code"] == "erased" for reason in preview.reasons)
    assert not Contact.objects.filter(last_name="Vik").exists()


def test_a_circle_of_parents_does_no_harm(export: Any) -> None:
    a, b = ident("001", 1), ident("001", 2)
    export.write("Account", "Id Name ParentId", [[a, "A", b], [b, "B", a]])
    export.load()
    tops = {one.planning_account_id for one in Account.objects.all()}
    assert len(tops) == 1


def test_open_tasks_are_steps_and_closed_work_is_ledger_lines(family: Any) -> None:
    family.write(
        "Task",
        "Id WhoId WhatId AccountId OwnerId Subject ActivityDate Status IsClosed TaskSubtype CallType CallDurationInSeconds",
        [
            [
                ident("00T", 1),
                ident("003", 1),
                ident("001", 1),
                "",
                ident("005", 1),
                "Ask for the plan",
                "2026-12-01",
                "Open",
                "false",
                "Task",
                "",
                "",
            ],
            [
                ident("00T", 2),
                ident("003", 1),
                "",
                ident("001", 1),
                ident("005", 1),
                "Call",
                "2026-01-01",
                "Completed",
                "true",
                "Call",
                "Outbound",
                "300",
            ],
            [
                ident("00T", 3),
                ident("003", 2),
                "",
                ident("001", 1),
                ident("005", 1),
                "Email: hello",
                "2026-01-01",
                "Completed",
                "true",
                "Email",
                "",
                "",
            ],
        ],
    )
    family.write(
        "Event",
        "Id WhoId WhatId AccountId OwnerId StartDateTime DurationInMinutes",
        [
            [
                ident("00U", 1),
                ident("003", 1),
                "",
                ident("001", 1),
                ident("005", 1),
                "2026-01-05T09:00:00Z",
                "60",
            ],
            [
                ident("00U", 2),
                ident("003", 1),
                "",
                ident("001", 1),
                ident("005", 1),
                "2099-01-05T09:00:00Z",
                "60",
            ],
        ],
    )
    family.write(
        "EventRelation",
        "Id EventId RelationId IsWhat IsInvitee Status",
        [
            [ident("0RE", 1), ident("00U", 1), ident("003", 2), "false", "true", "Accepted"],
            [ident("0RE", 2), ident("00U", 1), ident("003", 3), "false", "true", "Declined"],
        ],
    )
    family.write(
        "Contact",
        "Id AccountId LastName Email",
        [[ident("003", n), ident("001", 1), f"P{n}", f"p{n}@x.example"] for n in (1, 2, 3)],
    )
    family.write(
        "EmailMessage",
        "Id ActivityId FromAddress ToAddress Incoming MessageDate ThreadIdentifier",
        [
            [
                ident("02s", 1),
                ident("00T", 3),
                "P2@x.example",
                "dana@seller.example",
                "true",
                "2026-01-01 10:00:00",
                "t1",
            ]
        ],
    )
    _, preview = family.load()
    assert Action.objects.get().subject == "Ask for the plan"
    lines = ledger_rows("activities")
    assert sorted((row["kind"], row["direction"]) for row in lines) == [
        ("call", "outbound"),
        ("mail", "inbound"),
        ("meeting", "both"),
        ("meeting", "both"),
    ]
    assert not {"subject", "Subject"} & set(lines[0])
    assert preview.tallies["activities"].create == 4
    _, again = family.load()
    assert (again.tallies["activities"].create, again.tallies["activities"].skip) == (0, 4)
    assert LedgerPart.objects.count() == 1


def ledger_rows(table: str) -> list[dict[str, Any]]:
    from sightline.actions.ledger import DatabaseCatalogue
    from sightline.exchange.imports.ledger_parts import ledger_folder
    from sightline.ledger.duck import parts_sql, session

    with session() as duck:
        version = DatabaseCatalogue().current()
        found = duck.execute(parts_sql(version, ledger_folder(), table))
        names = [one[0] for one in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_days_that_read_both_ways_are_asked(export: Any) -> None:
    export.write("Account", "Id Name", [[ident("001", 1), "Solo"]])
    rows = [[ident("006", 1), ident("001", 1), "Deal", "Proposal", "03/04/2026", "1,234"]]
    export.write("Opportunity", "Id AccountId Name StageName CloseDate Amount", rows)
    with pytest.raises(Ambiguous) as asked:
        export.load()
    assert "--dates dmy|mdy" in str(asked.value) and "--decimal point|comma" in str(asked.value)
    assert "1,234" in str(asked.value) and "1.234" in str(asked.value)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.REFUSED
    assert {one["name"] for one in run.counts["questions"]} == {"dates", "decimal"}
    export.load(dates="dmy", decimal="point")
    deal = Opportunity.objects.get()
    assert (str(deal.close_date), deal.amount) == ("2026-04-03", 123_400)


def test_a_day_beyond_twelve_settles_the_order(export: Any) -> None:
    export.write("Account", "Id Name", [[ident("001", 1), "Solo"]])
    days = ("03/04/2026", "13/04/2026")
    rows = [
        [ident("006", n), ident("001", 1), "Deal", "Proposal", day, "1.234,50"]
        for n, day in enumerate(days)
    ]
    export.write("Opportunity", "Id AccountId Name StageName CloseDate Amount", rows)
    export.load()
    deal = Opportunity.objects.order_by("outside_id").first()
    assert deal is not None
    assert (str(deal.close_date), deal.amount) == ("2026-04-03", 123_450)


def test_a_zip_of_the_export_service_is_taken_and_names_the_org(
    family: Any, tmp_path: Path
) -> None:
    path = tmp_path / "WE_00D5g000004ABCDEAX_1.ZIP"
    with zipfile.ZipFile(path, "w") as archive:
        for one in family.folder.glob("*.csv"):
            archive.write(one, one.name)
    run = service.begin(Asked(EXPORT, (path,), Chosen({}, {}, {}), {}), actor_id=None)
    service.preview_run(run.pk)
    service.apply_run(run.pk)
    assert Account.objects.count() == 4
    run.refresh_from_db()
    assert run.source is not None and run.source.outside_org == "00D5g000004ABCDEAX"
    other = tmp_path / "WE_00D9z000004ZZZZEAX_1.ZIP"
    path.rename(other)
    second = service.begin(Asked(EXPORT, (other,), Chosen({}, {}, {}), {}), actor_id=None)
    with pytest.raises(Exception, match="Name another source"):
        service.preview_run(second.pk)


def test_data_loader_files_are_known_by_their_ids(family: Any) -> None:
    (family.folder / "Account.csv").rename(family.folder / "extract (3).csv")
    (family.folder / "Contact.csv").rename(family.folder / "my people.csv")
    family.load()
    assert (Account.objects.count(), Contact.objects.count()) == (4, 3)


def test_without_accounts_nothing_is_loaded(export: Any) -> None:
    export.write("Contact", "Id AccountId LastName", [[ident("003", 1), ident("001", 1), "Holt"]])
    with pytest.raises(TableRefused, match=r"Account\.csv"):
        export.load()


def test_a_mapping_moves_a_column_and_says_what_values_mean(export: Any) -> None:
    export.write("Account", "Id Name Level__c", [[ident("001", 1), "Solo", "Grand"]])
    chosen = Chosen(
        {"Account": {"Level__c": "tier"}}, {"Account": {"tier": {"grand": "Tier 1"}}}, {}
    )
    export.load(chosen=chosen)
    assert Account.objects.get().crm_tier == "Tier 1"


def test_contract_ends_follow_from_start_and_term(export: Any) -> None:
    export.write("Account", "Id Name", [[ident("001", 1), "Solo"]])
    export.write(
        "Contract",
        "Id AccountId StartDate ContractTerm Status Annual_Value__c",
        [[ident("800", 1), ident("001", 1), "2026-01-31", "13", "Activated", "1200.00"]],
    )
    export.load()
    contract = Contract.objects.get()
    assert (str(contract.ends_on), contract.annual_value, contract.is_active) == (
        "2027-02-27",
        120_000,
        True,
    )


def test_who_writes_and_is_no_contact_is_kept_once_and_leaves_with_the_import(
    family: Any,
) -> None:
    family.write(
        "Contact",
        "Id AccountId LastName Email",
        [[ident("003", 1), ident("001", 1), "P1", "p1@x.example"]],
    )
    stranger = '"Zoë Quist" <Zoe@x.example>'
    family.write(
        "EmailMessage",
        "Id RelatedToId FromAddress ToAddress Incoming MessageDate",
        [
            [ident("02s", n), ident("001", 1), sender, to, incoming, f"2026-01-0{n} 10:00:00"]
            for n, (sender, to, incoming) in enumerate(
                [
                    (stranger, "dana@seller.example", "true"),
                    ("zoe@x.example", "dana@seller.example", "true"),
                    ("p1@x.example", "dana@seller.example", "true"),
                    ("new@seller.example", "dana@seller.example", "true"),
                    ("dana@seller.example", "olle@x.example", "false"),
                ],
                start=1,
            )
        ],
    )
    run, _ = family.load()
    row = SeenAddress.objects.get()
    assert (row.address, row.name) == ("zoe@x.example", "Zoë Quist")
    assert row.days == ["2026-01-01", "2026-01-02"]
    family.load()
    assert SeenAddress.objects.get().days == row.days
    undo_run(run, actor_id=None)
    assert not SeenAddress.objects.exists()
