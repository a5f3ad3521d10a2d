"""The resources of the org's interfaces, one module per group."""

from sightline_sandbox.control import routes as control
from sightline_sandbox.oauth import routes as oauth
from sightline_sandbox.pages import front_door
from sightline_sandbox.pages import routes as pages
from sightline_sandbox.resources import (
    bulk1,
    bulk2_ingest,
    bulk2_query,
    collections,
    composite,
    describe,
    identity,
    list_views,
    metadata_api,
    query,
    replication,
    roots,
    search,
    search_layouts,
    soap,
    sobjects,
)
from sightline_sandbox.routing import Router

_MODULES = (
    roots,
    describe,
    replication,
    sobjects,
    query,
    collections,
    composite,
    search,
    search_layouts,
    list_views,
    bulk2_ingest,
    bulk2_query,
    bulk1,
    identity,
    soap,
    metadata_api,
    oauth,
    control,
    pages,
    front_door,
)


def add_routes(router: Router) -> None:
    """Tell the router every path served."""
    for module in _MODULES:
        module.add_routes(router)
