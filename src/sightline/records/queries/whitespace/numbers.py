"""All cells of a large grid weighed as numbers: the sums, the upper quarter, what to look at next.

The rules are those of a single cell (`planning.whitespace`), asked once for every combination of
inputs that occurs. Nothing is put into words: wording thousands of cells takes longer than a page may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from sightline.planning.money import Money
from sightline.planning.whitespace import (
    WHITESPACE,
    EligibilityKind,
    HolderKind,
    Method,
    Pick,
    Signs,
    Standing,
    State,
    Totals,
    chosen_method,
    family_default,
    has_lapsed,
    is_owned,
    not_loaded,
    pick_of,
    quarter_of,
    score_cell,
    standing_of,
    state_of,
    suggestible,
    weighted,
)
from sightline.records.models import CellFact
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.whitespace.columns import (
    WHOLE_NUMBERS,
    Cells,
    Column,
    Given,
    add,
    each,
    put,
)
from sightline.records.queries.whitespace.drawn import WorthLater
from sightline.records.queries.whitespace.scored import Key
from sightline.records.queries.whitespace.sums import GROUPS, SumsLater, group_of, rolled_up

_NEED = CellFact.Kind.NEED.value
_ACCESS, _BUDGET = CellFact.Kind.ACCESS.value, CellFact.Kind.BUDGET.value
# minor units beyond which sums of thousands of cells, and what is made of them, might not be exact
_MOST = 1 << 50
_METHODS = tuple(Method)
_COMPARABLE, _WALLET = _METHODS.index(Method.COMPARABLE), _METHODS.index(Method.WALLET)
_HOLDERS: tuple[HolderKind | None, ...] = (None, *HolderKind)
_STANDS: tuple[EligibilityKind | None, ...] = (None, *EligibilityKind)
_STATES, _STANDINGS = tuple(State), tuple(Standing)
_HOLDER_AT = {one: at for at, one in enumerate(_HOLDERS)}
_STANDS_AT = {one: at for at, one in enumerate(_STANDS)}
_STATE_AT = {one: at for at, one in enumerate(_STATES)}
_OPEN = np.array([one in WHITESPACE for one in _STATES])


@dataclass(frozen=True, slots=True)
class Weighing:
    """The sums of each unit alone and one family, of each unit with all below it, and of the whole;
    what every open cell is worth (minor units), where the upper quarter begins, and every cell that
    may be suggested, best first."""

    by_family: SumsLater[tuple[str, str]]
    totals: SumsLater[str]
    whole: Totals
    worth: Mapping[Key, int]
    bar: Money | None
    picks: tuple[Pick, ...]


def weigh(given: Given) -> Weighing | None:
    """The whole grid: first every cell by itself, then all against the upper quarter.

    None where an amount is too large for sums of whole numbers as a processor has them.
    """
    cells = Cells(given)
    try:
        _read(cells)
        signs = (cells.owned, cells.deal, cells.holder, cells.stands, cells.need > 0)
        cells.state[:] = each(signs, _state)
        cells.also[:] = (cells.state == _STATE_AT[State.OWNED]) & cells.deal
        _disputed(cells)
    except OverflowError:
        return None
    most = min(_MOST, WHOLE_NUMBERS // max(1, len(cells.likely)))
    return _judged(cells) if cells.likely.max(initial=0) < most else None


def _read(cells: Cells) -> None:
    """Everything that is known of the cells. Raises OverflowError beyond a processor's numbers."""
    _sold(cells)
    _open_and_lost(cells)
    _ways(cells)
    _defaults(cells)
    _spoken(cells)
    _shared(cells)
    _values(cells)


def _state(owned: bool, deal: bool, holder: int, stands: int, needed: bool) -> int:
    return _STATE_AT[state_of(Signs(owned, deal, _HOLDERS[holder], _STANDS[stands], needed))]


def _standing(state: int, *inputs: Any) -> int:
    return _STANDINGS.index(standing_of(_STATES[state], *inputs))


def _sold(cells: Cells) -> None:
    """What is sold by ledger and CRM, and what ran out: of everything measured the revenue is known,
    so no value is made of it here."""
    on, place, sold = cells.base.setting.on, cells.place, cells.ground.sold
    silent = np.full(len(place), not_loaded(cells.ground.nothing))
    silent[[at for at, _end in cells.known(sold.ends)]] = False
    found = list(cells.known(sold.rows))
    at = [at for at, _row in found]
    silent[at] = False
    np.add.at(cells.counted.sales[:, 3], place, silent)
    paid = [row.paid for _at, row in found]
    add(cells.counted.sales[:, 0], place[at].tolist(), paid)
    cells.owned[at] = [
        is_owned(money, under_contract=row.under_contract)
        for money, (_at, row) in zip(paid, found, strict=True)
    ]
    ended = [(at, sold[cells.key(at)]) for at, _end in cells.known(sold.ends)]
    cells.lapsed[[at for at, one in ended if has_lapsed(one, on=on)]] = True


def _open_and_lost(cells: Cells) -> None:
    """Open deals, lost deals, plays."""
    sales, place = cells.counted.sales, cells.place
    deals = list(cells.known(cells.ground.deals))
    cells.deal[[at for at, some in deals if some]] = True
    at, shares = [], []
    for cell, some in deals:
        at += [int(place[cell])] * len(some)
        shares += [deal.share for deal in some]
    add(sales[:, 1], at, [share.minor if share is not None else 0 for share in shares])
    add(sales[:, 2], at, [int(share is None) for share in shares])
    for cell, holder in cells.known(cells.ground.lost):
        cells.holder[cell] = _HOLDER_AT[holder.kind]
    cells.busy[[cell for cell, plays in cells.known(cells.given.plays) if plays]] = True
    cells.busy |= cells.deal


def _ways(cells: Cells) -> None:
    """Access and budget by who is known in each unit, and who was named for a line."""
    paths, across = cells.given.paths, len(cells.lines)
    usual = [paths.usual(unit.key) for unit in cells.units]
    cells.mapped[:] = np.repeat([one.mapped for one in usual], across)
    cells.access[:] = np.repeat([one.access.level for one in usual], across)
    cells.budget[:] = np.repeat([one.budget.level for one in usual], across)
    named = {(unit.key, line): None for unit in cells.units for line in paths.named(unit.key)}
    for at, _none in cells.known(named):
        path = paths.path(*cells.key(at))
        cells.mapped[at] = path.mapped
        cells.access[at], cells.budget[at] = path.access.level, path.budget.level


def _defaults(cells: Cells) -> None:
    """What the families' defaults say of eligibility, before anybody spoke."""
    rules, staff, on = cells.base.rules, cells.base.staff, cells.base.setting.on
    if not rules:
        return
    found = [
        family_default(rules, family=family, staff=staff.get(unit.key), on=on)
        for unit in cells.units
        for family in cells.families
    ]
    kinds = [_STANDS_AT[rule.kind if rule is not None else None] for rule in found]
    cells.stands[:] = np.array(kinds, dtype=np.int64)[cells.place]


def _spoken(cells: Cells) -> None:
    """What people said: who holds it, whether it may be sold there, need, access and budget."""
    voices, places = cells.given.voices, cells.said
    access, budget = voices.levels[_ACCESS], voices.levels[_BUDGET]
    told: tuple[tuple[Column, Mapping[int, int]], ...] = (
        (cells.holder, {pk: _HOLDER_AT[one] for pk, one in voices.holders.items()}),
        (cells.stands, {pk: _STANDS_AT[one] for pk, one in voices.stands.items()}),
        (cells.need, voices.levels[_NEED]),
        (cells.access, access),
        (cells.budget, budget),
        (cells.mapped, dict.fromkeys(access.keys() & budget.keys(), True)),
        (cells.relied, dict.fromkeys(voices.targeted, True)),
    )
    for column, known in told:
        put(column, known, places)
    cells.relied |= cells.busy


def _shared(cells: Cells) -> None:
    """Need as a share: as answered, else how many like the unit have the line, else of all."""
    overall = cells.base.peers.shares
    cells.share[:] = np.tile(
        [overall.get(one.key, np.nan) for one in cells.lines], len(cells.units)
    )
    for at, share in cells.known(cells.shares):
        if share is not None:
            cells.share[at] = share
    asked = cells.need >= 0
    cells.share[asked] = np.array(cells.base.setting.numbers.level_shares)[cells.need[asked]]


def _values(cells: Cells) -> None:
    """Likely value a year in minor units: what others pay where nothing is sold, unless something
    better is known. Raises OverflowError beyond a processor's numbers."""
    voices, places, base = cells.given.voices, cells.said, cells.base
    amounts = np.zeros((len(_METHODS) + 1, len(cells.likely)), dtype=np.int64)
    known = np.zeros_like(amounts, dtype=bool)
    lines, staffs = (
        [line.key for line in cells.lines],
        [base.staff.get(one.key) for one in cells.units],
    )
    peers, paid = base.peers.likely(lines, staffs=staffs)
    amounts[_COMPARABLE], known[_COMPARABLE] = peers.ravel(), paid.ravel() & ~cells.owned
    for one, told in voices.values.items():
        at = _METHODS.index(one)
        put(amounts[at], told, places)
        put(known[at], dict.fromkeys(told, True), places)
    for at, wallet in cells.known(base.wallets):
        amounts[_WALLET, at], known[_WALLET, at] = wallet.likely.minor, True
    chosen = np.zeros(len(cells.likely), dtype=np.int64)
    put(chosen, {pk: 1 + _METHODS.index(one) for pk, one in voices.chosen.items()}, places)
    method = each((chosen, *known[:-1]), _counting)
    cells.valued[:] = method < len(_METHODS)
    cells.likely[:] = amounts[method, np.arange(len(method))]


def _counting(chosen: int, *known: bool) -> int:
    """Which of the methods that a value is known by counts; after the last where none does."""
    of = [one for one, there in zip(_METHODS, known, strict=True) if there]
    found = chosen_method(of, _METHODS[chosen - 1] if chosen else None)
    return _METHODS.index(found) if found is not None else len(_METHODS)


def _disputed(cells: Cells) -> None:
    """Cells in which two say who holds it, or what the wallet is: there the newer counts, and the
    cell is made whole, with the days of what was said."""
    voices, lost, wallets = cells.given.voices, cells.ground.lost, cells.base.wallets
    for at, _none in cells.known(dict.fromkeys((*lost, *wallets))):
        key = cells.key(at)
        pk = voices.ids.get(key)
        if pk is None:
            continue
        held = key in lost and pk in voices.holders
        if held or (key in wallets and pk in voices.values[Method.WALLET]):
            _compared(cells, at)


def _compared(cells: Cells, at: int) -> None:
    given, base, key = cells.given, cells.base, cells.key(at)
    said, plays = given.said.get(key), given.plays.get(key, ())
    cell = base.merged(key, said=said, suggested=given.suggested, plays=plays)
    path, setting = given.paths.path(*key), base.setting
    one = score_cell(cell, path=path, bar=None, on=setting.on, parameters=setting.numbers)
    cells.state[at], cells.also[at] = _STATE_AT[one.state.state], one.state.also_in_progress
    cells.lapsed[at], cells.valued[at] = one.state.lapsed, one.likely is not None
    cells.likely[at] = one.likely.minor if one.likely is not None else 0


def _judged(cells: Cells) -> Weighing:
    """All of them, against the upper quarter."""
    setting, likely = cells.base.setting, cells.likely
    open_ = _OPEN[cells.state] & cells.valued
    worth = likely[open_].tolist()
    ordered = np.sort(likely[open_]).tolist()
    bar = quarter_of(ordered, currency=setting.currency, parameters=setting.numbers)
    high = cells.valued & (likely >= bar.minor) if bar is not None else np.False_
    level, shared = np.minimum(cells.access, cells.budget), ~np.isnan(cells.share)
    standing = each(
        (cells.state, cells.also, cells.valued, shared, cells.mapped, level, cells.relied | high),
        _standing,
    )
    ranked = open_ & shared & cells.mapped
    shares = cells.share * np.array(setting.numbers.level_shares)[level]
    rank = np.zeros(len(likely), dtype=np.int64)
    rank[ranked] = weighted(likely[ranked], shares[ranked])
    _count(cells, standing, np.where(open_, likely, 0), rank)
    units, parents = [unit.key for unit in cells.units], cells.base.parents
    places = ((unit, family) for unit in units for family in cells.families)
    own = cells.counted.by(len(cells.families))
    return Weighing(
        SumsLater(places, cells.counted, setting.currency),
        rolled_up(own, units, parents=parents, currency=setting.currency),
        SumsLater([WHOLE], own.by(len(units)), setting.currency)[WHOLE],
        WorthLater(lambda: dict(zip(compress(cells.keys(), open_.tolist()), worth, strict=True))),
        bar,
        _picks(cells),
    )


def _count(cells: Cells, standing: Column, likely: Column, rank: Column) -> None:
    """Cells of one unit, family, state and standing are counted together."""
    groups = cells.counted.groups.reshape(-1, 3)
    group = cells.place * len(GROUPS) + group_of(cells.state, standing)
    for at, told in enumerate((np.ones_like(likely), likely, rank)):
        np.add.at(groups[:, at], group, told)


def _picks(cells: Cells) -> tuple[Pick, ...]:
    declined = cells.given.suggested.declined
    found = []
    for at, share in cells.known(cells.shares):
        state, need = _STATES[cells.state[at]], int(cells.need[at])
        busy, lapsed = bool(cells.busy[at]), bool(cells.lapsed[at])
        asked = need if need >= 0 else None
        if cells.key(at) not in declined and suggestible(
            state, lapsed=lapsed, busy=busy, need=asked
        ):
            value = int(cells.likely[at]) if cells.valued[at] else None
            found.append(pick_of(cells.key(at), share, value))
    return tuple(sorted(one for one in found if one is not None))
