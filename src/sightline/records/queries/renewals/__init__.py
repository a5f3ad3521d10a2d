"""Renewals over the portfolio and of one contract, as plain values."""

from sightline.records.queries.renewals.calendar import Upcoming, upcoming
from sightline.records.queries.renewals.contract import ContractPage, StepRow, contract_page

__all__ = ["ContractPage", "StepRow", "Upcoming", "contract_page", "upcoming"]
