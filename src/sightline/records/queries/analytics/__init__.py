"""The portfolio as its leaders look at it: what plans carry, what is missing, and where."""

from sightline.records.queries.analytics.accounts import AccountLine, Balance, Spread
from sightline.records.queries.analytics.columns import PlanTable, plan_table
from sightline.records.queries.analytics.moving import Change, Moving, Sponsoring, Work
from sightline.records.queries.analytics.outcome import (
    Backwards,
    Wanted,
    backwards,
    outcome_of,
)
from sightline.records.queries.analytics.picture import (
    Basis,
    Picture,
    all_plans,
    blank_picture,
    picture,
    picture_and_plans,
)
from sightline.records.queries.analytics.plans import Group, PlanRow
from sightline.records.queries.analytics.renewals import RenewalQuarter, Standing

__all__ = [
    "AccountLine",
    "Backwards",
    "Balance",
    "Basis",
    "Change",
    "Group",
    "Moving",
    "Picture",
    "PlanRow",
    "PlanTable",
    "RenewalQuarter",
    "Sponsoring",
    "Spread",
    "Standing",
    "Wanted",
    "Work",
    "all_plans",
    "backwards",
    "blank_picture",
    "outcome_of",
    "picture",
    "picture_and_plans",
    "plan_table",
]
