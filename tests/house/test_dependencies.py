"""What runs imports only what running installs; the tests' own parts stay with the tests."""

from __future__ import annotations

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.MULTILINE)


def pinned(name: str) -> set[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {found.lower().replace("_", "-") for found in PIN.findall(text)}


def imported(path: Path) -> set[str]:
    """Top-level names imported when the module runs, not only when its types are checked."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_nothing_that_runs_needs_a_part_of_the_tests() -> None:
    only_tests = pinned("requirements-test.txt") - pinned("requirements.txt")
    assert "pytest" in only_tests
    brings = {
        module
        for module, names in packages_distributions().items()
        if {name.lower().replace("_", "-") for name in names} <= only_tests
    }
    guilty = {
        str(path.relative_to(ROOT)): sorted(found)
        for path in (ROOT / "src").rglob("*.py")
        if (found := imported(path) & brings)
    }
    assert guilty == {}
