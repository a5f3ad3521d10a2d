"""What people said of a cell as plain words, one per column of a spreadsheet, and back by id.

Facts are never changed, only replaced: the fact a file was made from can be read again, so that
what somebody changed in the file is told from what was changed here meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sightline.planning.whitespace import Eligibility, Holder, Need, ValueEstimate
from sightline.records.models import CellFact
from sightline.records.queries.whitespace.said import Fact, Said, facts_by_id

Texts = Mapping[str, str]
_KINDS = CellFact.Kind
EDITABLE: Mapping[str, tuple[str, ...]] = {
    _KINDS.HOLDER.value: ("holder", "competitor", "contract end"),
    _KINDS.ELIGIBILITY.value: ("eligibility", "blocked until", "reason"),
    _KINDS.NEED.value: ("need", "evidence"),
    _KINDS.HAND.value: ("own low", "own likely", "own high"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The words of one cell by column, and the facts they are from: "holder:12 need:40"."""

    texts: Texts = field(default_factory=dict)
    seen: str = ""


def told_of(said: Said | None) -> Told:
    """What stands in the columns of one cell now."""
    if said is None:
        return Told()
    texts: dict[str, str] = {}
    seen = []
    for kind in EDITABLE:
        fact = said.facts.get(kind)
        if fact is not None:
            texts |= fact_texts(kind, fact.value)
            seen.append(f"{kind}:{fact.id}")
    return Told(texts, " ".join(seen))


def told_before(account_id: int, ids: Collection[int], *, currency: str) -> dict[int, Texts]:
    """The words of facts as they once stood, by id; those of other accounts are not among them.

    Two queries.
    """
    found = facts_by_id(account_id, ids, currency=currency)
    return {pk: fact_texts(fact.kind, fact.value) for pk, fact in found.items()}


def fact_texts(kind: str, value: Fact) -> dict[str, str]:
    """One fact in the words of its columns."""
    if isinstance(value, Holder):
        ends = value.contract_end.isoformat() if value.contract_end else ""
        words = (value.kind.value, value.competitor or "", ends)
    elif isinstance(value, Eligibility):
        until = value.until.isoformat() if value.until else ""
        words = (value.kind.value, until, value.reason)
    elif isinstance(value, Need):
        words = (str(value.level), value.evidence, "")
    elif isinstance(value, ValueEstimate):
        low, likely, high = (f"{one.amount:f}" for one in (value.low, value.likely, value.high))
        words = (low, likely, high)
    else:
        return {}
    return dict(zip(EDITABLE[kind], words, strict=False)) if kind in EDITABLE else {}
