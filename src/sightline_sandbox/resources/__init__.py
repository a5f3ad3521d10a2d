"""The resources of the org's interfaces, one module per group."""

from sightline_sandbox.resources import (
    describe,
    query,
    replication,
    roots,
    sobjects,
)
from sightline_sandbox.routing import Router


def add_routes(router: Router) -> None:
    """Tell the router every path served."""
    for module in (roots, describe, replication, sobjects, query):
        module.add_routes(router)
