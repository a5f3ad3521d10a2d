"""Without Pango a PDF is refused in words that say what to install."""

from __future__ import annotations

from typing import Any

import pytest

from sightline.exchange.exports import pango
from sightline.planning.errors import PlanningError


def test_a_machine_without_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pango, "import_module", missing)
    with pytest.raises(PlanningError, match=r"apt install libpango-1\.0-0.*brew install pango"):
        pango.require()


def test_any_other_fault_of_loading_it_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> Any:
        raise ValueError(name)

    monkeypatch.setattr(pango, "import_module", broken)
    with pytest.raises(ValueError, match="weasyprint"):
        pango.require()
