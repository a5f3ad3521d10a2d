"""The inside of an opened row: the parts of vulnerability, why this tier, what moved since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sightline.planning.periods import months_back
from sightline.planning.tiering import Moved
from sightline.planning.tiering.parameters import TieringParameters
from sightline.records.queries.portfolio import AccountTier, DecisionLine, Row
from sightline.wording.chances import percent


@dataclass(frozen=True, slots=True)
class Part:
    """A part of vulnerability: `percent` is 100 times its chance."""

    text: str
    shown: str
    percent: float


@dataclass(frozen=True, slots=True)
class Detail:
    """The inside of an opened row."""

    parts: tuple[Part, ...]
    parts_missing: str
    holding: int
    reasons: tuple[str, ...]
    moved: tuple[str, ...]
    history: tuple[DecisionLine, ...]
    axes: tuple[tuple[str, str], ...]
    lever: str
    attention: str


def detail_of(found: AccountTier, *, numbers: TieringParameters) -> Detail:
    """Parts, reasons and moves of one account in words."""
    row = found.row
    held = [part for part in row.parts if part.get("p")]
    missing = next((part["text"] for part in row.parts if part.get("p") is None), "")
    return Detail(
        parts=tuple(
            Part(_bare(part["text"]), f"{part['p']:.2f}".lstrip("0"), 100 * part["p"])
            for part in held
        ),
        parts_missing=missing,
        holding=len(held),
        reasons=tuple(str(why["text"]) for why in row.reasons),
        moved=tuple(_move(move) for move in found.moved),
        history=found.history,
        axes=_axes(row, numbers=numbers),
        lever=_lever(row),
        attention=_attention(found.attention),
    )


def _attention(shares: tuple[float, float] | None) -> str:
    """Attention against potential, in words; empty where it is not known."""
    if shares is None:
        return ""
    return _("%(contact)s of our contact, %(potential)s of all potential") % {
        "contact": percent(shares[0], digits=1),
        "potential": percent(shares[1], digits=1),
    }


def months_on(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    return months_back(day, -months)


def _bare(text: str) -> str:
    """A part's words without its share, which stands beside it."""
    words = text.rpartition(" (")[0] or text
    return words[:1].upper() + words[1:]


def _axes(row: Row, *, numbers: TieringParameters) -> tuple[tuple[str, str], ...]:
    by_code = {str(why["code"]): why for why in row.reasons}
    rank = _("rank %(rank)s") % {"rank": f"{row.potential_rank:,}"} if row.potential_rank else ""
    potential = _("high") if "potential_high" in by_code else _("not high")
    importance = (
        _("%(points)s of 9, high from %(cut)s")
        % {"points": row.importance, "cut": f"{numbers.importance_high:g}"}
        if row.importance is not None
        else _("not yet asked")
    )
    exposed = (
        _("%(value)s, high from %(cut)s")
        % {"value": row.vulnerability, "cut": f"{numbers.vulnerability_high:g}"}
        if row.vulnerability is not None
        else _("no revenue to lose yet")
        if "prospect" in by_code
        else _("not known")
    )
    return (
        (_("Potential"), ", ".join(word for word in (potential, rank) if word)),
        (_("Importance"), importance),
        (_("Vulnerability"), exposed),
    )


def _lever(row: Row) -> str:
    """What taking the largest part away would leave: 1 − Π(1 − p) over the others."""
    chances = sorted((float(part["p"]) for part in row.parts if part.get("p")), reverse=True)
    if len(chances) < 1 or row.vulnerability is None:
        return ""
    stay = 1.0
    for chance in chances[1:]:
        stay *= 1 - chance
    first = next(part for part in row.parts if part.get("p") == chances[0])
    return _("Largest lever: without “%(part)s” vulnerability is %(left)s.") % {
        "part": _bare(first["text"]).lower(),
        "left": round(100 * (1 - stay)),
    }


def _move(move: Moved) -> str:
    name = MOVED[move.what]()
    if move.before is None:
        return _("%(what)s became known: %(now)s") % {"what": name, "now": f"{move.now:.0f}"}
    if move.now is None:
        return _("%(what)s is no longer known (was %(before)s)") % {
            "what": name,
            "before": f"{move.before:.0f}",
        }
    return _("%(what)s from %(before)s to %(now)s") % {
        "what": name,
        "before": f"{move.before:.0f}",
        "now": f"{move.now:.0f}",
    }


MOVED = {
    "potential_index": lambda: _("Place by potential, of 100,"),
    "importance": lambda: _("Importance"),
    "vulnerability": lambda: _("Vulnerability"),
    "wallet_share": lambda: _("Wallet share"),
    "attention_ratio": lambda: _("Attention against potential"),
}
