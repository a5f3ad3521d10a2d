"""Names that mean one thing: companies however they are spelled, and columns however they are cased."""

from __future__ import annotations

import re
import unicodedata

_LEGAL = frozenset(
    {"inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc"}
    | {"llp", "plc", "gmbh", "ag", "kg", "se", "sa", "sas", "sarl", "srl", "spa", "bv", "nv"}
    | {"ab", "as", "asa", "oy", "oyj", "aps", "pty", "pvt", "kk", "group", "holding"}
    | {"holdings", "the"}
)
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def company_key(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form.

    Where nothing else is left ("The Company Ltd") the words are kept, so a key is never empty
    for a name that holds a letter or digit.
    """
    words = _NOT_WORD.sub(" ", _plain(name)).split()
    kept = [word for word in words if word not in _LEGAL]
    return " ".join(kept or words) or name.strip().casefold()


def column_key(header: str) -> str:
    """A header as it is compared: letters and digits in lower case, `__c` kept apart."""
    word = header.strip().lstrip("\ufeff").lower()
    custom = word.endswith("__c")
    plain = _NOT_WORD.sub("", _plain(word.removesuffix("__c")))
    return plain + "__c" if custom else plain


def sort_key(name: str) -> str:
    """A name as lists sort it and searches find it: folded case, single spaces."""
    return " ".join(name.casefold().split())


def _plain(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in apart if not unicodedata.combining(char))
