"""Revenue lines of a warehouse with our keys instead of its words for accounts, units and lines.

What its lines name is asked for once, distinct; the answers go along as small tables that the engine
joins. Lines whose account or product line has no key are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sightline.ledger.tables import KINDS, LINES

Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Keys:
    """Our keys, as text.

    `places`: (their account, their unit) to (account, unit); `lines`: their product line to ours;
    `kinds`: our product line to its revenue kind.
    """

    places: Mapping[Named, Named]
    lines: Mapping[str, str]
    kinds: Mapping[str, str]


# From the distinct (account, unit) and the distinct product lines of the warehouse.
Ask = Callable[[Sequence[Named], Sequence[str]], Keys]


def translated(tables: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """The tables with lines that carry our keys, and the kinds that were answered."""
    lines = tables[LINES]
    keys = ask(
        _rows(lines.filter(lines.account.notnull()).select("account", "unit").distinct()),
        [line for (line,) in _rows(lines.select("product_line").distinct()) if line is not None],
    )
    places = _told(
        ("their_account", "their_unit", "our_account", "our_unit"),
        ((*theirs, *ours) for theirs, ours in keys.places.items()),
    )
    products = _told(("their_line", "our_line"), keys.lines.items())
    joined = lines.inner_join(
        places, [lines.account == places.their_account, lines.unit == places.their_unit]
    )
    joined = joined.inner_join(products, [joined.product_line == products.their_line])
    ours = {
        "account": joined.our_account,
        "unit": joined.our_unit,
        "product_line": joined.our_line,
    }
    named = {column: ours.get(column, joined[column]) for column in lines.columns}
    kinds = _told(("product_line", "kind"), keys.kinds.items())
    return {**tables, LINES: joined.select(**named), KINDS: kinds}


def _rows(expression: Any) -> list[Any]:
    found = expression.to_pyarrow()
    return list(zip(*(column.to_pylist() for column in found.columns), strict=True))


def _told(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Any:
    """Rows of text as a table that the engine is given along."""
    import ibis
    import pyarrow as pa

    listed = list(rows)
    columns = [list(column) for column in zip(*listed, strict=True)] or [[] for _ in names]
    table = {name: pa.array(cells, pa.string()) for name, cells in zip(names, columns, strict=True)}
    return ibis.memtable(pa.table(table))
