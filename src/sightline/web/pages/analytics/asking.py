"""Which of the plans an address asks for; nonsense is left out, never an error."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sightline.planning.signals import SignalKind
from sightline.records.queries.analytics.columns import NOBODY as NO_OWNER
from sightline.records.queries.analytics.feed import FELL, JUMPED, FeedAsked

TABS = {
    "": _("All plans"),
    "no_path": _("No credible path"),
    "gap": _("Below target"),
    "threaded": _("Single-threaded"),
    "challenges": _("Challenges open"),
    "left_out": _("Not in the sums"),
}
NOBODY = "none"
MOST_PAGES = 200
KIND_WORDS = {
    SignalKind.CONTACT_LEFT.value: _("People who left"),
    SignalKind.CONTACT_QUIET.value: _("People gone quiet"),
    SignalKind.CONTACT_NEW.value: _("New people"),
    SignalKind.CONTACT_TITLE.value: _("Other titles"),
    SignalKind.CONTACT_BOUNCED.value: _("Mail that comes back"),
    SignalKind.REVENUE_SILENT.value: _("Silent accounts"),
    SignalKind.OFF_TREND.value: _("Revenue off its trend"),
    FELL: _("Revenue that fell"),
    JUMPED: _("Revenue that jumped"),
    SignalKind.USAGE_DOWN.value: _("Usage down"),
    SignalKind.RENEWAL_IN_SIGHT.value: _("Renewals in sight"),
    SignalKind.SERIOUS_CASES.value: _("Serious cases"),
    SignalKind.COMPETITOR_SEEN.value: _("Competitors seen"),
}


def list_url(slug: str, **asked: object) -> str:
    """The address of the rows behind a figure, narrowed."""
    pairs = [(name, str(value)) for name, value in asked.items() if value not in (None, "")]
    address = reverse("analytics:behind", args=[slug])
    return f"{address}?{urlencode(pairs)}" if pairs else address


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

    @property
    def owner_id(self) -> int | None:
        """The owner as plans are kept by; None for all."""
        if not self.owner:
            return None
        return NO_OWNER if self.owner == NOBODY else int(self.owner)


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


@dataclass(frozen=True, slots=True)
class SignalsAsked:
    """Which signals an address asks for; `page` from 1."""

    kind: str = ""
    owner: int | None = None
    owner_name: str = ""
    tier: int | None = None
    page: int = 1

    def query(self, **changes: str) -> str:
        """The address's query with some values changed; an empty value leaves it out."""
        pairs = {
            "kind": self.kind,
            "owner": str(self.owner or ""),
            "owner_name": self.owner_name,
            "tier": str(self.tier or ""),
        }
        return urlencode([(name, value) for name, value in (pairs | changes).items() if value])

    @property
    def wanted(self) -> FeedAsked:
        """What the query takes."""
        return FeedAsked(self.kind, self.owner, self.tier, self.owner_name)


def signals_asked(values: QueryDict) -> SignalsAsked:
    """Reads the query of an address."""
    kind, owner, tier = values.get("kind", ""), values.get("owner", ""), values.get("tier", "")
    page = values.get("page", "1")
    return SignalsAsked(
        kind=kind if kind in KIND_WORDS else "",
        owner=int(owner) if _is_number(owner) else None,
        owner_name=values.get("owner_name", "").strip()[:100],
        tier=int(tier) if tier in {"1", "2", "3"} else None,
        page=min(MOST_PAGES, max(1, int(page))) if _is_number(page) else 1,
    )
