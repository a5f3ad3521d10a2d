"""The objects of a Salesforce export, in the order in which they are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sightline.exchange.imports import salesforce_deals as deals
from sightline.exchange.imports import salesforce_rows as rows
from sightline.exchange.imports.salesforce_fields import ALL
from sightline.exchange.imports.specs import Emit, Object

# What is lost without a file, said once in the report.
_COSTS: Mapping[str, str] = {
    "User": "owners stay unnamed, and nobody's accounts can be told from another's",
    "UserRole": "no role hierarchy: leaders see only accounts of their own",
    "AccountTeamMember": "no account teams: only owners see an account",
    "AccountShare": "no sharing rows: only owners and teams see an account",
    "Contact": "no people: no stakeholders, threads or quiet contacts",
    "Product2": "no products: the whitespace grid has no columns",
    "OpportunityLineItem": "no product lines on deals: bookings cannot stand in for revenue lines",
    "OpportunityContactRole": "no buying roles: plays show who is missing as unknown",
    "OpportunityHistory": "days in stage start today",
    "OpportunityStage": "stages and their probabilities are taken from the values seen",
    "OpportunityCompetitor": "competitors are known only where a text field names them",
    "Contract": "no contract ends: renewals are seen only through renewal deals",
    "Asset": "no installed base: annual value comes from deals or revenue lines",
    "Case": "no open cases in health and vulnerability",
    "Task": "no calls and no next steps: attention and contact rest on the other activities",
    "Event": "no meetings: attention and contact rest on the other activities",
    "EventRelation": "of each meeting only its main contact is known",
    "Lead": "who takes part in meetings as a lead is not suggested as a contact",
    "EmailMessage": "no mail directions: mails count as contact of unknown direction",
    "Opportunity": "no deals: no plays, no pipeline, no win rates",
}

_EMIT: Mapping[str, tuple[Emit, tuple[str, ...]]] = {
    "UserRole": (rows.user_role, ("UserRole",)),
    "Group": (rows.group, ("Group",)),
    "User": (rows.user, ("User",)),
    "Product2": (rows.product, ("Product2",)),
    "Account": (rows.account, ("Account", "Wallet")),
    "AccountTeamMember": (rows.team_member, ("AccountTeamMember",)),
    "AccountShare": (rows.share, ("AccountShare",)),
    "Contact": (rows.contact, ("Contact", "Opinion")),
    "OpportunityStage": (deals.stage, ("OpportunityStage",)),
    "Contract": (deals.contract, ("Contract",)),
    "Opportunity": (deals.opportunity, ("Opportunity", "OpportunityCompetitor")),
    "OpportunityLineItem": (deals.line, ("OpportunityLineItem",)),
    "OpportunityContactRole": (rows.contact_role, ("OpportunityContactRole",)),
    "OpportunityCompetitor": (deals.competitor, ("OpportunityCompetitor",)),
    "OpportunityHistory": (deals.history, ("OpportunityHistory",)),
    "Asset": (deals.asset, ("Asset",)),
    "Case": (rows.case, ("Case",)),
    "Task": (deals.task, ("Task", "ClosedTask")),
    "Event": (partial(deals.as_activity, "Event"), ("Event",)),
    "EventRelation": (partial(deals.as_activity, "EventRelation"), ("EventRelation",)),
    "Lead": (partial(deals.as_activity, "Lead"), ("Lead",)),
    "EmailMessage": (partial(deals.as_activity, "EmailMessage"), ("EmailMessage",)),
}

OBJECTS: Mapping[str, Object] = {
    name: Object(
        name=name,
        fields=ALL[name],
        emit=emit,
        targets=targets,
        missing_costs=_COSTS.get(name, ""),
    )
    for name, (emit, targets) in _EMIT.items()
}
REQUIRED = ("Account",)
# What refers to no account may come first, by itself: people, roles, products, stages.
ALONE = frozenset({"UserRole", "Group", "User", "Product2", "OpportunityStage"})
EXPECTED = tuple(name for name in OBJECTS if name not in ("Group", "Lead", *REQUIRED))
