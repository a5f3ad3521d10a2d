"""The customer that the tests of its pages share."""

from __future__ import annotations

import pytest

from tests.web.account.world import World, world


@pytest.fixture
def helvion(db: None) -> World:
    """A tier 1 customer with a running plan."""
    return world()
