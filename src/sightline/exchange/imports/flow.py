"""The order in which staged rows meet the database; the same in the preview and in the apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sightline.actions.imports.decide import Decision, decide
from sightline.actions.imports.lookups import Scope
from sightline.actions.imports.opinions import NAME as OPINION
from sightline.actions.imports.opinions import decide_opinions
from sightline.actions.imports.targets import TARGETS
from sightline.exchange.imports.staging import Staging, Waiting

# Targets whose rows become records, parents before children.
ORDER: tuple[str, ...] = (
    *("UserRole", "User", "Product2", "Account", "Wallet", "AccountTeamMember", "AccountShare"),
    *("Contact", OPINION, "OpportunityStage", "Contract", "Opportunity", "OpportunityLineItem"),
    *("OpportunityContactRole", "OpportunityCompetitor", "OpportunityHistory"),
    *("Asset", "Case", "Task"),
)


def scope_of(staging: Staging, *, source_id: int | None, any_source: bool) -> Scope:
    """Where the rows of a staging look for what they refer to."""

    def staged(target: str, keys: Iterable[str]) -> set[str]:
        return staging.known(target, keys)

    return Scope(source_id, staged, any_source)


def judge(target: str, rows: Sequence[Waiting], scope: Scope) -> Decision:
    """What a chunk comes to."""
    if target == OPINION:
        return decide_opinions(rows, scope)
    return decide(TARGETS[target], rows, scope)


def chunks(
    staging: Staging, target: str, *, after: int = 0, size: int = 1_000
) -> Iterator[list[Waiting]]:
    """The staged rows of a target, a chunk at a time, sharing rows with their roles told."""
    while rows := staging.rows(target, after=after, limit=size):
        after = rows[-1].n
        yield with_roles(staging, rows) if target == "AccountShare" else rows


def with_roles(staging: Staging, rows: list[Waiting]) -> list[Waiting]:
    """Sharing rows that name a group get the role for which the group stands."""
    groups = {str(row.values["group"]) for row in rows if row.values.get("group")}
    known = staging.values_of("Group", groups)
    for row in rows:
        group = known.get(str(row.values.pop("group", None)))
        if group is not None:
            row.values["role"] = group.get("related")
    return rows
