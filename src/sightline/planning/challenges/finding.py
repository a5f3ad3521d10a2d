"""What a rule says when it fires, and the hash that lets a dismissed one rest.

The evidence holds only what would change a person's mind (a date, a level, a band), never a count
of days, so that waiting alone brings nothing back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.planning.money import Money, total
from sightline.planning.reasons import Reason, because

Touched = tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction, before equal causes are put together.

    `money` lists what it touches by key, so that two findings of one cause never count the same
    money twice; empty: it is not in money.
    """

    rule: str
    cause: str
    about: tuple[str, ...]
    money: Touched
    plan_says: Reason
    facts_say: Reason
    way_out: Reason
    evidence: tuple[tuple[str, str], ...]


def find(
    rule: str,
    *,
    about: str,
    money: Money | None,
    says: tuple[str, str, str],
    evidence: Mapping[str, object],
    cause: str = "",
    money_key: str = "",
) -> Finding:
    """A finding about one key. `says` holds what the plan says, what the facts say, a way out.

    `money_key` names the money where it is not the key's own.
    """
    plan, facts, way = says
    return Finding(
        rule=rule,
        cause=cause or about,
        about=(about,),
        money=((money_key or about, money),) if money is not None else (),
        plan_says=because(f"{rule}.plan", plan, about=about),
        facts_say=because(f"{rule}.facts", facts, about=about, **evidence),
        way_out=because(f"{rule}.way_out", way, about=about),
        evidence=tuple(sorted((name, str(value)) for name, value in evidence.items())),
    )


def rounded(amount: Money) -> str:
    """An amount as a sentence says it: without cents from a thousand on."""
    if abs(amount.amount) < 1000:
        return str(amount)
    return f"{amount.amount:,.0f} {amount.currency}"


def sum_touched(findings: Iterable[Finding], *, currency: str) -> Money | None:
    """Money touched together, each key once with its largest amount; None if none is in money."""
    largest: dict[str, Money] = {}
    for finding in findings:
        for key, amount in finding.money:
            largest[key] = max(largest.get(key, amount), amount)
    return total(largest.values(), currency=currency) if largest else None


def evidence_hash(findings: Iterable[Finding]) -> str:
    """Sixteen hex digits that change when any evidence does, and only then."""
    rows = sorted(
        {(finding.rule, finding.cause, finding.about, finding.evidence) for finding in findings}
    )
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
