"""Every fault of a rule file with the line it stands on, so that a file is mended in one go.

Nothing is run: the file is read as `rule_file` reads it, one rule at a time.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from sightline.planning.challenges.rule_file import BadRule, read_rules, rule_of

_HEADING = re.compile(r"\s*\[\[\s*[\"']?rule[\"']?\s*\]\]")
_AT_LINE = re.compile(r"at line (\d+)")
_NAMED = re.compile(r"'([^']+)'|: (\w+) (?:cannot|is one)")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and on which line, counted from 1."""

    line: int
    message: str


def faults_in(text: str) -> tuple[Fault, ...]:
    """All faults of a rule file, in its order; empty where it reads. One fault a rule."""
    lines = text.splitlines() or [""]
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found.group(1)) if found else len(lines)
        return (Fault(line, f"This is not TOML: {error}"),)
    rows = table.get("rule", [])
    starts = [place for place, line in enumerate(lines, start=1) if _HEADING.match(line)]
    faults = []
    if isinstance(rows, list) and len(rows) == len(starts):
        ends = [*starts[1:], len(lines) + 1][: len(starts)]
        for row, start, end in zip(rows, starts, ends, strict=True):
            try:
                rule_of(row)
            except BadRule as wrong:
                faults.append(Fault(_near(wrong, lines, start, end), str(wrong)))
    return tuple(faults) or _whole(text, lines, starts)


def _whole(text: str, lines: list[str], starts: list[int]) -> tuple[Fault, ...]:
    """What only the whole file shows: other entries, the same code twice."""
    try:
        read_rules(text)
    except BadRule as wrong:
        told = wrong.field or ""
        where = [place for place, line in enumerate(lines, start=1) if told and told in line]
        return (Fault(where[-1] if where else (starts or [1])[0], str(wrong)),)
    return ()


def _near(wrong: BadRule, lines: list[str], start: int, end: int) -> int:
    """The line of the rule that holds what the message names, else where the rule begins."""
    for named in _NAMED.findall(str(wrong)):
        word = next((one for one in named if one), "")
        for place in range(start, end):
            if word and word in lines[place - 1]:
                return place
    return start
