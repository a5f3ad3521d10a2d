"""Accounts as they are planned: families, revenue kinds and annual contract value.

Definitions: docs/method/acv.md and docs/method/tiers.md.
"""

from sightline.planning.accounts.acv import (
    Acv,
    AcvParameters,
    AcvPart,
    AcvSource,
    Entitlement,
    RevenueKind,
    TermYear,
    acv_on,
    yearly_value,
)
from sightline.planning.accounts.families import Families, families, refuse_ring

__all__ = [
    "Acv",
    "AcvParameters",
    "AcvPart",
    "AcvSource",
    "Entitlement",
    "Families",
    "RevenueKind",
    "TermYear",
    "acv_on",
    "families",
    "refuse_ring",
    "yearly_value",
]
