"""Writes the whole demonstration company, account by account, in memory that does not grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sightline.exchange.demonstration import account_rows, company, contact_rows, deal_rows, papers
from sightline.exchange.demonstration.activity import opinions_of, touches_of
from sightline.exchange.demonstration.deals import Deal
from sightline.exchange.demonstration.footprint import Agreement, agreements_of, cells_of
from sightline.exchange.demonstration.people import people_of
from sightline.exchange.demonstration.pipeline import deals_of
from sightline.exchange.demonstration.profile import MINIMUM, Profile, World, children_of, profile
from sightline.exchange.demonstration.revenue import exchange_rates, revenue_lines, usage_lines
from sightline.exchange.demonstration.stories import Told
from sightline.exchange.demonstration.tables import Export


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written: the folder, rows per file (without `.csv`), and the stories told."""

    folder: Path
    rows: Mapping[str, int]
    told: tuple[str, ...]


def generate(
    out: Path,
    *,
    accounts: int = 120,
    seed: int = 1,
    today: date,
    without: frozenset[str] = frozenset(),
) -> Summary:
    """Writes the export into `out`: byte for byte the same for the same arguments.

    `accounts` counts rows of Account.csv, children included. Every date is relative to `today`.
    ValueError when `accounts` is too small for the named cast or `without` names no story.
    """
    if accounts < MINIMUM:
        raise ValueError(f"the demonstration company needs at least {MINIMUM} accounts")
    world = World(seed=seed, today=today, accounts=accounts, told=Told(without))
    with Export(out) as export:
        _write_company(export, world)
        for index in range(accounts):
            _write_account(export, profile(index, world=world), world)
        counts = dict(export.counts)
    papers.write(out, world=world)
    return Summary(folder=out, rows=counts, told=world.told.codes)


def _write_company(export: Export, world: World) -> None:
    export.write("UserRole", company.role_rows(world))
    export.write("User", company.user_rows(world))
    export.write("Product2", company.product_rows(world))
    export.write("OpportunityStage", company.stage_rows(world))
    export.write_plain("rates", exchange_rates(world=world))


def _write_account(export: Export, account: Profile, world: World) -> None:
    team = company.team_of(account, world)
    cells = cells_of(account, world=world)
    agreements = agreements_of(account, cells, world=world)
    people = people_of(account, world=world)
    deals = deals_of(account, cells, agreements, people, world=world)
    touches = touches_of(account, people, team, world=world)
    opinions = opinions_of(account, people, touches, world=world)

    family = _family(account, deals, agreements, world)
    export.write("Account", [account_rows.account_row(account, *family, world=world)])
    export.write("AccountTeamMember", account_rows.team_rows(account, team, world=world))
    export.write("AccountShare", account_rows.share_rows(account, team, world=world))
    export.write("Contact", account_rows.contact_rows(account, people, opinions, world=world))
    export.write("Contract", account_rows.contract_rows(account, agreements, people, world=world))
    export.write("Asset", account_rows.asset_rows(account, cells, agreements, world=world))
    export.write("Opportunity", deal_rows.opportunity_rows(account, deals, team, world=world))
    export.write("OpportunityLineItem", deal_rows.line_rows(account, deals))
    export.write("OpportunityContactRole", deal_rows.role_rows(account, deals))
    export.write("OpportunityHistory", deal_rows.history_rows(account, deals, team, world=world))
    export.write("OpportunityCompetitor", deal_rows.competitor_rows(account, deals))
    export.write("Case", contact_rows.case_rows(account, people, team, world=world))
    contact = contact_rows.ContactRows(account, deals, world=world)
    for name, row in (*contact.rows(touches), *contact.to_dos(deals, team)):
        export.write(name, [row])
    export.write_plain("revenue-lines", revenue_lines(account, cells, world=world))
    export.write_plain("usage", usage_lines(account, cells, world=world))


def _family(
    account: Profile, deals: Sequence[Deal], agreements: Sequence[Agreement], world: World
) -> tuple[list[Deal], list[Agreement]]:
    """The deals and agreements that the account's plan is over: its own and those beneath it."""
    all_deals, all_agreements = list(deals), list(agreements)
    for index in children_of(account.index):
        child = profile(index, world=world)
        cells = cells_of(child, world=world)
        theirs = agreements_of(child, cells, world=world)
        people = people_of(child, world=world)
        all_deals += deals_of(child, cells, theirs, people, world=world)
        all_agreements += theirs
    return all_deals, all_agreements
