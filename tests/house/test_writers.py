"""Only records and actions touch models; everybody else reads through queries."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOMS = Path(__file__).resolve().parents[2] / "src" / "sightline"
FREE = {"records", "actions"}
# The gate and sign-in hand Django's own user to its session; they read, and never write.
KNOWN = {"web/gate.py"}


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def outer_modules() -> list[Path]:
    return [
        path
        for path in ROOMS.rglob("*.py")
        if path.relative_to(ROOMS).parts[0] not in FREE
        and str(path.relative_to(ROOMS)) not in KNOWN
    ]


@pytest.mark.parametrize("path", outer_modules(), ids=lambda path: str(path.relative_to(ROOMS)))
def test_models_are_touched_by_records_and_actions_alone(path: Path) -> None:
    assert not {name for name in imports_of(path) if name.startswith("sightline.records.models")}


def test_queries_never_answer_a_lazy_queryset() -> None:
    for path in (ROOMS / "records" / "queries").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                said = ast.unparse(node.returns) if node.returns else ""
                assert "QuerySet" not in said, f"{path}:{node.lineno}"
