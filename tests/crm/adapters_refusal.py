"""A validation rule for the CRM in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sightline.crm.adapters.memory import Refusal


def refuse_all(words: str) -> Callable[[str, Mapping[str, Any]], None]:
    """Refuse every opportunity in these words."""

    def rule(name: str, values: Mapping[str, Any]) -> None:
        if name == "Opportunity":
            raise Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", words)

    return rule
