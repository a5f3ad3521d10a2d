"""One line for an account, written here because a week draws it by the dozen."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sightline.web import marks_html as html

MUCH = 50


@dataclass(frozen=True, slots=True)
class Row:
    """What a line says; `may_open`: there are acts to see; `url` the account's own page."""

    id: int
    name: str
    url: str
    tier: int
    tier_state: str
    worth: str
    vulnerability: int | None
    summary: str
    may_open: bool


class Rows:
    """Draws the lines of one week; `whose` is given where it is somebody else's."""

    def __init__(self, *, whose: int | None = None) -> None:
        self._page = reverse("monday:show")
        self._whose = whose
        self._vulnerability = escape(_("Vulnerability"))
        self._tiers: dict[tuple[int, str], SafeString] = {}

    def inner(self, row: Row) -> SafeString:
        """Name, worth, tier, vulnerability and what stands for it."""
        name = escape(row.name)
        if row.url and not row.may_open:
            name = format_html('<a class="plain" href="{}">{}</a>', row.url, row.name)
        parts = (
            html.avatar(row.name, square=True),
            f'<span class="who"><b>{name}</b><span class="small muted">{escape(row.worth)}</span>',
            "</span>",
            f'<span class="tier-mark">{self._tier(row.tier, row.tier_state)}</span>',
            f'<span class="stake small muted nowrap">{self._vulnerable(row.vulnerability)}</span>',
            f'<span class="end small muted">{escape(row.summary)}</span>',
        )
        return mark_safe("".join(parts))  # noqa: S308  (every text is escaped above)

    def folded(self, row: Row) -> SafeString:
        """The line as it stands folded: a link that opens it, or nothing to open."""
        if not row.may_open:
            return format_html('<div class="quiet">{}</div>', self.inner(row))
        asked = {"open": row.id} | ({"whose": self._whose} if self._whose is not None else {})
        query = f"?{urlencode(asked)}"
        return format_html(
            '<a class="closed" href="{}#account-{}" hx-get="{}{}" hx-target="#week"'
            ' hx-swap="innerHTML">{}</a>',
            query,
            row.id,
            self._page,
            query,
            self.inner(row),
        )

    def _tier(self, number: int, state: str) -> SafeString:
        kept = self._tiers.get((number, state))
        if kept is None:
            kept = self._tiers[number, state] = html.tier(number, state)
        return kept

    def _vulnerable(self, value: int | None) -> str:
        if value is None:
            return ""
        tone = " warn" if value >= MUCH else ""
        return f'{self._vulnerability} <b class="num{tone}">{value}</b>'
