"""Exports are written once per session and shared: reading them back changes nothing."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from sightline.exchange.demonstration import generate
from tests.exchange.demonstration.facts import Facts

TODAY = date(2026, 11, 21)
Company = Callable[..., Facts]
KEPT = 4


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A function that returns the facts of a generated company, written at most once.

    Files stay on disk for the session; only the last few companies stay in memory.
    """
    written: dict[tuple[int, str], Path] = {}

    @lru_cache(maxsize=KEPT)
    def read(seed: int, without: str) -> Facts:
        key = (seed, without)
        if key not in written:
            folder = tmp_path_factory.mktemp("company")
            left_out = frozenset({without} if without else ())
            generate(folder, seed=seed, today=TODAY, without=left_out)
            written[key] = folder
        return Facts(written[key], today=TODAY)

    def make(seed: int = 1, *, without: str = "") -> Facts:
        return read(seed, without)

    return make
