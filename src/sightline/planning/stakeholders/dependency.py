"""Dependency on one person: the relationship weight lost with them, over the access graph.

The graph has us at its root, our people who hold a relationship, and theirs; Tarjan's articulation
points find in one pass who is reached only through whom. Iterative: thousands of people are fine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sightline.planning.stakeholders.facts import PeopleMap, Person, StakeholderParameters
from sightline.planning.stakeholders.ways import (
    Side,
    Ways,
    Who,
    needed_by_all,
    ours,
    theirs,
    ways_in,
)


@dataclass(frozen=True, slots=True)
class Dependency:
    """How much of all relationship weight (role weight × strength) each departure would lose.

    `lost` is by person, theirs and ours, in weight; `total` is the weight of everybody here.
    """

    total: float
    lost: Mapping[Who, float]

    def share(self, who: Who) -> float | None:
        """K of one person, 0–1; None where there is no relationship to lose."""
        return self.lost.get(who, 0.0) / self.total if self.total else None

    def most(self, side: Side) -> Who | None:
        """The person of one side whose departure loses most; None where nobody's loses any."""
        found = [(-value, who[1]) for who, value in self.lost.items() if who[0] is side and value]
        return (side, min(found)[1]) if found else None


def role_weight(person: Person, *, parameters: StakeholderParameters) -> float:
    """The heaviest of the person's roles; without a role the weight for none."""
    weights = (parameters.role_weights[held.role.value] for held in person.roles)
    return max(weights, default=parameters.no_role_weight)


def relationship_weights(ways: Ways, *, parameters: StakeholderParameters) -> dict[str, float]:
    """Role weight × standing strength of each person here."""
    return {
        key: role_weight(person, parameters=parameters) * ways.level(key)
        for key, person in ways.people.items()
    }


def dependency(source: PeopleMap, *, parameters: StakeholderParameters) -> Dependency:
    """Everybody's K in one pass over people and lines."""
    ways = ways_in(source)
    graph = access_graph(ways, parameters=parameters)
    weights = relationship_weights(ways, parameters=parameters)
    found = _Search(graph, [_weight_of(who, weights) for who in graph.nodes])
    lost = {
        who: _weight_of(who, weights) + found.cut[place]
        for place, who in enumerate(graph.nodes)
        if who is not None
    }
    for key, weight in weights.items():
        if not weight:
            continue
        for who in needed_by_all(ways.by_person[key]) - {theirs(key)}:
            place = graph.places.get(who)
            if place is None or not found.cuts_off(place, graph.of(key)):
                lost[who] = lost.get(who, 0.0) + weight
    return Dependency(total=sum(weights.values()), lost=lost)


def joint_loss(
    source: PeopleMap, *, leavers: Iterable[Who], parameters: StakeholderParameters
) -> float:
    """Relationship weight lost when several people go together; nobody loses nothing."""
    gone = frozenset(leavers)
    before = ways_in(source)
    after = before.without(gone)
    weights = relationship_weights(before, parameters=parameters)
    cut = cut_off(source, leavers=gone, parameters=parameters)
    return sum(
        weight
        for key, weight in weights.items()
        if weight and (key not in after.people or key in cut or not after.level(key))
    )


def cut_off(
    source: PeopleMap, *, leavers: Iterable[Who], parameters: StakeholderParameters
) -> frozenset[str]:
    """People who stay but could be reached only through those who go (if these are reached)."""
    gone = frozenset(leavers)
    graph = access_graph(ways_in(source), parameters=parameters)
    away = {graph.places[who] for who in gone if who in graph.places}
    left = _reached(graph, start={0}, away=away)
    once = _reached(graph, start={0} | away, away=set())
    return frozenset(
        who[1]
        for place in once - left - away
        if (who := graph.nodes[place]) is not None and who[0] is Side.THEIRS
    )


@dataclass(frozen=True, slots=True)
class AccessGraph:
    """Us (place 0), our people and theirs, joined where one opens the way to the other."""

    nodes: list[Who | None]
    places: dict[Who, int]
    edges: list[list[int]]

    def of(self, person: str) -> int:
        """The place of one of theirs."""
        return self.places[theirs(person)]


def access_graph(ways: Ways, *, parameters: StakeholderParameters) -> AccessGraph:
    """Us–ours–theirs where a relationship reaches them, and theirs–theirs along open lines."""
    graph = AccessGraph(nodes=[None], places={}, edges=[[]])
    for key in ways.people:
        _place(graph, theirs(key))
    for key, person in ways.people.items():
        if person.only_through is not None:
            if person.only_through in ways.people:
                _join(graph, graph.of(person.only_through), graph.of(key))
        elif ways.level(key) >= parameters.reach_level:
            _join_us(graph, key, ways.source.holders.get(key, ()), ways.gone)
        for other in ways.near.get(key, ()):
            if key < other:
                _join(graph, graph.of(key), graph.of(other))
    return graph


def _join_us(
    graph: AccessGraph, person: str, holders: tuple[str, ...], gone: frozenset[Who]
) -> None:
    place = graph.of(person)
    if not holders:
        _join(graph, 0, place)
    for holder in holders:
        if ours(holder) not in gone:
            _join(graph, _place(graph, ours(holder)), place)


def _place(graph: AccessGraph, who: Who) -> int:
    if who not in graph.places:
        graph.places[who] = len(graph.nodes)
        graph.nodes.append(who)
        graph.edges.append([])
        if who[0] is Side.OURS:
            _join(graph, 0, graph.places[who])
    return graph.places[who]


def _join(graph: AccessGraph, one: int, other: int) -> None:
    graph.edges[one].append(other)
    graph.edges[other].append(one)


def _weight_of(who: Who | None, weights: Mapping[str, float]) -> float:
    if who is None or who[0] is Side.OURS:
        return 0.0
    return weights.get(who[1], 0.0)


def _reached(graph: AccessGraph, *, start: set[int], away: set[int]) -> set[int]:
    seen = start - away
    waiting = list(seen)
    while waiting:
        for following in graph.edges[waiting.pop()]:
            if following not in seen and following not in away:
                seen.add(following)
                waiting.append(following)
    return seen


@dataclass(slots=True)
class _Search:
    """One depth-first search: `cut[v]` is the weight cut off from us when v goes, less v's own.

    People whom nothing reaches from us form trees of their own: there each cuts off everybody
    else of the tree, as would be so once the person were reached.
    """

    graph: AccessGraph
    weight: list[float]
    cut: list[float] = field(init=False)
    entered: list[int] = field(init=False)
    left: list[int] = field(init=False)
    branches: list[list[tuple[int, int]]] = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.graph.nodes)
        self.cut = [0.0] * size
        self.entered, self.left = [-1] * size, [-1] * size
        self.branches = [[] for _ in range(size)]
        clock = 0
        for root in range(size):
            if self.entered[root] < 0:
                start = clock
                members, clock = self._walk(root, clock)
                if root:
                    self._isolated(members, start, clock)

    def cuts_off(self, person: int, other: int) -> bool:
        """Whether `other` cannot be reached once `person` goes."""
        moment = self.entered[other]
        return any(start <= moment < end for start, end in self.branches[person])

    def _isolated(self, members: list[int], start: int, end: int) -> None:
        whole = sum(self.weight[place] for place in members)
        for place in members:
            self.cut[place] = whole - self.weight[place]
            self.branches[place] = [(start, end)]

    def _walk(self, root: int, clock: int) -> tuple[list[int], int]:
        low, below = {root: clock}, {root: self.weight[root]}
        self.entered[root] = clock
        members, clock = [root], clock + 1
        stack = [(root, -1, iter(self.graph.edges[root]))]
        while stack:
            place, parent, following = stack[-1]
            step = next(following, None)
            if step is None:
                stack.pop()
                self.left[place] = clock
                if parent >= 0:
                    self._close(place, parent, low, below)
            elif self.entered[step] < 0:
                self.entered[step] = low[step] = clock
                below[step] = self.weight[step]
                members.append(step)
                clock += 1
                stack.append((step, place, iter(self.graph.edges[step])))
            else:
                low[place] = min(low[place], self.entered[step])
        return members, clock

    def _close(self, place: int, parent: int, low: dict[int, int], below: dict[int, float]) -> None:
        below[parent] += below[place]
        low[parent] = min(low[parent], low[place])
        if low[place] >= self.entered[parent]:
            self.cut[parent] += below[place]
            self.branches[parent].append((self.entered[place], self.left[place]))
