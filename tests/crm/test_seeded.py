"""The tests can fail: every bug put in on purpose is caught, and its test passes without it."""

from __future__ import annotations

import pytest

from tests.crm import test_rounds
from tests.crm.seeded import BUGS, Bug, seeded
from tests.crm.world import World


@pytest.mark.django_db
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_is_caught(bug: Bug) -> None:
    world = World().connect()
    promise = getattr(test_rounds, bug.caught_by)
    with seeded(bug), pytest.raises((Exception, pytest.fail.Exception)) as caught:
        promise(world)
    assert not isinstance(caught.value, TypeError | AttributeError | NameError), caught.value
