"""Rows of an account itself: the account, its team and sharing, people, contracts and assets."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from sightline.exchange.demonstration import stories
from sightline.exchange.demonstration.activity import LEFT_DAYS_AGO, Opinion
from sightline.exchange.demonstration.catalogue import LABEL, RATES, RECURRING, STAGES
from sightline.exchange.demonstration.company import (
    CONSULTANT,
    MARKETER,
    VP,
    Team,
    product_id,
    team_of,
    user_id,
)
from sightline.exchange.demonstration.deals import RENEWAL, Deal
from sightline.exchange.demonstration.footprint import Agreement, Cell
from sightline.exchange.demonstration.identity import record_id
from sightline.exchange.demonstration.months import add_months, month_start
from sightline.exchange.demonstration.people import Person
from sightline.exchange.demonstration.pipeline import leading_champion
from sightline.exchange.demonstration.profile import Kind, Profile, World
from sightline.exchange.demonstration.tables import Row, moment

SLA: Final = {"Tier 1": "Gold", "Tier 2": "Silver", "Tier 3": "Bronze"}
YEAR: Final = 365


def audit(created: date, modified: date | None = None) -> dict[str, str]:
    """The three audit columns; unchanged since creation unless told otherwise."""
    last = moment(modified or created, minute=611)
    return {
        "CreatedDate": moment(created, minute=611),
        "LastModifiedDate": last,
        "SystemModstamp": last,
    }


def local(account: Profile) -> float:
    """Units of the account's currency for one GBP."""
    return 1.0 if account.currency == "GBP" else 1 / RATES[account.currency]


def account_row(
    account: Profile, deals: Sequence[Deal], agreements: Sequence[Agreement], *, world: World
) -> Row:
    """The row of Account.csv; money in the account's own currency."""
    rng = world.stream(account.index, "account row")
    known_spend = account.kind is Kind.FULL or rng.random() < 0.4
    factor = local(account)
    target = _target(account, deals, agreements, world=world)
    return {
        "Id": account.id,
        "IsDeleted": False,
        "Name": account.name,
        "Type": "Prospect" if account.kind is Kind.PROSPECT else "Customer",
        "ParentId": None if account.parent is None else record_id("Account", owner=account.parent),
        "BillingCity": account.city,
        "BillingCountry": account.country,
        "Website": f"www.{account.domain}",
        "Industry": account.industry,
        "AnnualRevenue": round(account.employees * rng.uniform(110_000, 190_000) * factor),
        "NumberOfEmployees": account.employees,
        "Description": f"{LABEL.capitalize()}. Not a real company.",
        "CurrencyIsoCode": account.currency,
        "OwnerId": _owner(account, world),
        "Account_Tier__c": account.tier,
        "Executive_Sponsor__c": user_id(VP) if account.tier == "Tier 1" else None,
        "Target_ACV__c": None if target is None else round(target * factor),
        "Estimated_Spend__c": round(account.spend * factor / 100) * 100 if known_spend else None,
        "SLA__c": SLA[account.tier],
        **audit(world.today - timedelta(days=1300), world.today - timedelta(days=30)),
    }


def _owner(account: Profile, world: World) -> str:
    return user_id(team_of(account, world).owner)


def contracted(agreements: Sequence[Agreement]) -> float:
    """Recurring GBP a year under contract."""
    return sum(agreement.yearly for agreement in agreements)


# A target from before the largest line was lost: so much of every open play would have to be won,
# more than any calibration of their stages expects.
BEFORE_THE_DIP = 0.85


def _target(
    account: Profile, deals: Sequence[Deal], agreements: Sequence[Agreement], *, world: World
) -> float | None:
    """A target within reach: base less likely churn, plus part of what the plays should bring.

    None where the account has no target; far out of reach where the story says so; and as it was
    set before the dip where the largest line was lost since.
    """
    if account.kind is not Kind.FULL or account.index == stories.NEGLECTED:
        return None
    base = contracted(agreements)
    if world.told.at("no-path", account.index):
        return base * 1.45
    limit = world.today + timedelta(days=YEAR)
    up = sum(agreement.yearly for agreement in agreements if agreement.end <= limit)
    chances = [
        (STAGES[deal.stage].probability / 100, item.yearly)
        for deal in deals
        if deal.is_open and deal.kind != RENEWAL
        for item in deal.items
        if item.line.kind == RECURRING
    ]
    plays = sum(chance * yearly for chance, yearly in chances)
    if account.index == stories.FANTASY:
        plays = 0.0
    landing = base - 0.15 * up + plays
    if world.told.at("dip", account.index):
        return max(1.15 * base, base + BEFORE_THE_DIP * sum(yearly for _, yearly in chances))
    modest = landing - 0.4 * plays
    return max(modest, min(1.05 * base, landing))


def team_rows(account: Profile, team: Team, *, world: World) -> Iterator[Row]:
    """AccountTeamMember: customer success everywhere, more of us on the large accounts."""
    members = [(team.success, "Customer Success", "Edit")]
    if account.kind is Kind.FULL:
        members += [(CONSULTANT, "Solutions", "Read"), (VP, "Executive Sponsor", "Read")]
    for number, (user, role, access) in enumerate(members):
        yield {
            "Id": record_id("AccountTeamMember", owner=account.index, number=number),
            "AccountId": account.id,
            "UserId": user_id(user),
            "TeamMemberRole": role,
            "AccountAccessLevel": access,
            "IsDeleted": False,
            **audit(world.today - timedelta(days=900)),
        }


def share_rows(account: Profile, team: Team, *, world: World) -> Iterator[Row]:
    """AccountShare: the owner, the team, and marketing where the tier is 1 or 2."""
    shares = [(team.owner, "All", "Owner"), (team.success, "Edit", "Team")]
    if account.kind is Kind.FULL:
        shares += [(CONSULTANT, "Read", "Team"), (VP, "Read", "Team")]
    if account.tier != "Tier 3":
        shares.append((MARKETER, "Read", "Manual"))
    for number, (user, access, cause) in enumerate(shares):
        below = "Edit" if access == "All" else "Read"
        yield {
            "Id": record_id("AccountShare", owner=account.index, number=number),
            "AccountId": account.id,
            "UserOrGroupId": user_id(user),
            "AccountAccessLevel": access,
            "OpportunityAccessLevel": below,
            "CaseAccessLevel": below,
            "ContactAccessLevel": below,
            "RowCause": cause,
            "LastModifiedDate": moment(world.today - timedelta(days=900)),
            "IsDeleted": False,
        }


def contact_rows(
    account: Profile, people: Sequence[Person], opinions: Sequence[Opinion], *, world: World
) -> Iterator[Row]:
    """Contact rows, in the order of `people`; the leaver is marked and their mail bounces."""
    rng = world.stream(account.index, "contact rows")
    left = None
    if world.told.at("champion-left", account.index):
        left = leading_champion(account, tuple(people))
    for person, opinion in zip(people, opinions, strict=True):
        gone = person == left
        known_for = 420 + rng.randrange(900)
        changed = world.today - timedelta(days=LEFT_DAYS_AGO - 24 if gone else 40)
        bounced = world.today - timedelta(days=LEFT_DAYS_AGO - 20)
        above = person.reports_to
        yield {
            "Id": person.id,
            "IsDeleted": False,
            "AccountId": account.id,
            "FirstName": person.first,
            "LastName": person.last,
            "Name": person.name,
            "Title": person.title,
            "Department": person.department,
            "ReportsToId": None if above is None else people[above].id,
            "Email": person.email,
            "Phone": f"+44 20 7946 {rng.randrange(1000):04d}",
            "HasOptedOutOfEmail": rng.random() < 0.04,
            "EmailBouncedReason": "550 no such user" if gone else None,
            "EmailBouncedDate": moment(bounced) if gone else None,
            "OwnerId": _owner(account, world),
            "Stance__c": opinion.stance,
            "Relationship_Strength__c": opinion.strength,
            "Left_Company__c": gone,
            "Business_Unit__c": person.unit,
            **audit(world.today - timedelta(days=known_for), changed),
        }


def contract_rows(
    account: Profile, agreements: Sequence[Agreement], people: Sequence[Person], *, world: World
) -> Iterator[Row]:
    """Contract rows with the value of a year, whatever the term."""
    for agreement in agreements:
        signed = agreement.start - timedelta(days=8)
        yield {
            "Id": contract_id(account, agreement.number),
            "AccountId": account.id,
            "ContractNumber": f"{account.index * 10 + agreement.number + 1:08d}",
            "Status": "Activated",
            "StartDate": agreement.start,
            "EndDate": agreement.end,
            "ContractTerm": agreement.term,
            "OwnerId": _owner(account, world),
            "ActivatedDate": moment(signed),
            "CustomerSignedId": next(p.id for p in people if p.budget),
            "CurrencyIsoCode": account.currency,
            "Description": ", ".join(sorted({cell.line.name for cell in agreement.cells})),
            "Annual_Value__c": f"{agreement.yearly * local(account):.2f}",
            "Notice_Days__c": (30, 60, 90)[(account.index + agreement.number) % 3],
            "IsDeleted": False,
            **audit(signed),
        }


def contract_id(account: Profile, number: int) -> str:
    """The Salesforce id of the account's contract of that number."""
    return record_id("Contract", owner=account.index, number=number)


def asset_rows(
    account: Profile, cells: Sequence[Cell], agreements: Sequence[Agreement], *, world: World
) -> Iterator[Row]:
    """One asset for each contracted cell, and one obsolete one for a line that was lost."""
    held = [(a.start, a.end, a.term, "Installed", cell) for a in agreements for cell in a.cells]
    for cell in cells:
        if cell.lost and cell.end is not None and cell.line.kind == RECURRING:
            end = month_start(world.today, cell.end) - timedelta(days=1)
            held.append((add_months(end, -12) + timedelta(days=1), end, 12, "Obsolete", cell))
    for number, (start, end, term, status, cell) in enumerate(held):
        price = cell.yearly * term / 12 / cell.quantity * local(account)
        yield {
            "Id": record_id("Asset", owner=account.index, number=number),
            "AccountId": account.id,
            "ContactId": None,
            "Product2Id": product_id(cell.line.number),
            "Name": f"{cell.line.name} {cell.unit}".strip(),
            "Quantity": cell.quantity,
            "Price": f"{price:.2f}",
            "CurrencyIsoCode": account.currency,
            "PurchaseDate": start - timedelta(days=8),
            "InstallDate": start,
            "UsageEndDate": end,
            "Status": status,
            "Business_Unit__c": cell.unit,
            "OwnerId": _owner(account, world),
            "IsDeleted": False,
            **audit(start - timedelta(days=8)),
        }
