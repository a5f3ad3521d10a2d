"""Losing ground: a list of its own on every plan and over the portfolio, by money, never hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.planning.challenges.facts import LostGround
from sightline.planning.money import Money, total


@dataclass(frozen=True, slots=True)
class LosingGround:
    """All of it, largest first, what is not in money last; and how much nobody names."""

    items: tuple[LostGround, ...]
    money: Money
    unnamed: Money
    not_in_money: int


def losing_ground(items: Iterable[LostGround], *, currency: str) -> LosingGround:
    """Order what is lost. Nothing is left out, however small or however well explained."""
    ranked = sorted(
        items,
        key=lambda i: (i.money is None, -(i.money.minor if i.money else 0), i.kind, i.key),
    )
    known = [(item.money, item.named) for item in ranked if item.money is not None]
    return LosingGround(
        items=tuple(ranked),
        money=total((money for money, _ in known), currency=currency),
        unnamed=total((money for money, named in known if not named), currency=currency),
        not_in_money=len(ranked) - len(known),
    )
