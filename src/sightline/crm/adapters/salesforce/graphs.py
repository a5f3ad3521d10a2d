"""Rows that hang together, written in one step each: Composite Graph.

A graph is done whole or not at all; what is refused of one leaves the others alone. Limits: 75 graphs
and 500 nodes a request, 15 kinds of nodes a graph. Source: REST API Developer Guide, Composite Graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from sightline.agreement.identity import canonical_id
from sightline.agreement.records import Deed, Outcome, Settled, Sibling, Write
from sightline.crm.adapters.salesforce.client import Client, decoded
from sightline.crm.errors import CrmError, Retry

MOST_GRAPHS, MOST_NODES, MOST_KINDS = 75, 500, 15
Group = Sequence[Write]


def write_graphs(client: Client, groups: Sequence[Group]) -> list[list[Outcome] | None]:
    """For each group how its rows ended; None where nothing of it was done.

    Raises CrmError where nothing at all was done and trying again may help.
    """
    found: dict[int, list[Outcome] | None] = {}
    for part in _requests(groups):
        try:
            found |= _sent(client, [(place, groups[place]) for place in part])
        except CrmError as problem:
            if all(one is None for one in found.values()):
                raise
            later = Outcome(Settled.RETRY, code=problem.code, message=str(problem))
            found |= {place: [later] * len(groups[place]) for place in part}
    return [found.get(place) for place in range(len(groups))]


def _requests(groups: Sequence[Group]) -> Iterator[list[int]]:
    """Which groups go into one request; what is too large for a graph goes into none."""
    part: list[int] = []
    nodes = 0
    for place, group in enumerate(groups):
        if not group or len(group) > MOST_NODES or _kinds(group) > MOST_KINDS:
            continue
        if part and (len(part) == MOST_GRAPHS or nodes + len(group) > MOST_NODES):
            yield part
            part, nodes = [], 0
        part.append(place)
        nodes += len(group)
    if part:
        yield part


def _kinds(group: Group) -> int:
    return len({(one.deed, one.object) for one in group})


def _sent(client: Client, part: Iterable[tuple[int, Group]]) -> dict[int, list[Outcome] | None]:
    named = {f"graph{place}": (place, group) for place, group in part}
    graphs = [
        {
            "graphId": name,
            "compositeRequest": [_node(client, n, one) for n, one in enumerate(group)],
        }
        for name, (_, group) in named.items()
    ]
    try:
        body = decoded(client.call("POST", "/composite/graph", body={"graphs": graphs}))
    except CrmError as problem:
        if problem.unknown:
            lost = Outcome(Settled.UNKNOWN, code=problem.code, message=str(problem))
            return {place: [lost] * len(group) for place, group in named.values()}
        if problem.retry_kind is Retry.NEVER:
            return {}
        raise
    found: dict[int, list[Outcome] | None] = {}
    for answer in body["graphs"]:
        place, group = named[str(answer["graphId"])]
        rows = answer["graphResponse"]["compositeResponse"]
        whole = bool(answer["isSuccessful"]) and len(rows) == len(group)
        found[place] = [_done(*each) for each in zip(rows, group, strict=True)] if whole else None
    return found


def _node(client: Client, n: int, one: Write) -> dict[str, Any]:
    path = f"/services/data/v{client.version}/sobjects/{one.object}"
    method, rest = "PATCH", f"/{one.id}"
    if one.deed is Deed.DELETE:
        return {"method": "DELETE", "url": path + rest, "referenceId": _name(n)}
    if one.deed is Deed.CREATE:
        keyed = f"/{quote(one.key_field, safe='')}/{quote(one.key, safe='')}"
        method, rest = ("PATCH", keyed) if one.key_field else ("POST", "")
    body = {
        name: f"@{{{_name(value.place)}.id}}" if isinstance(value, Sibling) else value
        for name, value in one.values.items()
    }
    return {"method": method, "url": path + rest, "referenceId": _name(n), "body": body}


def _name(n: int) -> str:
    return f"row{n}"


def _done(answer: dict[str, Any], one: Write) -> Outcome:
    body = answer.get("body")
    made = body.get("id") if isinstance(body, dict) else None
    return Outcome(Settled.DONE, canonical_id(str(made or one.id)))
