"""Every page of the product, as every role: accessible, within its width, without errors.

Addresses come from the site itself, so that a new page is visited without being named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from sightline.records.models import Contact, Contract, ProductLine
from sightline.web.gate import declared_urls
from tests.journeys.conftest import Open, accessibility_faults, sideways_overflow
from tests.journeys.small_company import SmallCompany, load_small_company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
ACTS = re.compile(
    r"-(set|save|undo|accept|override|answer|choose|load|cancel|check|remove|keep|drop|adopt|"
    r"export|refused|pin|unpin|measure|many|delete|retry|file|feed|moved?|done|renew|out|send)$"
)
# these two see every page between them; the others see parts of the same ones
WHOLE = ("account_manager", "operations")
FILES = re.compile(r"\.(csv|xlsx|svg|png|pdf|json|ics)$")


def pages_for(company: SmallCompany) -> list[str]:
    """Addresses that a person reads, with ids of things that are there."""
    ids = {
        "account_id": company.planned.pk,
        "contract_id": Contract.objects.filter(account=company.planned).values_list(
            "pk", flat=True
        )[0],
        "contact_id": Contact.objects.filter(account=company.planned).values_list("pk", flat=True)[
            0
        ],
        "line_id": ProductLine.objects.values_list("pk", flat=True)[0],
    }
    found = []
    for url in declared_urls():
        if ACTS.search(url.name.split(":")[-1]) or url.name.endswith((":pin", ":unpin")):
            continue
        address = "/" + url.route
        for name, value in ids.items():
            address = re.sub(rf"<int:{name}>", str(value), address)
        if "<" in address or FILES.search(address):
            continue
        found.append(address)
    return found


def visit(page: Page, address: str) -> int:
    """The status of a page that a person reads; files and verbs are answered without a visit."""
    asked = page.context.request.get(address, max_redirects=0)
    if asked.status != 200 or "text/html" not in asked.headers.get("content-type", ""):
        return 405 if asked.status in {200, 301, 302, 303} else asked.status
    page.goto(address)
    return asked.status


def test_every_page_is_accessible_and_fits_for_every_role(
    open_page: Open, tmp_path: Path, picture: Callable[[Page, str], Path]
) -> None:
    company = load_small_company(Path(settings.SIGHTLINE_DATA))
    addresses = pages_for(company)
    assert len(addresses) > 12
    faults: list[str] = []
    for role, who in company.people.items():
        trio = Trio(
            wide=open_page("/people/settings", person=who),
            narrow=open_page("/people/settings", person=who, width=390, colours="dark"),
            framed=open_page("/people/settings", person=who, width=620),
        )
        for address in addresses:
            everywhere = role in WHOLE
            found = trio.faults_of(address, everywhere=everywhere)
            faults += [f"{role} {address} {fault}" for fault in found]
            if role == "account_manager" and address.endswith("/plan"):
                picture(trio.wide, "plan")
    assert not faults, "\n".join(dict.fromkeys(faults))


@dataclass
class Trio:
    """The same person in three windows: a desk in light, a phone in the dark, inside a CRM."""

    wide: Page
    narrow: Page
    framed: Page

    def faults_of(self, address: str, *, everywhere: bool) -> Iterator[str]:
        """What is wrong with one page; nothing where it is not this person's to see."""
        status = visit(self.wide, address)
        if status in {403, 404, 405}:
            return
        if status != 200:
            yield f"answers {status}"
            return
        yield from (f"light: {fault}" for fault in accessibility_faults(self.wide))
        if not everywhere:
            return
        visit(self.narrow, address)
        yield from (f"dark: {fault}" for fault in accessibility_faults(self.narrow))
        visit(self.framed, f"{address}?embed=1")
        for name, page in (("390", self.narrow), ("620", self.framed)):
            if (over := sideways_overflow(page)) > 0:
                yield f"at {name}: {over} px too wide"
