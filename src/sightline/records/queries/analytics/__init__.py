"""The portfolio as its leaders look at it: what plans carry, what is missing, and where."""

from sightline.records.queries.analytics.accounts import AccountLine, Balance, Spread
from sightline.records.queries.analytics.picture import Picture, picture
from sightline.records.queries.analytics.plans import Group, PlanRow
from sightline.records.queries.analytics.renewals import RenewalQuarter, Standing

__all__ = [
    "AccountLine",
    "Balance",
    "Group",
    "Picture",
    "PlanRow",
    "RenewalQuarter",
    "Spread",
    "Standing",
    "picture",
]
