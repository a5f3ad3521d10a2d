"""A sighting in one line: who, where, what for and heard from, found in the words as typed.

"Tessera at Helvion Plant North, Analytics, heard from Petra" names all of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_SOURCE = re.compile(r"[\s,;.]*\b(?:heard\s+)?from\s+(?P<who>\S.*)$", re.IGNORECASE)
_PART = re.compile(r"[,;:]|\s(?:at|in|for)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found; None or empty where the line does not say it, or not which of several."""

    unit: str | None
    line: str | None
    who: str
    source: str


def heard(
    text: str,
    *,
    units: Mapping[str, str],
    lines: Mapping[str, str],
    rivals: Mapping[str, str],
    beside: str = "",
) -> Heard:
    """One line read against names by key; `beside` is the account's own name, which is none of them.

    Where nobody known is named, the first part that names nothing else is the competitor's name.
    """
    said, source = _apart(text)
    rival = named(said, rivals)
    unit, line = named(said, units), named(said, lines)
    if unit is None and len(units) == 1:
        unit = next(iter(units))
    known = [
        beside,
        *(units[unit] for unit in [unit] if unit),
        *(lines[key] for key in [line] if key),
    ]
    who = rivals[rival] if rival is not None else _somebody(said, known)
    return Heard(unit, line, who, source)


def named(text: str, names: Mapping[str, str]) -> str | None:
    """The key of the name that most leading words stand together in the text; None where none
    does or two do as well. A name said in full wins over a longer one said in part."""
    said = _words(_apart(text)[0])
    best: dict[str, tuple[int, bool]] = {}
    for key, name in names.items():
        words = _words(name)
        run = _run(words, said)
        if run:
            best[key] = (run, run == len(words))
    if not best:
        return None
    most = max(best.values())
    found = [key for key, one in best.items() if one == most]
    return found[0] if len(found) == 1 else None


def _run(words: list[str], said: list[str]) -> int:
    """How many leading words of a name stand together somewhere in what was said."""
    longest = 0
    for start in range(len(said)):
        run = 0
        while run < len(words) and said[start + run : start + run + 1] == words[run : run + 1]:
            run += 1
        longest = max(longest, run)
    return longest


def _somebody(said: str, known: list[str]) -> str:
    """The first part of a line that shares no word with what is known already."""
    taken = {word for name in known for word in _words(name)}
    for part in _PART.split(said):
        words = _words(part)
        if words and not taken.intersection(words):
            return " ".join(part.split())
    return ""


def _apart(text: str) -> tuple[str, str]:
    """What was seen, and whom it was heard from."""
    found = _SOURCE.search(text)
    if found is None:
        return text, ""
    return text[: found.start()], " ".join(found["who"].split()).rstrip(".")


def _words(text: str) -> list[str]:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in apart if not unicodedata.combining(char)))
