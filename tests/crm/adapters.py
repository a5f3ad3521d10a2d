"""The adapters under contract: each with somebody there who makes, changes, deletes and hides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from sightline.crm.adapters.memory import MemoryCrm
from sightline.crm.adapters.salesforce.adapter import SalesforceCrm
from sightline.crm.adapters.salesforce.client import Client
from sightline.crm.adapters.salesforce.grant import Grant
from sightline.crm.port import Crm
from tests.crm.orgs import SandboxOrg, sandbox_org
from tests.crm.other_services import DeltaCrm, TracelessCrm
from tests.crm.world import START, shapes


@dataclass
class Subject:
    """An adapter, and its service's own people. `key_field` is a unique field of `deal`."""

    crm: Crm
    account: str
    deal: str
    insert: Callable[[str, Mapping[str, Any]], str]
    edit: Callable[[str, str, Mapping[str, Any]], None]
    delete: Callable[[str, str], None]
    hide: Callable[[str, str], None]
    refuse: Callable[[str], None]
    pass_time: Callable[[float], None]
    key_field: str = "Acctplan_Id__c"
    user: str = ""

    def new_deal(self, **values: Any) -> str:
        """A deal that the service takes."""
        given = {
            "Name": "Contract",
            "StageName": "Prospecting",
            "CloseDate": "2027-03-31",
            **values,
        }
        return self.insert(self.deal, given)


@contextmanager
def memory(folder: Path, kind: type[MemoryCrm] = MemoryCrm) -> Iterator[Subject]:
    """The CRM in memory; its clock moves when told."""
    now = [START]
    crm = kind(shapes(), clock=lambda: now[0], page=2)

    def pass_time(seconds: float) -> None:
        now[0] += dt.timedelta(seconds=seconds)

    def refuse(text: str) -> None:
        from tests.crm.adapters_refusal import refuse_all

        crm.rules.append(refuse_all(text))

    yield Subject(
        crm,
        "Account",
        "Opportunity",
        insert=crm.insert,
        edit=crm.edit,
        delete=crm.delete,
        hide=lambda name, column: crm.hidden.add((name, column)),
        refuse=refuse,
        pass_time=pass_time,
        user="005000000000009AAA",
    )


@contextmanager
def salesforce(folder: Path) -> Iterator[Subject]:
    """The Salesforce adapter over a sandbox org of its own."""
    with sandbox_org(folder) as org:
        http = httpx.Client()
        secrets = {"client_secret": org.said["client secret"]}
        held: dict[str, Any] = {"secrets": secrets, "version": 0}

        def refresh(seen: int, renew: Callable[..., Any]) -> tuple[dict[str, str], int]:
            held["secrets"] = {**held["secrets"], **renew(held["secrets"])}
            held["version"] += 1
            return held["secrets"], held["version"]

        grant = Grant(
            flow="client_credentials",
            login=org.address,
            client_id=org.said["client id"],
            username="",
            load=lambda: (held["secrets"], held["version"]),
            refresh=refresh,
            http=http,
        )
        crm = SalesforceCrm(Client(grant, http), clock=lambda: dt.datetime.now(dt.UTC))
        yield _over(org, crm)
        crm.close()


def _over(org: SandboxOrg, crm: SalesforceCrm) -> Subject:
    def insert(name: str, values: Mapping[str, Any]) -> str:
        return str(org.call("POST", f"/sobjects/{name}", dict(values))["id"])

    def edit(name: str, row: str, values: Mapping[str, Any]) -> None:
        org.call("PATCH", f"/sobjects/{name}/{row}", dict(values))

    def hide(name: str, column: str) -> None:
        org.control("POST", "fields/hide", {"object": name, "field": column})

    def refuse(text: str) -> None:
        body = {
            "kind": "row_failure",
            "object": "Opportunity",
            "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "message": text,
        }
        org.control("POST", "faults", body)

    return Subject(
        crm,
        "Account",
        "Opportunity",
        insert=insert,
        edit=edit,
        delete=lambda name, row: org.call("DELETE", f"/sobjects/{name}/{row}") and None,
        hide=hide,
        refuse=refuse,
        pass_time=lambda seconds: None,
        user=org.one("SELECT Id FROM User WHERE Username = 'standard@sandbox.example'")["Id"],
    )


ADAPTERS = {
    "memory": memory,
    "salesforce": salesforce,
    "delta links": partial(memory, kind=DeltaCrm),
    "no trace": partial(memory, kind=TracelessCrm),
}
