"""A small customer for the tests of its pages: units, lines, measures, people, deals, a contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from sightline.records.models import (
    Account,
    AccountAccess,
    AccountGrant,
    AccountMeasures,
    AccountOpening,
    Case,
    CellMeasures,
    CellOpening,
    Competitor,
    Contact,
    ContactActivity,
    Contract,
    CrmUser,
    Opinion,
    Opportunity,
    OpportunityCompetitor,
    OpportunityContactRole,
    OpportunityLine,
    Plan,
    PlanAccount,
    ProductLine,
    SignIn,
    Unit,
)
from tests import makers


def today() -> date:
    """The day the pages compute for: they ask the clock, the tests follow it."""
    return datetime.now(ZoneInfo("UTC")).date()


@dataclass
class World:
    """What was made, by name."""

    owner: CrmUser
    seller: SignIn
    account: Account
    unit: Unit
    core: ProductLine
    extra: ProductLine
    champion: Contact
    buyer: Contact
    deal: Opportunity
    contract: Contract
    plan: Plan | None


def world(*, tier: int | None = 1, with_plan: bool = True, target: int | None = 50_000_00) -> World:
    """One customer that its seller may see, with a running plan where the tier asks for one."""
    makers.company(reporting_currency="GBP")
    owner = makers.crm_user("Dana Whitfield")
    seller = makers.sign_in("account_manager", user=owner, name="Dana Whitfield")
    account = makers.account(
        "Helvion Industries", owner=owner, industry="Machinery", city="Stuttgart"
    )
    unit = makers.unit(account, "Manufacturing", employees=6200)
    core, extra = makers.line("Core platform"), makers.line("Field mobility", kind="repeat")
    champion, buyer = _people(account, unit, owner)
    deal = _deal(account, unit, extra, champion, owner)
    contract = _contract(account)
    _measures(account, unit, core)
    Case.objects.create(
        account=account,
        subject="Nightly job fails",
        is_critical=True,
        number="77",
        opened_at=timezone.now() - timedelta(days=3),
    )
    if tier is not None:
        makers.tier_result(
            account,
            proposed_tier=tier,
            decided_tier=tier,
            potential=710_000_00,
            potential_low=560_000_00,
            potential_high=840_000_00,
            vulnerability=62,
            wallet=300_000_00,
            wallet_method="told",
            parts=[{"code": "vulnerable_renewal", "text": "renewal in sight (30%)", "p": 0.3}],
        )
    plan = make_plan(account, owner, target=target) if with_plan else None
    return World(owner, seller, account, unit, core, extra, champion, buyer, deal, contract, plan)


def make_plan(account: Account, owner: CrmUser, *, target: int | None) -> Plan:
    """The plan of the calendar year that holds today."""
    day = today()
    plan = Plan.objects.create(
        account=account,
        year=day.year,
        starts_on=date(day.year, 1, 1),
        ends_on=date(day.year, 12, 31),
        currency="GBP",
        target=target,
        target_source="crm" if target else "",
        owner=owner,
    )
    for member in Account.objects.filter(planning_account=account):
        PlanAccount.objects.create(plan=plan, account=member, year=day.year)
    return plan


def colleague(of: World, *roles: str, **values: Any) -> SignIn:
    """Somebody else with these roles and no relation to the account yet."""
    return makers.sign_in(*roles, **values)


def granted_reader(of: World) -> SignIn:
    """A reader whom Operations let into the account."""
    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=of.account, sign_in=reader, reason="audit")
    return reader


def sponsor(of: World) -> SignIn:
    """The executive who sponsors the account."""
    user = makers.crm_user("Anna Roth")
    AccountAccess.objects.create(account=of.account, user=user, why="sponsor")
    return makers.sign_in("sponsor", user=user)


def _people(account: Account, unit: Unit, owner: CrmUser) -> tuple[Contact, Contact]:
    champion = makers.contact(account, "Priya Raman", title="Chief Information Officer", unit=unit)
    buyer = makers.contact(
        account,
        "Marcus Heidt",
        title="Chief Financial Officer",
        status="left",
        left_on=today() - timedelta(days=20),
    )
    days = [(today() - timedelta(days=5 + 12 * n)).isoformat() for n in range(12)][::-1]
    ContactActivity.objects.create(
        contact=champion,
        account=account,
        ledger_version=1,
        as_of=today(),
        log={
            "two_way": days,
            "outbound": [],
            "unknown": [],
            "by_ours": [[day, [str(owner.pk)]] for day in days],
        },
    )
    Opinion.objects.create(contact=champion, kind="stance", value="supports", rater=owner)
    Opinion.objects.create(
        contact=champion,
        kind="strength",
        value="4",
        rater=owner,
        reason="Asked us in",
        has_evidence=True,
    )
    return champion, buyer


def _deal(
    account: Account, unit: Unit, line: ProductLine, person: Contact, owner: CrmUser
) -> Opportunity:
    stage = makers.stage("Proposal", position=2, probability=50)
    deal = makers.opportunity(
        account,
        "Helvion Industries: Field pilot",
        unit=unit,
        stage=stage,
        amount=19_000_00,
        close_date=today() + timedelta(days=5),
        owner=owner,
        next_step="Send the offer",
        created_on=today() - timedelta(days=60),
        stage_since=today() - timedelta(days=4),
        stage_since_inferred=False,
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=line, total=19_000_00)
    OpportunityContactRole.objects.create(
        opportunity=deal, contact=person, role="Champion", buying_role="champion"
    )
    return deal


def lost_deal(of: World, line: ProductLine, *, rival: str) -> Opportunity:
    """A deal lost to a competitor forty days ago."""
    deal = makers.opportunity(
        of.account,
        "Lost rollout",
        unit=of.unit,
        is_closed=True,
        amount=9_000_00,
        close_date=today() - timedelta(days=40),
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=line, total=9_000_00)
    competitor = Competitor.objects.create(name=rival, key=rival.casefold())
    OpportunityCompetitor.objects.create(opportunity=deal, competitor=competitor)
    return deal


def _contract(account: Account) -> Contract:
    return Contract.objects.create(
        account=account,
        name="Frame contract",
        number="C-1",
        is_active=True,
        starts_on=today() - timedelta(days=300),
        ends_on=today() + timedelta(days=100),
        annual_value=24_000_00,
        currency="GBP",
    )


def _measures(account: Account, unit: Unit, line: ProductLine) -> None:
    measures(account, acv=24_000_00, r12=22_000_00, r12_before=26_000_00)
    CellMeasures.objects.create(
        account=account,
        unit=unit,
        product_line=line,
        r12=22_000_00,
        r12_before=26_000_00,
        r24=48_000_00,
        acv=24_000_00,
        acv_source="asset",
        owned=True,
        last_purchase_on=today() - timedelta(days=9),
    )
    CellOpening.objects.create(
        account=account,
        first_day=date(today().year, 1, 1),
        unit=unit,
        product_line=line,
        acv=24_000_00,
        acv_source="asset",
    )


def measures(account: Account, **values: Any) -> AccountMeasures:
    """The ledger's totals of one account."""
    base = {
        "r24": 48_000_00,
        "acv_source": "asset",
        "monthly": [2_000_00] * 36,
        "currency": "GBP",
        "as_of": today(),
        "ledger_version": 1,
        "usage_now": 2100,
        "usage_before": 2800,
    }
    kept = AccountMeasures.objects.create(account=account, **{**base, **values})
    if values.get("acv") is not None:
        opening(account, kept.acv, source=kept.acv_source)
    return kept


def opening(account: Account, acv: int | None, *, source: str = "asset") -> AccountOpening:
    """Its recurring value on the year's first day, and the same now."""
    values = {"acv": acv, "acv_source": source, "now": acv, "now_source": source}
    return AccountOpening.objects.create(
        account=account,
        first_day=date(today().year, 1, 1),
        currency="GBP",
        as_of=today(),
        **values,
    )
