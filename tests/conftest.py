"""What every test has: no network but loopback, folders of its own, the same day each run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# Rooms that know no database: run once, not once for each.
PLAIN_ROOMS = ("planning", "agreement", "drawing", "wording", "ledger", "sandbox", "house")
ROOMS_IN_PART = ("exchange", "cli")

# The suite draws the same examples each run, so a change is red for what it changed;
# HYPOTHESIS_PROFILE=long draws new ones, and more.
hypothesis_settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.register_profile(
    "long", parent=hypothesis_settings(max_examples=2000, deadline=None)
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure(config: pytest.Config) -> None:
    """Playwright's loop looks like an async context to Django; our tests use it from one thread."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs no database, and what drives a browser."""
    here = Path(__file__).parent
    for item in items:
        room = Path(item.fspath).relative_to(here).parts[0]
        asks_none = room in ROOMS_IN_PART and not item.get_closest_marker("django_db")
        plain = room in PLAIN_ROOMS or asks_none
        if plain:
            item.add_marker("either")
        if room == "journeys":
            item.add_marker("browser")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings: Any) -> None:
    """Ledger, uploads and mail of each test lie in a folder of its own."""
    settings.SIGHTLINE_DATA = tmp_path
    settings.SIGHTLINE_LEDGER = tmp_path / "ledger"
    settings.SIGHTLINE_UPLOADS = tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture(autouse=True)
def only_loopback(socket_allow: None) -> None:
    """No test reaches further than this machine."""


@pytest.fixture
def socket_allow() -> None:
    """Allow loopback and local sockets only."""
    import pytest_socket

    pytest_socket.socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)
