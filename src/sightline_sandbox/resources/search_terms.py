"""The term of a search as a SOQL condition: words, phrases, AND, OR, AND NOT, brackets, wildcards."""

from __future__ import annotations

import re

from sightline_sandbox.errors import ApiError

_TOKEN = re.compile(r'\s*(?:(?P<bracket>[()])|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+))')
#: Fewer letters than this are no search.
_LEAST_LETTERS = 2


def condition(term: str, names: list[str]) -> str:
    """The condition that a row fits the term in any of the named fields."""
    text = re.sub(r"\\(.)", r"\1", term)
    tokens = [_token(match) for match in _TOKEN.finditer(text)]
    letters = "".join(value for kind, value in tokens if kind != "operator")
    if len(re.sub(r"[*?()\s]", "", letters)) < _LEAST_LETTERS:
        raise ApiError("MALFORMED_SEARCH", "search term must be longer than one character")
    return _Reader(tokens, names).whole()


def _token(match: re.Match[str]) -> tuple[str, str]:
    if match.group("bracket"):
        return "bracket", match.group("bracket")
    if match.group("phrase") is not None:
        return "words", match.group("phrase").strip()
    word = match.group("word")
    return ("operator", word.upper()) if word.upper() in ("AND", "OR", "NOT") else ("words", word)


class _Reader:
    """Reads tokens into a condition; AND binds closer than OR, and stands between plain words."""

    def __init__(self, tokens: list[tuple[str, str]], names: list[str]) -> None:
        self._tokens = tokens
        self._names = names
        self._at = 0

    def whole(self) -> str:
        found = self._either()
        if self._at < len(self._tokens):
            raise ApiError("MALFORMED_SEARCH", f"unexpected token: '{self._peek()[1]}'")
        return found

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, kind: str, value: str) -> bool:
        if self._peek() != (kind, value):
            return False
        self._at += 1
        return True

    def _either(self) -> str:
        parts = [self._both()]
        while self._take("operator", "OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    def _both(self) -> str:
        parts = [self._one()]
        while self._peek() != ("operator", "OR") and self._peek() not in (
            ("bracket", ")"),
            ("end", ""),
        ):
            self._take("operator", "AND")
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"

    def _one(self) -> str:
        if self._take("operator", "NOT"):
            return f"(NOT {self._one()})"
        if self._take("bracket", "("):
            inner = self._either()
            if not self._take("bracket", ")"):
                raise ApiError("MALFORMED_SEARCH", "unexpected token: '<EOF>'")
            return f"({inner})"
        kind, value = self._peek()
        if kind != "words":
            raise ApiError("MALFORMED_SEARCH", f"unexpected token: '{value or '<EOF>'}'")
        self._at += 1
        return f"({any_field(self._names, value)})"


def any_field(names: list[str], words: str) -> str:
    """Words match at the start of any word of a field; `*` and `?` are wild."""
    pattern = words.replace("\\", "\\\\").replace("'", "\\'").replace("%", "\\%")
    pattern = pattern.replace("_", "\\_").replace("*", "%").replace("?", "_")
    tests = []
    for name in names:
        tests.append(f"{name} LIKE '{pattern}%'")
        tests.append(f"{name} LIKE '% {pattern}%'")
    return " OR ".join(tests)
