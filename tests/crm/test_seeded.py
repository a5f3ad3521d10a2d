"""The tests can fail: every bug put in on purpose is caught, and its test passes without it."""

from __future__ import annotations

import subprocess
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.crm import test_rounds
from tests.crm.seeded import BUGS, Bug, seeded, sources
from tests.crm.world import World

PATCHES = sorted((Path(__file__).parent / "seeded_bugs").glob("*.patch"))


@pytest.mark.django_db
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_is_caught(bug: Bug) -> None:
    world = World().connect()
    promise = getattr(test_rounds, bug.caught_by)
    with seeded(bug), pytest.raises((Exception, pytest.fail.Exception)) as caught:
        promise(world)
    assert not isinstance(caught.value, TypeError | AttributeError | NameError), caught.value


def test_the_patches_are_the_same_bugs() -> None:
    for bug in BUGS:
        changed = [text.splitlines() for text in sources(bug)]
        named = bug.name.replace(" ", "_")
        patch = (Path(__file__).parent / "seeded_bugs" / f"{named}.patch").read_text()
        said, made = patch.splitlines(), list(unified_diff(*changed, lineterm=""))
        assert bug.caught_by in said[0]
        assert moved(said) == moved(made), bug.name


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_a_patch_applies_to_the_code_as_it_is(patch: Path) -> None:
    root = patch.parents[3]
    command = ["git", "apply", "--check", "--unsafe-paths", f"--directory={root}", str(patch)]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr


def moved(lines: list[str]) -> list[str]:
    """What a patch takes away and puts in."""
    return [one for one in lines if one[:1] in ("+", "-") and one[:3] not in ("+++", "---")]
