"""Outside ids: a Salesforce id is one id whether it is written with 15 or with 18 characters.

The last three characters of the long form only say which of the first fifteen are capitals, so
that the id survives tools that lose case. Source: Salesforce, "What are Salesforce ids composed
of" (three groups of five characters, one bit for each capital, base 32).
"""

from __future__ import annotations

import re
from functools import lru_cache

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHORT = 15
_LONG = 18
_GROUP = 5
# A word of capitals and others, and the check character of each group of them.
_CAPITALS = {code: "1" if 65 <= code <= 90 else "0" for code in range(128)}
_CHECKS = {f"{bits:05b}"[::-1]: char for bits, char in enumerate(_SUFFIX)}
_WORD = re.compile(r"[0-9A-Za-z]{15}(?:[A-Z0-5a-z]{3})?")
_DIGIT = re.compile(r"\d")

# First three characters of the ids of objects that have one fixed prefix everywhere.
PREFIXES: dict[str, str] = {
    "001": "Account",
    "003": "Contact",
    "005": "User",
    "006": "Opportunity",
    "00E": "UserRole",
    "00G": "Group",
    "00J": "OpportunityCompetitor",
    "00K": "OpportunityContactRole",
    "00Q": "Lead",
    "00T": "Task",
    "00U": "Event",
    "00k": "OpportunityLineItem",
    "00r": "AccountShare",
    "008": "OpportunityHistory",
    "01J": "OpportunityStage",
    "01M": "AccountTeamMember",
    "01t": "Product2",
    "02i": "Asset",
    "02s": "EmailMessage",
    "0RE": "EventRelation",
    "500": "Case",
    "800": "Contract",
}


# Tools that lose case lose it in the prefix too.
_FOLDED = frozenset(prefix.upper() for prefix in PREFIXES)


@lru_cache(maxsize=8192)  # one row names the same few others as the next
def canonical_id(text: str) -> str:
    """The one form of an outside id: 18 characters for a Salesforce id, else the text trimmed.

    A 15-character id gets its check characters. An 18-character id whose check characters
    contradict the case of the rest had its case changed on the way: the case is restored from
    them. What is not shaped like a Salesforce id comes back trimmed and otherwise untouched.
    """
    word = text.strip()
    if len(word) == _LONG and word.isascii() and check_characters(word) == word[_SHORT:]:
        return word
    if len(word) == _SHORT and _WORD.fullmatch(word) and looks_like_salesforce(word):
        return word + check_characters(word)
    if len(word) == _LONG and _WORD.fullmatch(word) and looks_like_salesforce(word):
        return _restored(word)
    return word


def check_characters(word: str) -> str:
    """The three characters after an id's first fifteen: which of these are capitals."""
    bits = word.translate(_CAPITALS)
    return _CHECKS[bits[:5]] + _CHECKS[bits[5:10]] + _CHECKS[bits[10:15]]


def object_of(identifier: str) -> str | None:
    """The standard object that an id's first three characters name; None for others."""
    return PREFIXES.get(identifier[:3])


def looks_like_salesforce(word: str) -> bool:
    """Whether a word of 15 or 18 letters and digits is an id and not, say, a company's name.

    An id begins with a standard object's prefix, a zero, or the `a` of custom objects, and
    carries at least one digit.
    """
    known = word[:3].upper() in _FOLDED or word[:1] in ("a", "A", "0")
    return known and _DIGIT.search(word, 0, _SHORT) is not None


def _restored(word: str) -> str:
    short, upper = word[:_SHORT], word[_SHORT:].upper()
    if any(char not in _SUFFIX for char in upper):
        return word
    letters = []
    for place, char in enumerate(short):
        bits = _SUFFIX.index(upper[place // _GROUP])
        capital = bits >> (place % _GROUP) & 1
        letters.append(char.upper() if capital else char.lower())
    restored = "".join(letters)
    return restored + upper if check_characters(restored) == upper else word
