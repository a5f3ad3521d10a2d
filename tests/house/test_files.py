"""Files stay short, rooms stay named, and nothing is left lying about."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
LIMIT = 400
FUNCTION_LIMIT = 50
TEMPLATE_LINE = 400
SMELLS = {"utils", "helpers", "common", "manager", "misc", "util", "helper"}
HOSTS = re.compile(r"https?://[^\s\"')>]*(pypi|pythonhosted|npmjs|deb\.debian|registry)\b")


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would take, so that a scratch file does not fail the house."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def modules() -> list[Path]:
    return [path for path in tracked("src/**/*.py", "src/*.py") if "migrations" not in path.parts]


def test_the_house_sees_its_modules() -> None:
    assert len(modules()) > 100


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LIMIT, f"{path} has more than {LIMIT} lines: make it a package"
    tree = ast.parse(text)
    if tree.body:
        assert ast.get_docstring(tree), f"{path} does not open with what it is for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            documented = len((ast.get_docstring(node, clean=False) or "").splitlines())
            assert lines - documented <= FUNCTION_LIMIT, f"{path}:{node.lineno} {node.name}"


def test_a_template_can_be_read() -> None:
    """Long lines are laid out: one element a line where white space is not drawn, attributes below
    each other. Running text and a translation stay whole, hence the room."""
    pages = tracked("src/sightline/web/templates/**/*.html")
    assert len(pages) > 100
    guilty = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in pages
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > TEMPLATE_LINE
    ]
    assert guilty == []


def test_no_tag_of_a_template_goes_over_a_line() -> None:
    """Django's tags end on their line: one that does not is shown to the reader as it stands."""
    whole = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}")
    guilty = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in tracked("src/**/templates/**/*.html", "src/**/templates/**/*.txt")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"{[%{#]|[%#]}", whole.sub("", line))
    ]
    assert guilty == []


def test_no_room_is_called_by_what_it_does_not_say() -> None:
    assert [path for path in modules() if SMELLS & {path.stem, *path.parts}] == []


def test_no_file_names_a_registry_or_a_mirror() -> None:
    listed = tracked("*.py", "*.toml", "*.md", "*.txt", "*.json", "*.sh", "run", ".ci/run")
    guilty = [
        path
        for path in listed
        if path != Path(__file__)
        and HOSTS.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert guilty == []


def test_every_requirement_is_pinned_with_a_hash_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.findall(r"^[a-zA-Z0-9][\w.-]*==\S+.*$", text, re.MULTILINE)
        assert pins
        assert all(pin.rstrip().endswith("\\") for pin in pins)


def test_browser_scripts_are_short() -> None:
    for path in tracked("src/sightline/web/static/js/*.js", "src/sightline/web/static/js/**/*.js"):
        assert path.read_text(encoding="utf-8").count("\n") < 250, path


def test_no_template_or_script_needs_more_than_the_content_security_policy_allows() -> None:
    inline = re.compile(
        r"\sstyle=|\son(?:click|change|input|submit|load|error|focus|blur|key\w+|mouse\w+|pointer\w+)="
        r"|<style|<script(?![^>]*\ssrc=)|hx-on|\bjs:"
    )
    for path in tracked(
        "src/sightline/web/templates/*.html", "src/sightline/web/templates/**/*.html"
    ):
        if path.parent.name == "mail":  # read by mail programs, which know inline styles only
            continue
        found = inline.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path}: {found and found.group()}"
