"""Corporate families: at which account the planning happens.

The family's top account plans for all below it, unless a person splits some off.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sightline.planning.errors import FamilyCycle


@dataclass(frozen=True, slots=True)
class Families:
    """For every account its planning account, and the rings found on the way.

    `rings` lists accounts that are each other's parents, each ring once, smallest key first; its
    members are planned each for themselves until somebody mends the CRM.
    """

    planning_account: Mapping[str, str]
    rings: tuple[tuple[str, ...], ...]

    def members(self) -> dict[str, tuple[str, ...]]:
        """Every planning account with the accounts it plans for, itself included, sorted."""
        found: dict[str, list[str]] = {}
        for account, top in self.planning_account.items():
            found.setdefault(top, []).append(account)
        return {top: tuple(sorted(accounts)) for top, accounts in found.items()}


def families(parents: Mapping[str, str | None], *, split: Collection[str] = ()) -> Families:
    """The planning account of every key of `parents` (child → parent), at any depth.

    An account in `split` plans for itself and for those below it. A parent that is not among the
    keys (not visible, not imported) is left out, so that its child is a top account.
    """
    tops = frozenset(split)
    found: dict[str, str] = {}
    rings: list[tuple[str, ...]] = []
    for account in parents:
        path: list[str] = []
        on_path: dict[str, int] = {}
        here = account
        while here not in found and here not in on_path:
            on_path[here] = len(path)
            path.append(here)
            above = parents[here]
            if here in tops or above is None or above not in parents:
                found[here] = here
            else:
                here = above
        if here not in found:
            ring = path[on_path[here] :]
            rings.append(_smallest_first(ring))
            found.update({member: member for member in ring})
        for member in path:
            found.setdefault(member, found[here])
    return Families(found, tuple(sorted(rings)))


def refuse_ring(parents: Mapping[str, str | None], *, child: str, parent: str) -> None:
    """Raises FamilyCycle, naming the ring, if making `parent` the parent of `child` closes one."""
    path = [child]
    here: str | None = parent
    while here is not None and here not in path:
        path.append(here)
        here = parents.get(here)
    if here == child:
        ring = " → ".join([*path, child])
        raise FamilyCycle(f"An account cannot be its own parent: {ring}.", field="parent")


def _smallest_first(ring: list[str]) -> tuple[str, ...]:
    start = ring.index(min(ring))
    return tuple(ring[start:] + ring[:start])
