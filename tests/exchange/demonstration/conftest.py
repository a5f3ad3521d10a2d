"""Exports are written once per session and shared: reading them back changes nothing."""

from collections.abc import Callable
from datetime import date

import pytest

from sightline.exchange.demonstration import generate
from tests.exchange.demonstration.facts import Facts

TODAY = date(2026, 11, 21)
Company = Callable[..., Facts]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A function that returns the facts of a generated company, generated at most once."""
    made: dict[tuple[int, str], Facts] = {}

    def make(seed: int = 1, *, without: str = "") -> Facts:
        key = (seed, without)
        if key not in made:
            folder = tmp_path_factory.mktemp("company")
            left_out = frozenset({without} if without else ())
            generate(folder, seed=seed, today=TODAY, without=left_out)
            made[key] = Facts(folder, today=TODAY)
        return made[key]

    return make
