"""Rows of an account's opportunities: themselves, lines, history, contact roles, competitors."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from sightline.exchange.demonstration.account_rows import audit, contract_id, local
from sightline.exchange.demonstration.catalogue import FORECAST_CODES, LINES, STAGES
from sightline.exchange.demonstration.company import Team, product_id, user_id
from sightline.exchange.demonstration.deals import Deal, Item
from sightline.exchange.demonstration.identity import record_id
from sightline.exchange.demonstration.profile import Profile, World
from sightline.exchange.demonstration.tables import Row, moment


class Priced(NamedTuple):
    """An opportunity line in the account's currency, in hundredths."""

    item: Item
    quantity: int
    unit_price: int

    @property
    def total(self) -> int:
        """Quantity times price, in hundredths."""
        return self.quantity * self.unit_price


def priced(deal: Deal, account: Profile) -> list[Priced]:
    """The lines with whole quantities; their totals add up to the opportunity's amount."""
    answer = []
    for item in deal.items:
        yearly = item.yearly * local(account) * 100
        quantity = max(1, round(item.yearly / item.line.price))
        answer.append(Priced(item, quantity, max(1, round(yearly / quantity))))
    return answer


def amount(deal: Deal, account: Profile) -> int:
    """The opportunity's amount in hundredths of the account's currency."""
    return sum(line.total for line in priced(deal, account))


def money(hundredths: float) -> str:
    """Hundredths as a plain decimal."""
    return f"{hundredths / 100:.2f}"


def opportunity_rows(
    account: Profile, deals: Sequence[Deal], team: Team, *, world: World
) -> Iterator[Row]:
    """Opportunity rows, as they stand today."""
    for deal in deals:
        stage = STAGES[deal.stage]
        total = amount(deal, account)
        changed = deal.path[-1][0]
        yield {
            "Id": deal.id,
            "IsDeleted": False,
            "AccountId": account.id,
            "Name": f"{account.name}: {deal.title}",
            "StageName": stage.name,
            "Amount": money(total),
            "Probability": stage.probability,
            "ExpectedRevenue": money(total * stage.probability / 100),
            "CloseDate": deal.close,
            "Type": deal.kind,
            "NextStep": deal.next_step,
            "LeadSource": deal.source,
            "IsClosed": stage.closed,
            "IsWon": stage.won,
            "ForecastCategoryName": stage.forecast,
            "CurrencyIsoCode": account.currency,
            "OwnerId": user_id(team.owner),
            "ContractId": None if deal.contract is None else contract_id(account, deal.contract),
            "ContactId": deal.roles[0][0].id if deal.roles else None,
            "LastStageChangeDate": moment(changed, minute=611),
            "Loss_Reason__c": deal.reason,
            "Business_Unit__c": deal.unit,
            **audit(deal.created, min(changed + timedelta(days=2), world.today)),
        }


def line_rows(account: Profile, deals: Sequence[Deal]) -> Iterator[Row]:
    """OpportunityLineItem rows; `ServiceDate` is when the service begins."""
    number = 0
    for deal in deals:
        for order, line in enumerate(priced(deal, account), start=1):
            product = line.item.line
            yield {
                "Id": record_id("OpportunityLineItem", owner=account.index, number=number),
                "IsDeleted": False,
                "OpportunityId": deal.id,
                "SortOrder": order,
                "Product2Id": product_id(product.number),
                "ProductCode": LINES[product.number].code,
                "Name": f"{account.name}: {product.name}",
                "CurrencyIsoCode": account.currency,
                "Quantity": line.quantity,
                "UnitPrice": money(line.unit_price),
                "TotalPrice": money(line.total),
                "ServiceDate": deal.starts or deal.close + timedelta(days=14),
                **audit(deal.created),
            }
            number += 1


def role_rows(account: Profile, deals: Sequence[Deal]) -> Iterator[Row]:
    """OpportunityContactRole rows; the first role of each opportunity is primary."""
    number = 0
    for deal in deals:
        for place, (person, role) in enumerate(deal.roles):
            yield {
                "Id": record_id("OpportunityContactRole", owner=account.index, number=number),
                "OpportunityId": deal.id,
                "ContactId": person.id,
                "Role": role,
                "IsPrimary": place == 0,
                "IsDeleted": False,
                **audit(deal.created),
            }
            number += 1


def history_rows(
    account: Profile, deals: Sequence[Deal], team: Team, *, world: World
) -> Iterator[Row]:
    """One row for each stage entered; the first figures are a little off and dated too early."""
    rng = world.stream(account.index, "history")
    number = 0
    for deal in deals:
        final = amount(deal, account)
        guess, slip = rng.uniform(0.8, 1.15), rng.randrange(45)
        for place, (day, position) in enumerate(deal.path):
            stage = STAGES[position]
            settled = place == len(deal.path) - 1
            total = final if settled or place > 1 else round(final * guess)
            close = deal.close if settled else deal.close - timedelta(days=slip)
            stamp = moment(day, minute=611)
            yield {
                "Id": record_id("OpportunityHistory", owner=account.index, number=number),
                "OpportunityId": deal.id,
                "CreatedById": user_id(team.owner),
                "CreatedDate": stamp,
                "StageName": stage.name,
                "Amount": money(total),
                "ExpectedRevenue": money(total * stage.probability / 100),
                "CloseDate": max(close, day),
                "Probability": stage.probability,
                "ForecastCategory": FORECAST_CODES[stage.forecast],
                "CurrencyIsoCode": account.currency,
                "SystemModstamp": stamp,
                "IsDeleted": False,
            }
            number += 1


def competitor_rows(account: Profile, deals: Sequence[Deal]) -> Iterator[Row]:
    """OpportunityCompetitor rows of the opportunities that met one."""
    number = 0
    for deal in deals:
        if deal.competitor is None:
            continue
        yield {
            "Id": record_id("OpportunityCompetitor", owner=account.index, number=number),
            "OpportunityId": deal.id,
            "CompetitorName": deal.competitor.name,
            "Strengths": deal.competitor.strengths,
            "Weaknesses": deal.competitor.weaknesses,
            "IsDeleted": False,
            **audit(deal.created),
        }
        number += 1
