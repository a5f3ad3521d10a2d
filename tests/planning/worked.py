"""Worked examples as YAML that a sales-operations reader can check by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

_FOLDER = Path(__file__).parent.parent / "examples"


def worked(concept: str, name: str) -> list[Any]:
    """Every case of tests/examples/<concept>/<name>.yaml as a pytest parameter named by it."""
    text = (_FOLDER / concept / f"{name}.yaml").read_text(encoding="utf-8")
    return [pytest.param(case, id=case["name"]) for case in yaml.safe_load(text)]
