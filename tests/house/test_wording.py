"""Words about people stay neutral, in templates, in translated messages and in rules' sentences."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
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


# One way to write a share, in English: 34%, the sign at the figure, so that no line breaks between.
APART = re.compile(r"(?:[0-9]|\}\})[ \u00a0]%(?![\w({}])")


def apart(tree: ast.AST) -> list[str]:
    """Texts in which a percent sign stands apart from its figure."""
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found = [one.value for one in texts if isinstance(one.value, str) and APART.search(one.value)]
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            after = [
                part.value
                for before, part in pairwise(node.values)
                if isinstance(before, ast.FormattedValue) and isinstance(part, ast.Constant)
            ]
            found += [str(text) for text in after if re.match(r"[ \u00a0]%(?![\w({}])", str(text))]
    return found


def test_a_percent_sign_apart_is_found() -> None:
    assert apart(ast.parse('said = _("below 2 % of target")')) == ["below 2 % of target"]
    assert apart(ast.parse('said = f"{share:.0f} % of target"')) == [" % of target"]
    assert apart(ast.parse('said = f"{share:.0%} of target"; rest = 5 % count')) == []


def test_a_share_is_written_in_one_way() -> None:
    found = {f"{path}: {text}" for path in MODULES for text in apart(ast.parse(path.read_text()))}
    found |= {str(path) for path in TEMPLATES if APART.search(path.read_text())}
    assert not found
