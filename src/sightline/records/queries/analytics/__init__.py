"""The portfolio as its leaders look at it: what plans carry, what is missing, and where."""

from sightline.records.queries.analytics.accounts import AccountLine, Balance, Spread
from sightline.records.queries.analytics.outcome import (
    Backwards,
    Wanted,
    backwards,
    outcome_of,
)
from sightline.records.queries.analytics.picture import Picture, picture
from sightline.records.queries.analytics.plans import Group, PlanRow
from sightline.records.queries.analytics.renewals import RenewalQuarter, Standing

__all__ = [
    "AccountLine",
    "Backwards",
    "Balance",
    "Group",
    "Picture",
    "PlanRow",
    "RenewalQuarter",
    "Spread",
    "Standing",
    "Wanted",
    "backwards",
    "outcome_of",
    "picture",
]
