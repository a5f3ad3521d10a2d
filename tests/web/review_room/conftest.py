"""The review that the room's tests share."""

from __future__ import annotations

import pytest

from tests.web.review_room.world import Meeting
from tests.web.review_room.world import meeting as make


@pytest.fixture
def meeting(db: None) -> Meeting:
    """A review of a tier 1 customer, planned for today."""
    return make()
