"""Renewals over the portfolio and of one contract, as plain values."""

from sightline.records.queries.renewals.calendar import Upcoming, upcoming, upcoming_page
from sightline.records.queries.renewals.contract import ContractPage, StepRow, contract_page
from sightline.records.queries.renewals.plays import RenewalPlay, plans_written, plays_of_renewals
from sightline.records.queries.renewals.sums import (
    ABOUT,
    OVERDUE,
    Judged,
    RenewalSums,
    Span,
    judged,
    spans_of,
    sums_of,
    sums_to_keep,
)

__all__ = [
    "ABOUT",
    "OVERDUE",
    "ContractPage",
    "Judged",
    "RenewalPlay",
    "RenewalSums",
    "Span",
    "StepRow",
    "Upcoming",
    "contract_page",
    "judged",
    "plans_written",
    "plays_of_renewals",
    "spans_of",
    "sums_of",
    "sums_to_keep",
    "upcoming",
    "upcoming_page",
]
