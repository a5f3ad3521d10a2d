"""The reference names every component that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightline.web.templatetags.ui import register

REFERENCE = (Path(__file__).parents[2] / "docs/reference/interface.md").read_text()
SCRIPTS = Path(__file__).parents[2] / "src/sightline/web/static/js/islands"


@pytest.mark.parametrize("name", sorted({*register.tags, *register.filters}))
def test_every_tag_is_in_the_reference(name: str) -> None:
    assert f"`{name}" in REFERENCE or f" {name} " in REFERENCE or f"|{name}" in REFERENCE


def test_every_element_of_ours_is_in_the_reference() -> None:
    for script in SCRIPTS.glob("*.js"):
        for line in script.read_text().splitlines():
            if line.startswith("customElements.define("):
                assert f"`<{line.split(chr(34))[1]}" in REFERENCE, script.name
