"""The browser of the journeys: Debian's Chromium against a live server, and what each page owes.

Every page in a test is watched: a refusal by the content security policy or an uncaught error in
a script fails the test at its end. Pictures go to test-results/.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from sightline.records.models import SignIn
from tests import makers

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
RESULTS = Path(os.environ.get("TEST_RESULTS") or Path(__file__).parents[2] / "test-results")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The first page of a run makes every template: a busy machine takes its time over it.
PATIENT = 60_000
Colours = Literal["light", "dark"]


class Open(Protocol):
    """Opens a page at a size, in light or dark, as somebody or as nobody."""

    def __call__(
        self,
        path: str = ...,
        *,
        person: SignIn | None = ...,
        width: int = ...,
        height: int = ...,
        colours: Colours = ...,
        script: bool = ...,
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium. Where it is missing the journeys are skipped, under CI they fail."""
    if not Path(CHROMIUM).exists():
        said = "Chromium is missing: apt-get install --no-install-recommends chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session", autouse=True)
def folder_of_static_files() -> None:
    """Whitenoise warns where its folder is missing, and warnings are errors."""
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Open]:
    """A function that opens pages; at the end no page may have had a script or policy error."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(
        path: str = "/",
        *,
        person: SignIn | None = None,
        width: int = 1440,
        height: int = 900,
        colours: Colours = "light",
        script: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=colours,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if person is not None:
            context.add_cookies([_session_cookie(person, live_server.url)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note_policy(message, page, problems))
        page.goto(path, timeout=PATIENT)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def somebody(transactional_db: None) -> SignIn:
    """An account manager who is also the administrator: sees every page of the frame."""
    return makers.sign_in("account_manager", "operations", name="Dana Whitfield")


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], Path]:
    """Keeps a picture of the whole page under test-results/."""

    def take(page: Page, name: str) -> Path:
        RESULTS.mkdir(parents=True, exist_ok=True)
        target = RESULTS / f"{name}.png"
        page.screenshot(path=target, full_page=True)
        return target

    return take


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.0 to 2.2 A and AA and its best practices, one line each."""
    options = {"runOnly": {"type": "tag", "values": AXE_RULES}}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
        for fault in found
        for node in fault["nodes"]
    ]


def sideways_overflow(page: Page) -> int:
    """How many pixels the page can be scrolled sideways; it should be 0."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def _session_cookie(person: SignIn, url: str) -> Any:
    client = Client()
    client.force_login(person)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def _note_policy(message: Any, page: Page, problems: list[str]) -> None:
    if "Content Security Policy" in message.text:
        problems.append(f"{page.url}: {message.text}")
