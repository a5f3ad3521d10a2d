"""Salesforce record ids: 15 case-sensitive characters, or 18 with a check suffix."""

import re

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID15 = re.compile(r"[0-9A-Za-z]{15}\Z")
_ID18 = re.compile(r"[0-9A-Za-z]{15}[A-Z0-5]{3}\Z")
_INSTANCE = "Sb"


def suffix_of(id15: str) -> str:
    """The three check characters of a 15-character id: one bit per upper-case letter."""
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << i for i, char in enumerate(id15[start : start + 5]) if "A" <= char <= "Z")
        suffix += _CHECK[bits]
    return suffix


def to_18(record_id: str) -> str | None:
    """The 18-character form, or None when the text is no valid id.

    A 15-character id gets its suffix. An 18-character one must carry the right suffix, in
    any case: the service itself repairs nothing else.
    """
    if _ID15.match(record_id):
        return record_id + suffix_of(record_id)
    head, check = record_id[:15], record_id[15:].upper()
    if not _ID18.match(head + check):
        return None
    return head + check if suffix_of(head) == check else None


def looks_like_id(text: str) -> bool:
    """Whether the text has the shape of an id (the suffix is not checked)."""
    return bool(_ID15.match(text) or (len(text) == 18 and text.isalnum() and text.isascii()))


def base62(number: int, *, width: int) -> str:
    """A number in the id alphabet, padded to the width."""
    out = ""
    while number:
        number, digit = divmod(number, 62)
        out = _DIGITS[digit] + out
    return out.rjust(width, "0")


def number_of(record_id: str) -> int:
    """The running number of an id made here; 0 for ids of other orgs."""
    if record_id[3:6] != f"{_INSTANCE}0":
        return 0
    number = 0
    for char in record_id[6:15]:
        number = number * 62 + _DIGITS.index(char)
    return number


def make_id(prefix: str, number: int) -> str:
    """The 18-character id of the nth record made here under a three-character key prefix."""
    id15 = f"{prefix}{_INSTANCE}0{base62(number, width=9)}"
    return id15 + suffix_of(id15)
