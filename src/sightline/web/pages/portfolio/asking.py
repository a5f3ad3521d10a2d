"""What the address asks of the list: tab, filters, order, page, hidden columns; and back again."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from sightline.records.queries.portfolio import SORTS, VIEWS, Asked
from sightline.web.gate import Request

LONGEST_TEXT = 120
COLUMNS = {
    "crm": _("In CRM"),
    "computed": _("Computed"),
    "potential": _("Potential"),
    "vulnerability": _("Vulnerability"),
    "share": _("Share of wallet"),
    "acv": _("ACV"),
    "landing": _("Landing"),
    "renewal": _("Next renewal"),
    "owner": _("Owner"),
}
TABS = {
    "all": _("All accounts"),
    "to_decide": _("To decide"),
    "no_path": _("No credible path"),
    "renewal": _("Renewal in sight"),
    "single_threaded": _("Single-threaded"),
    "under_served": _("Under-served"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """The list as asked for. What makes no sense in an address is left out, never an error."""

    asked: Asked
    hidden: frozenset[str]

    def query(self, **changes: str) -> str:
        """The address's query with some values changed; an empty value leaves it out."""
        asked = self.asked
        pairs = {
            "view": asked.view if asked.view != "all" else "",
            "q": asked.text,
            "owner": str(asked.owner or ""),
            "owner_name": asked.owner_name,
            "tier": str(asked.tier or ""),
            "industry": asked.industry,
            "sort": asked.sort if asked.sort != "-potential" else "",
        } | changes
        kept = [(name, value) for name, value in pairs.items() if value]
        return urlencode([*kept, *(("hide", name) for name in sorted(self.hidden))])

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        asked = self.asked
        return bool(asked.text or asked.owner or asked.owner_name or asked.tier or asked.industry)


def question_of(values: QueryDict) -> Question:
    """Reads the query of an address."""
    view, sort = values.get("view", "all"), values.get("sort", "-potential")
    tier = values.get("tier", "")
    return Question(
        asked=Asked(
            view=view if view in VIEWS else "all",
            owner=_whole(values.get("owner", "")),
            owner_name=" ".join(values.get("owner_name", "").split())[:LONGEST_TEXT],
            tier=int(tier) if tier in {"1", "2", "3"} else None,
            industry=values.get("industry", "")[:LONGEST_TEXT],
            text=" ".join(values.get("q", "").split())[:LONGEST_TEXT],
            sort=sort if sort.removeprefix("-") in SORTS else "-potential",
            after=values.get("after", "")[:400],
            before="" if values.get("after") else values.get("before", "")[:400],
        ),
        hidden=frozenset(values.getlist("hide")) & frozenset(COLUMNS),
    )


def way_back(request: Request, default: str) -> str:
    """Where the person was: the form's `next`, the page htmx asked from, or the page before."""
    for wanted in (
        request.POST.get("next", ""),
        _own_path(request.headers.get("HX-Current-URL", "")),
        _own_path(request.headers.get("Referer", "")),
    ):
        if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
            return wanted
    return default


def _own_path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 12 else None
