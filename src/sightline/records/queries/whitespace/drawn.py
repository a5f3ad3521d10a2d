"""What is drawn of a grid's cells, and what they are worth, as columns: soon read, and a value made of
one when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sightline.planning.money import Money
from sightline.planning.whitespace import Seen, Standing, State
from sightline.records.queries.whitespace.scored import Key

_STATES, _STANDINGS = tuple(State), tuple(Standing)
_STATE_AT = {one: at for at, one in enumerate(_STATES)}
_STANDING_AT = {one: at for at, one in enumerate(_STANDINGS)}
_LAPSED, _ALSO, _DISPUTED = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """Cells of some lines over all units, unit by unit. `signs` are of each what it is, how it counts
    and what is marked; amounts in minor units of `currency`; `names` and `days` by place, where there
    is one."""

    currency: str
    units: Mapping[str, int]
    lines: Mapping[str, int]
    signs: bytes
    money: tuple[int | None, ...]
    ranks: tuple[int | None, ...]
    owned: tuple[int, ...]
    names: Mapping[int, str]
    days: Mapping[int, date]

    @classmethod
    def of(
        cls, seen: Mapping[Key, Seen], units: Sequence[str], lines: Sequence[str], *, currency: str
    ) -> Drawn:
        """From what is drawn of each."""
        cells = [seen[unit, line] for unit in units for line in lines]
        return cls(
            currency=currency,
            units={unit: at * len(lines) for at, unit in enumerate(units)},
            lines={line: at for at, line in enumerate(lines)},
            signs=bytes(sign for one in cells for sign in _signs(one)),
            money=tuple(one.money.minor if one.money is not None else None for one in cells),
            ranks=tuple(one.rank.minor if one.rank is not None else None for one in cells),
            owned=tuple(one.owned for one in cells),
            names={at: one.competitor for at, one in enumerate(cells) if one.competitor},
            days={at: one.until for at, one in enumerate(cells) if one.until is not None},
        )

    def __getitem__(self, key: Key) -> Seen:
        """One cell. Raises KeyError for one that is not shown."""
        at = self.units[key[0]] + self.lines[key[1]]
        state, standing, marked = self.signs[3 * at : 3 * at + 3]
        money, rank = self.money[at], self.ranks[at]
        return Seen(
            state=_STATES[state],
            standing=_STANDINGS[standing],
            lapsed=bool(marked & _LAPSED),
            also=bool(marked & _ALSO),
            disputed=bool(marked & _DISPUTED),
            competitor=self.names.get(at),
            until=self.days.get(at),
            money=Money(money, self.currency) if money is not None else None,
            rank=Money(rank, self.currency) if rank is not None else None,
            owned=self.owned[at],
        )


def _signs(one: Seen) -> tuple[int, int, int]:
    marked = _LAPSED * one.lapsed + _ALSO * one.also + _DISPUTED * one.disputed
    return _STATE_AT[one.state], _STANDING_AT[one.standing], marked


@dataclass(frozen=True, slots=True)
class Worth:
    """What open cells are worth in minor units, by unit and then line."""

    by_unit: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, worth: Mapping[Key, int]) -> Worth:
        """From what each is worth."""
        found: dict[str, dict[str, int]] = {}
        for (unit, line), minor in worth.items():
            found.setdefault(unit, {})[line] = minor
        return cls(found)

    def by_cell(self) -> dict[Key, int]:
        """The same by cell."""
        lines = self.by_unit.items()
        return {(unit, line): minor for unit, of in lines for line, minor in of.items()}


class WorthLater(Mapping[Key, int]):
    """What open cells are worth: thousands of keys, made where somebody asks for one."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Mapping[Key, int]]) -> None:
        self._make = make
        self._made: Mapping[Key, int] | None = None

    @property
    def _worth(self) -> Mapping[Key, int]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, key: Key) -> int:
        return self._worth[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._worth)

    def __len__(self) -> int:
        return len(self._worth)
