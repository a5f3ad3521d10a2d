"""Which adapter speaks to a connection. The only module that imports adapters."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from sightline.actions.sync import connections
from sightline.actions.sync.context import context_of
from sightline.crm.adapters.salesforce.adapter import SalesforceCrm
from sightline.crm.adapters.salesforce.client import Client
from sightline.crm.adapters.salesforce.grant import (
    Grant,
    authorize_address,
    exchange_code,
    new_verifier,
)
from sightline.crm.errors import CrmError, Retry
from sightline.crm.port import Crm

# Every call is counted by the client itself; a line in the log for each would bury the rest.
logging.getLogger("httpx").setLevel(logging.WARNING)

Clock = Callable[[], dt.datetime]
BRANDS = ("salesforce",)
FLOWS = ("client_credentials", "jwt_bearer", "web_server", "token")

__all__ = ["BRANDS", "FLOWS", "authorize_address", "exchange_code", "new_verifier", "open_crm"]


def open_crm(connection_id: int, *, brand: str, settings: Mapping[str, Any], clock: Clock) -> Crm:
    """The CRM of a connection, ready to be called. Raises CrmError for an unknown brand."""
    if brand != "salesforce":
        text = f"Nothing here speaks to {brand}."
        raise CrmError(text, retry_kind=Retry.PERSON, code="UNKNOWN_BRAND")
    http = httpx.Client(follow_redirects=False)
    grant = Grant(
        flow=str(settings.get("flow", "client_credentials")),
        login=str(settings["login"]).rstrip("/"),
        client_id=str(settings.get("client_id", "")),
        username=str(settings.get("username", "")),
        load=lambda: connections.secrets_of(connection_id),
        refresh=lambda seen, renew: connections.refresh_grant(
            connection_id, seen=seen, renew=renew
        ),
        http=http,
    )
    client = Client(grant, http, version=str(settings.get("version", "66.0")))
    bulk_from = int(settings.get("bulk_from", 20_000))
    known = context_of(connection_id).shapes
    return SalesforceCrm(client, clock=clock, bulk_from=bulk_from, known=known)
