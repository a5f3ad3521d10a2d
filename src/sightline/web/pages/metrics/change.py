"""Why revenue changed, in words: one column a kind of revenue, one row a part that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from django.utils.translation import gettext as _

from sightline.planning.metrics.decomposition import Change
from sightline.planning.money import Money
from sightline.records.queries.metrics.revenue import Explained


@dataclass(frozen=True, slots=True)
class Part:
    """One row: its name, what it means, an amount for each kind, and whether it is a sum."""

    name: str
    means: str
    amounts: tuple[Money, ...]
    sums: bool = False


@dataclass(frozen=True, slots=True)
class WhyChanged:
    """The table, its columns' names, and what is known of quantities."""

    kinds: tuple[str, ...]
    parts: tuple[Part, ...]
    quantities: tuple[str, ...]


def why_changed(found: Sequence[Explained]) -> WhyChanged | None:
    """None before anything was measured."""
    if not found:
        return None
    names = tuple(_kind(one.kind) for one in found)
    known = tuple(_quantities(one, name) for one, name in zip(found, names, strict=True))
    return WhyChanged(names, tuple(_parts(found)), known)


def _parts(found: Sequence[Explained]) -> list[Part]:
    words = _words()
    parts = [_row(_("Twelve months before"), "", found, lambda one: one.why.start, sums=True)]
    for part in fields(Change):
        if any(getattr(one.why.change, part.name) for one in found):
            name, means = words[part.name]
            parts.append(_row(name, means, found, _amount_of(part.name)))
    parts += [
        _row(_("Last twelve months"), "", found, lambda one: one.why.end, sums=True),
        _row(_("Not explained"), _("always nothing"), found, lambda one: one.why.residual),
    ]
    if any(one.exchange for one in found):
        means = _("both years above are at the rates of the first; this comes on top")
        parts.append(_row(_("Exchange"), means, found, lambda one: one.exchange))
    return parts


def _amount_of(name: str) -> Callable[[Explained], Money]:
    return lambda one: Money(getattr(one.why.change, name), one.why.currency)


def _row(
    name: str,
    means: str,
    found: Sequence[Explained],
    amount: Callable[[Explained], Money],
    *,
    sums: bool = False,
) -> Part:
    return Part(name, means, tuple(amount(one) for one in found), sums)


def _words() -> dict[str, tuple[str, str]]:
    return {
        "lost": (_("Lost"), _("accounts that bought nothing of the kind any more")),
        "contraction": (_("Contraction"), _("units and lines that fell or ended")),
        "price": (_("Price"), _("the same quantity at another price")),
        "volume": (_("Volume"), _("more or less of a product line, at its old price")),
        "mix": (_("Mix"), _("between units that pay different prices for a line")),
        "expansion": (_("Expansion"), _("units and lines that grew or began")),
        "new": (_("New"), _("accounts that never bought it before")),
        "reactivated": (_("Came back"), _("accounts that had stopped before")),
    }


def _kind(kind: str) -> str:
    return {"recurring": _("Recurring"), "repeat": _("Repeat")}.get(kind, kind)


def _quantities(one: Explained, name: str) -> str:
    why = one.why
    if not why.split:
        return (
            _(
                "%s: no quantities are known in both years, so contraction and expansion are not split "
                "into price, volume and mix."
            )
            % name
        )
    if why.split == why.compared:
        return _("%s: quantities are known wherever there is revenue in both years.") % name
    counts = {"name": name, "split": why.split, "compared": why.compared}
    return (
        _(
            "%(name)s: quantities are known for %(split)d of the %(compared)d units and lines with "
            "revenue in both years; the others stay in contraction and expansion."
        )
        % counts
    )
