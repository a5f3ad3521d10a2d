"""The words of a query, each with its place."""

import re
from dataclasses import dataclass

from sightline_sandbox.soql import refusals

_PATTERN = re.compile(
    r"""(?P<space>\s+)
  | (?P<datetime>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))
  | (?P<date>\d{4}-\d{2}-\d{2})
  | (?P<time>\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?)
  | (?P<currency>[A-Z]{3}\d+(?:\.\d+)?\b)
  | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
  | (?P<op><=|>=|!=|<>|=|<|>)
  | (?P<punct>[(),:])""",
    re.VERBOSE | re.DOTALL,
)
#: A backslash before anything but the sequences SOQL knows.
_ILLEGAL = re.compile(
    r"(?:^|[^\\])(?:\\\\)*(\\(?![nNrRtTbBfF\"'\\%_]|[uU][0-9A-Fa-f]{4}).)", re.DOTALL
)
_ESCAPES = {
    "n": "\n",
    "N": "\n",
    "r": "\r",
    "R": "\r",
    "t": "\t",
    "T": "\t",
    "b": "\b",
    "B": "\b",
    "f": "\f",
    "F": "\f",
    '"': '"',
    "'": "'",
    "\\": "\\",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `kind` is the name of its pattern, or `end`."""

    kind: str
    text: str
    position: int

    @property
    def word(self) -> str:
        """The word in upper case, for keywords."""
        return self.text.upper()


def split(text: str) -> list[Token]:
    """The tokens of a query, closed by one of kind `end`."""
    tokens = []
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = match.lastgroup or ""
        if kind == "string":
            _check_escapes(text, match.group(), position)
        if kind != "space":
            tokens.append(Token(kind, match.group(), position))
        position = match.end()
    tokens.append(Token("end", "<EOF>", len(text)))
    return tokens


def _unreadable(text: str, position: int) -> Exception:
    if text[position] == "'":
        end = f"line 1:{len(text)} mismatched character '<EOF>' expecting '''"
        return refusals.at(text, position, end)
    if text[position] == "*":
        return refusals.at(text, position, "unexpected token: '*'")
    return refusals.at(
        text, position, f"line 1:{position} no viable alternative at character '{text[position]}'"
    )


def _check_escapes(text: str, literal: str, position: int) -> None:
    found = _ILLEGAL.search(literal)
    if found is not None:
        raise refusals.at(
            text,
            position,
            f"Invalid string literal {literal}. Illegal character sequence "
            f"'{found.group(1)}' in string literal.",
        )


def unescape(text: str, *, pattern: bool) -> str:
    """The value of a quoted string. With `pattern`, `\\%` and `\\_` keep their backslash."""
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    out = []
    i = 0
    while i < len(inner):
        char = inner[i]
        if char == "\\" and i + 1 < len(inner):
            i += 1
            if inner[i] in "uU":
                out.append(chr(int(inner[i + 1 : i + 5], 16)))
                i += 4
            else:
                out.append(_escaped(inner[i], pattern=pattern))
        else:
            out.append(char)
        i += 1
    return "".join(out)


def _escaped(char: str, *, pattern: bool) -> str:
    if char in "%_":
        return "\\" + char if pattern else char
    if char == "\\":
        return "\\\\" if pattern else "\\"
    return _ESCAPES.get(char, char)
