"""Renewals over the portfolio and of one contract, as plain values."""

from sightline.records.queries.renewals.calendar import Upcoming, upcoming
from sightline.records.queries.renewals.contract import ContractPage, StepRow, contract_page
from sightline.records.queries.renewals.plays import RenewalPlay, plans_written, plays_of_renewals

__all__ = [
    "ContractPage",
    "RenewalPlay",
    "StepRow",
    "Upcoming",
    "contract_page",
    "plans_written",
    "plays_of_renewals",
    "upcoming",
]
