"""Supplier names: the same firm under several spellings, doubtful ones asked and never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from sightline.planning.reasons import Reason, because
from sightline.planning.wallet.facts import WalletParameters

_TRADING_AS = re.compile(r"\b(?:t/a|t/as|trading as|d/b/a|dba)\b", re.IGNORECASE)
# names are compared only with those that begin with the same letters, to stay linear
_START = 3


class SupplierClass(StrEnum):
    """What a supplier is to us."""

    US = "us"
    COMPETITOR = "competitor"
    PARTNER = "partner"
    OTHER = "other"


class Match(StrEnum):
    """How sure the match is."""

    SAME = "same"
    ALIAS = "alias"
    DOUBTFUL = "doubtful"
    NEW = "new"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """One name as written, the firm it was matched to, and those it may also be."""

    name: str
    kind: Match
    firm: str | None
    candidates: tuple[str, ...] = ()
    reason: Reason | None = None


def plain_name(name: str | None, *, parameters: WalletParameters) -> str:
    """A supplier's name without accents, case, punctuation and legal form.

    Empty for a name that is missing or withheld. A name that is nothing but a legal form stays.
    What comes after "trading as" is not part of the legal name.
    """
    if name is None:
        return ""
    legal = _TRADING_AS.split(name)[0].strip() or name
    words = _words(legal)
    text = " ".join(words)
    if not text or any(text.startswith(one) for one in parameters.unnamed):
        return ""
    telling = [one for one in words if one not in parameters.joining_words] or words
    return " ".join(_without_form(_initials_joined(telling), parameters))


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("&", " and "))
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    # dots and apostrophes join ("S.p.A.", "Sainsbury's"); every other sign separates
    return re.findall(r"\w+", re.sub(r"[.'’`]", "", bare))


def _initials_joined(words: list[str]) -> list[str]:
    """Single letters in a row as one word: "l a wood" and "L.A. Wood" are the same."""
    joined: list[str] = []
    run = ""
    for word in words:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        joined += [run] if run else []
        run = ""
        joined.append(word)
    return joined + ([run] if run else [])


def _without_form(words: list[str], parameters: WalletParameters) -> list[str]:
    forms = sorted((tuple(one.split()) for one in parameters.legal_forms), key=len, reverse=True)
    left = list(words)
    shortened = True
    while shortened:
        shortened = False
        for form in forms:
            if len(left) > len(form) and tuple(left[-len(form) :]) == form:
                left, shortened = left[: -len(form)], True
                break
    return left


class SupplierBook:
    """The firms known, by plain name, with their aliases; matches names one at a time.

    `firms` maps each firm's key to its name; `aliases` maps further spellings to a key.
    """

    __slots__ = ("_aliases", "_by_start", "_firms", "_names", "_parameters")

    def __init__(
        self,
        firms: Mapping[str, str],
        *,
        aliases: Mapping[str, str],
        parameters: WalletParameters,
    ) -> None:
        self._parameters = parameters
        self._names = dict(firms)
        self._firms = {plain_name(name, parameters=parameters): key for key, name in firms.items()}
        self._aliases = {
            plain_name(one, parameters=parameters): key for one, key in aliases.items()
        }
        self._by_start: dict[str, set[str]] = {}
        for plain in (*self._firms, *self._aliases):
            self._by_start.setdefault(plain[:_START], set()).add(plain)

    def _plain(self, name: str | None) -> str:
        return plain_name(name, parameters=self._parameters)

    def match(self, name: str | None) -> NameMatch:
        """The firm a name belongs to. A doubtful match gives candidates and decides nothing."""
        plain = self._plain(name)
        written = name or ""
        if not plain:
            why = because("supplier.unnamed", "no name is given")
            return NameMatch(written, Match.UNNAMED, None, reason=why)
        if plain in self._firms:
            return NameMatch(written, Match.SAME, self._firms[plain])
        if plain in self._aliases:
            return NameMatch(written, Match.ALIAS, self._aliases[plain])
        near = self._near(plain)
        if not near:
            return NameMatch(written, Match.NEW, None)
        names = ", ".join(self._names.get(key, key) for key in near)
        why = because("supplier.doubtful", f"{written}: the same as {names}?", candidates=near)
        return NameMatch(written, Match.DOUBTFUL, None, near, why)

    def _near(self, plain: str) -> tuple[str, ...]:
        p, others = self._parameters, self._by_start.get(plain[:_START], set())
        alike = {other: likeness(plain, other=other, parameters=p) for other in others}
        found = sorted(
            (-value, self._firms.get(other, self._aliases.get(other, "")))
            for other, value in alike.items()
            if value >= p.doubtful_likeness
        )
        return tuple(dict.fromkeys(key for _, key in found))


def likeness(one: str, *, other: str, parameters: WalletParameters) -> float:
    """How alike two plain names are, 0-1.

    1 where one begins with all of the other; words in common ÷ words in either where they begin
    with the same word; their likeness letter by letter where that is high enough for a slip of
    the pen; else 0: "Kent County Council" is not like "Essex County Council".
    """
    mine, others = one.split(), other.split()
    short, long = sorted((mine, others), key=len)
    if short and long[: len(short)] == short:
        return 1.0
    letters = SequenceMatcher(None, one, other, autojunk=False).ratio()
    spelled = letters if letters >= parameters.spelling_likeness else 0.0
    if mine[:1] != others[:1]:
        return spelled
    return max(spelled, len(set(mine) & set(others)) / len(set(mine) | set(others)))


def same_firms(
    names: Iterable[str | None], *, parameters: WalletParameters
) -> dict[str, tuple[str, ...]]:
    """Spellings that are one firm beyond doubt, by plain name; unnamed ones under ""."""
    groups: dict[str, set[str]] = {}
    for name in names:
        groups.setdefault(plain_name(name, parameters=parameters), set()).add(name or "")
    return {plain: tuple(sorted(found)) for plain, found in sorted(groups.items())}
