"""Buying roles in Salesforce's words, which say less than ours: a champion is told as an influencer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TOLD = {
    "economic_buyer": "Economic Buyer",
    "technical": "Technical Buyer",
    "user": "Business User",
    "influencer": "Influencer",
    "their_sponsor": "Executive Sponsor",
    "champion": "Influencer",
    "coach": "Other",
    "procurement": "Other",
}


def role_told(row: Mapping[str, Any]) -> Any:
    """The CRM's word for a contact role of ours (`role`, `buying_role`); a blocker is never told."""
    if row["buying_role"] in ("", "blocker"):
        return row["role"]
    return TOLD.get(row["buying_role"], row["role"])


def without_coarser(
    target_name: str, values: Mapping[str, Any], held: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that came in, less a buying role that only repeats the CRM's word for ours."""
    word = values.get("role")
    told = target_name == "OpportunityContactRole" and bool(word and held.get("buying_role"))
    if told and word == role_told(held):
        return {name: value for name, value in values.items() if name != "buying_role"}
    return dict(values)
