"""Salesforce record ids, computed from what they name instead of being remembered.
An id holds its account and its place in it, so references need no global lists."""

from functools import lru_cache
from typing import Final

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SUFFIX_DIGITS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
POD: Final = "Dm"

PREFIXES: Final = {
    "Account": "001",
    "AccountShare": "00r",
    "AccountTeamMember": "01M",
    "Asset": "02i",
    "Case": "500",
    "Contact": "003",
    "Contract": "800",
    "EmailMessage": "02s",
    "Event": "00U",
    "EventRelation": "0RE",
    "Opportunity": "006",
    "OpportunityCompetitor": "00J",
    "OpportunityContactRole": "00K",
    "OpportunityHistory": "008",
    "OpportunityLineItem": "00k",
    "OpportunityStage": "01J",
    "Product2": "01t",
    "Task": "00T",
    "User": "005",
    "UserRole": "00E",
}


# Enough for all that one account asks for again and again; more accounts take no more memory.
REMEMBERED: Final = 4_096
UPPER: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@lru_cache(maxsize=REMEMBERED)
def base62(number: int, *, width: int) -> str:
    """`number` in Salesforce's digit order, zero-padded; ValueError when it does not fit."""
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(DIGITS[digit])
    if number:
        raise ValueError(f"number does not fit in {width} base-62 digits")
    return "".join(reversed(digits))


def check_suffix(short: str) -> str:
    """The three characters that make a 15-character id safe where case is lost.

    Each stands for five characters; a bit is set where the character is an upper-case letter.
    """
    return _check_digit(short[0:5]) + _check_digit(short[5:10]) + _check_digit(short[10:15])


@lru_cache(maxsize=REMEMBERED)
def _check_digit(chunk: str) -> str:
    return SUFFIX_DIGITS[sum(1 << place for place, char in enumerate(chunk) if char in UPPER)]


@lru_cache(maxsize=REMEMBERED)
def record_id(kind: str, *, owner: int, number: int = 0) -> str:
    """The 18-character id of record `number` of `kind` under account `owner`.

    Records of no account (users, products, stages) use owner 0. Same input, same id.
    """
    short = PREFIXES[kind] + POD + base62(owner, width=5) + base62(number, width=5)
    return short + check_suffix(short)
