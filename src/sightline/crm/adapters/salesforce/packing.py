"""Several reads in one Composite request, which counts as one call of the org's day.

A request takes 25 parts, of which five may be queries. Source: REST API Developer Guide, Composite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sightline.crm.adapters.salesforce.client import Client, decoded

MOST_PARTS, MOST_QUERIES = 25, 5


def composed(client: Client, paths: Sequence[str]) -> list[tuple[int, Any]]:
    """Status and body of each read, in their order; at most `MOST_PARTS`, `MOST_QUERIES` queries.

    Raises CrmError where the whole request was refused.
    """
    parts = [
        {
            "method": "GET",
            "url": f"/services/data/v{client.version}{path}",
            "referenceId": f"part{place}",
        }
        for place, path in enumerate(paths)
    ]
    body = {"allOrNone": False, "compositeRequest": parts}
    answers = decoded(client.call("POST", "/composite", body=body))["compositeResponse"]
    return [(int(one["httpStatusCode"]), one["body"]) for one in answers]


def query_path(soql: str) -> str:
    """The path of a query that sees deleted and archived rows."""
    return f"/queryAll?q={quote(soql)}"
