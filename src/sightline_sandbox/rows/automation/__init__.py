"""What the service does by itself when a row is saved: derived fields and rows."""

from collections.abc import Callable

from sightline_sandbox.rows.automation import (
    activities,
    files,
    opportunities,
    people,
    person_accounts,
    plans,
    rates,
    shares,
)
from sightline_sandbox.rows.automation.names import compose_name
from sightline_sandbox.rows.automation.record_types import record_type
from sightline_sandbox.rows.read import Row
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work

Before = Callable[[Work, Row, Row | None, frozenset[str]], None]
After = Callable[[Work, Row, Row | None], None]

#: Objects whose rows say what users may do.
RIGHTS_OBJECTS = frozenset(
    ["User", "PermissionSet", "PermissionSetAssignment", "ObjectPermissions", "FieldPermissions"]
)
_BEFORE: dict[str, list[Before]] = {
    "Attachment": [files.body_facts],
    "Document": [files.body_facts],
    "ContentVersion": [files.version_facts],
    "Account": [person_accounts.before],
    "Contact": [person_accounts.refuse_contact],
    "Opportunity": [opportunities.stage_facts],
    "OpportunityLineItem": [opportunities.line_facts],
    "PricebookEntry": [opportunities.entry_facts],
    "Task": [activities.task_facts],
    "Event": [activities.event_facts],
    "Case": [people.case_facts],
    "AccountPlanObjectiveMeasure": [plans.measure_facts],
    "AccountPlanObjMeasRela": [plans.number],
    "Contract": [plans.contract_facts],
}
_AFTER: dict[str, list[After]] = {
    "Account": [shares.owner_share, person_accounts.after],
    "Opportunity": [shares.owner_share, opportunities.history, opportunities.first_contact],
    "OpportunityLineItem": [opportunities.roll_up],
    "OpportunityContactRole": [opportunities.one_primary],
    "AccountTeamMember": [shares.team_share],
    "Contact": [people.direct_relation],
    **{name: [people.forget_rights] for name in sorted(RIGHTS_OBJECTS)},
    "ContentVersion": [files.publish],
    "DatedConversionRate": [rates.chain],
    "Task": [activities.last_activity],
    "Event": [activities.last_activity],
}


def before_save(
    work: Work, sobject: SObject, row: Row, old: Row | None, given: frozenset[str]
) -> None:
    """Fill derived fields of a row about to be written."""
    work.org.faults.rewrite(work, sobject, row, given)
    compose_name(sobject, row)
    record_type(work, sobject, row, old, given)
    for rule in _BEFORE.get(sobject.name, []):
        rule(work, row, old, given)


def after_save(work: Work, sobject: SObject, row: Row, old: Row | None) -> None:
    """Write the rows that follow from one just written."""
    for rule in _AFTER.get(sobject.name, []):
        rule(work, row, old)


__all__ = ["RIGHTS_OBJECTS", "after_save", "before_save"]
