"""Where a fact of a cell comes from, in one line; and what is read of a cell, not said."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sightline.actions.whitespace import BY_PERSON
from sightline.planning.whitespace import CellFacts, Footprint, Origin
from sightline.web.pages.whitespace.forms import SURE
from sightline.wording import dates
from sightline.wording.money import short_money

_READ = {
    "ledger": gettext_lazy("revenue lines and the CRM"),
    "lost opportunity": gettext_lazy("an opportunity lost to them"),
}


def origin_words(origin: Origin | None) -> str:
    """Author, source, date and confidence of a fact, in one line."""
    if origin is None:
        return ""
    source = "" if origin.source == BY_PERSON else str(_READ.get(origin.source, origin.source))
    who = ", ".join(part for part in (origin.author, source) if part) or _("nobody named")
    if origin.live:
        return _("%(who)s, read live") % {"who": who}
    sure = {code: str(words) for code, words in SURE}[origin.confidence.value]
    told = {"who": who, "day": dates.day(origin.on), "sure": sure}
    return _("%(who)s, %(day)s, %(sure)s") % told


def origin_values(origin: Origin | None) -> dict[str, str]:
    """What the form of a fact starts with: a person's own words, else nothing."""
    if origin is None or origin.author is None:
        return {"source": "", "confidence": "medium"}
    source = "" if origin.source == BY_PERSON else origin.source
    return {"source": source, "confidence": origin.confidence.value}


def read_of(cell: CellFacts) -> tuple[tuple[str, str, str], ...]:
    """What we sold there and which opportunities are open: name, words, where it is read."""
    found = []
    if cell.footprint is not None:
        words = _sold(cell.footprint)
        found.append((_("What we sold here"), words, origin_words(cell.footprint.origin)))
    if cell.pipeline is not None:
        count = len(cell.pipeline.deals)
        words = ngettext("%s open opportunity", "%s open opportunities", count) % count
        found.append((_("Pipeline"), words, origin_words(cell.pipeline.origin)))
    return tuple(found)


def _sold(fact: Footprint) -> str:
    money = fact.revenue
    sold = money is not None and money.minor > 0
    parts = (
        [_("%s in the last 12 months") % short_money(money)] if money is not None and sold else []
    )
    parts += [_("under contract")] if fact.under_contract else []
    if fact.contract_end is not None:
        parts.append(_("contract to %s") % dates.day(fact.contract_end))
    if not parts:
        parts = [
            _("nothing in the last 12 months") if money is not None else _("revenue not loaded")
        ]
    return ", ".join(parts)
