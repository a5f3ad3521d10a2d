"""What tests of pages share: a folder where the static files would lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from sightline.records.queries.whitespace.grid import forget


@pytest.fixture(scope="session", autouse=True)
def folder_of_static_files() -> None:
    """Whitenoise warns where its folder is missing, and warnings are errors."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def no_grid_of_another_test() -> None:
    """A process keeps grids by the numbers of their rows, which every test begins anew."""
    forget()
