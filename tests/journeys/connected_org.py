"""An account of a journey as it stands in a sandbox org: joined to its row there, and sold there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from sightline.actions.sync import connections
from sightline.jobs.sync import rounds
from sightline.records.models import Account, CrmUser, ProductLine, SyncConnection
from tests.crm.orgs import SandboxOrg, sandbox_org


@contextmanager
def connected(account: Account, lines: Iterable[ProductLine], folder: Path) -> Iterator[SandboxOrg]:
    """Serve an org where the account's owner, the account and a product of each line are
    known, and read it once."""
    assert account.owner is not None
    with sandbox_org(folder, kinds=("--no-samples",)) as org:
        owner = org.one("SELECT Id FROM User WHERE Username = 'standard@sandbox.example'")["Id"]
        known = {"Name": account.name, "OwnerId": owner}
        there = org.call("POST", "/sobjects/Account", known)["id"]
        for line in lines:
            _sell(org, line.name)
        connection = connections.connect(
            "Org",
            brand="salesforce",
            settings={"login": org.address, "client_id": org.said["client id"]},
            secrets={"client_secret": org.said["client secret"]},
            actor_id=None,
        )
        source = SyncConnection.objects.get(pk=connection).source
        CrmUser.objects.filter(pk=account.owner.pk).update(source=source, outside_id=owner)
        Account.objects.filter(pk=account.pk).update(source=source, outside_id=there)
        with rounds.at_work(connection) as session:
            rounds.round_of(session)
        yield org


def _sell(org: SandboxOrg, name: str) -> None:
    """A product there, with a price in the standard book."""
    product = {"Name": name, "IsActive": True}
    price = {
        "Product2Id": org.call("POST", "/sobjects/Product2", product)["id"],
        "Pricebook2Id": org.one("SELECT Id FROM Pricebook2 WHERE IsStandard = true")["Id"],
        "UnitPrice": 1,
        "IsActive": True,
    }
    org.call("POST", "/sobjects/PricebookEntry", price)


def open_record(page: Page, org: SandboxOrg, record: str) -> None:
    """The org's own page of a record, signed in there."""
    page.goto(f"{org.address}/sandbox/login?next=/sandbox/records/{record}")
    page.locator("input[name=token]").fill(org.said["access token"])
    page.locator("main button").first.click()
    page.wait_for_url(f"**/sandbox/records/{record}")
