"""Which of the plans an address asks for; nonsense is left out, never an error."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sightline.records.queries.analytics import PlanRow

TABS = {
    "": _("All plans"),
    "no_path": _("No credible path"),
    "gap": _("Below target"),
    "threaded": _("Single-threaded"),
    "challenges": _("Challenges open"),
    "left_out": _("Not in the sums"),
}
NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Asked:
    """`owner` is a number, `none` for accounts without an owner, or empty for all."""

    only: str = ""
    owner: str = ""
    tier: int | None = None
    page: int = 1

    def query(self, **changes: str) -> str:
        """The address's query with some values changed; an empty value leaves it out."""
        pairs = {"only": self.only, "owner": self.owner, "tier": str(self.tier or "")} | changes
        return urlencode([(name, value) for name, value in pairs.items() if value])

    def holds(self, row: PlanRow) -> bool:
        """Whether a plan is asked for."""
        return self._is_of(row) and in_tab(self.only, row)

    def _is_of(self, row: PlanRow) -> bool:
        owner = str(row.owner_id) if row.owner_id is not None else NOBODY
        return self.owner in {"", owner} and self.tier in {None, row.facts.tier}


def in_tab(only: str, row: PlanRow) -> bool:
    """Whether a plan belongs to a tab."""
    facts, gap = row.facts, row.gap
    return {
        "no_path": facts.no_path,
        "gap": gap is not None and gap.minor > 0,
        "threaded": facts.single_threaded is not None and facts.single_threaded.minor > 0,
        "challenges": facts.open_challenges > 0,
        "left_out": gap is None,
    }.get(only, True)


def asked_of(values: QueryDict) -> Asked:
    """Reads the query of an address."""
    only, owner, tier = values.get("only", ""), values.get("owner", ""), values.get("tier", "")
    page = values.get("page", "1")
    return Asked(
        only=only if only in TABS else "",
        owner=owner if owner == NOBODY or _is_number(owner) else "",
        tier=int(tier) if tier in {"1", "2", "3"} else None,
        page=max(1, int(page)) if _is_number(page) else 1,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
