"""A small account for tests of departures, threads and people's data: who knows whom, and what
rests on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sightline.planning.stakeholders import ContactLog
from sightline.records.models import (
    Account,
    Contact,
    ContactActivity,
    Contract,
    CrmUser,
    Opinion,
    Opportunity,
    OpportunityContactRole,
    SignIn,
)
from sightline.records.queries.people import log_as_json
from tests import makers

TODAY = date.today()


@dataclass(frozen=True)
class World:
    """One account of `owner`: Ana is met every week, Bo hardly, Cy never and reports to Ana."""

    owner: SignIn
    user: CrmUser
    account: Account
    ana: Contact
    bo: Contact
    cy: Contact
    deal: Opportunity
    contract: Contract


def meet(contact: Contact, *users: CrmUser, times: int, every: int = 7) -> None:
    """So many two-way days, the last one yesterday."""
    days = tuple(sorted(TODAY - timedelta(days=1 + every * number) for number in range(times)))
    log = ContactLog(
        two_way=days, by_ours=tuple((day, tuple(str(one.pk) for one in users)) for day in days)
    )
    ContactActivity.objects.create(
        contact=contact,
        account=contact.account,
        log=log_as_json(log),
        last_two_way_on=days[-1] if days else None,
        ledger_version=1,
        as_of=TODAY,
    )


def world(**names: str) -> World:
    """An open deal of 100,000 that rests on Ana, and a renewal of 50,000 that rests on Bo."""
    makers.company(reporting_currency="GBP")
    user = makers.crm_user("Mei Lin")
    owner = makers.sign_in("account_manager", user=user)
    account = makers.account("Helvion", owner=user)
    ana = makers.contact(account, names.get("ana", "Ana Müller"), title="Head of IT")
    bo = makers.contact(account, names.get("bo", "Bo Ek"), title="Buyer")
    cy = makers.contact(account, "Cy", title="Engineer", reports_to=ana)
    meet(ana, user, times=12)
    meet(bo, user, makers.crm_user("Sam Roe"), times=3, every=20)
    deal = makers.opportunity(account, "Rollout", amount=10_000_000)
    OpportunityContactRole.objects.create(
        opportunity=deal, contact=ana, role="Decision Maker", buying_role="champion"
    )
    contract = Contract.objects.create(
        account=account,
        number="00000007",
        annual_value=5_000_000,
        currency="GBP",
        ends_on=TODAY + timedelta(days=100),
    )
    renewal = makers.opportunity(account, "Renewal", is_renewal=True, renews=contract)
    OpportunityContactRole.objects.create(
        opportunity=renewal, contact=bo, role="Buyer", buying_role="economic_buyer"
    )
    Opinion.objects.create(
        contact=ana, kind=Opinion.Kind.STANCE, value="supports", rater=user, reason="said so"
    )
    return World(owner, user, account, ana, bo, cy, deal, contract)
