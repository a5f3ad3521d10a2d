"""Words about people stay neutral, in templates, in translated messages and in rules' sentences."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sightline"
LOADED = (
    "enemy|enemies|foe|hostile|toxic|stupid|idiot|lazy|liar|dishonest|crazy|insane|useless|moron|"
    "snake|traitor|puppet|pawn|gatekeeper|kill|killer|manipulate|manipulative|exploit(?:able)?|"
    "weakling|victim|target person|ally|allies|friendly|unfriendly|difficult person|problem person|"
    "old man|girl|girls|guys|manpower|chairman(?!woman)|blacklist|whitelist|dumb|arrogant|fake|"
    "troublemaker|weak person|bad guy|good guy|win over|conquer|ambush|spy|stalk"
)
WORDS = re.compile(rf"\b(?:{LOADED})\b", re.IGNORECASE)
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", re.DOTALL)
TRANSLATED = re.compile(r"\{%\s*translate\s+(\"[^\"]*\"|'[^']*')")
MARKED = {"_", "gettext", "gettext_lazy", "ngettext", "because", "Label"}
TEMPLATES = sorted(SOURCE.rglob("*.html"))
MODULES = [
    path
    for path in sorted(SOURCE.rglob("*.py"))
    if "migrations" not in path.parts and "demonstration" not in path.parts
]


def loaded(text: str) -> list[str]:
    return WORDS.findall(text)


def spoken(tree: ast.AST) -> list[str]:
    """The texts of calls that make words for people."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in MARKED:
                found += [
                    part.value
                    for argument in node.args
                    for part in ast.walk(argument)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                ]
    return found


def test_the_list_finds_what_it_is_for() -> None:
    assert loaded("She is hostile, win over the gatekeeper") == [
        "hostile",
        "win over",
        "gatekeeper",
    ]
    assert loaded("Supports; against; neutral; killed the motor's skill") == []
    call = ast.parse('_("a toxic %s") % name')
    assert loaded(" ".join(spoken(call))) == ["toxic"]


@pytest.mark.parametrize("part", ["web/templates"])
def test_templates_speak_neutrally_of_people(part: str) -> None:
    assert TEMPLATES, part
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        words = loaded(TAGS.sub(" ", text) + " " + " ".join(TRANSLATED.findall(text)))
        assert not words, f"{path.relative_to(SOURCE)}: {words}"


def test_messages_and_reasons_speak_neutrally_of_people() -> None:
    heard = 0
    for path in MODULES:
        texts = spoken(ast.parse(path.read_text(encoding="utf-8")))
        heard += len(texts)
        words = loaded("\n".join(texts))
        assert not words, f"{path.relative_to(SOURCE)}: {words}"
    assert heard > 500
