"""Reads a formula and writes SQL over one row of its object.

Covers what validation rules and plain calculated fields use; anything else is refused by name,
so that a rule never silently means something else.
"""

import re
from collections.abc import Callable

from sightline_sandbox.formula.functions import FUNCTIONS

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  |(?P<name>\$?[A-Za-z_][\w.]*)|(?P<op>&&|\|\||<>|!=|<=|>=|==|[-+*/^&=<>!(),]))""",
    re.VERBOSE,
)
_LEVELS = (
    {"||": "OR"},
    {"&&": "AND"},
    {"=": "IS", "==": "IS", "<>": "IS NOT", "!=": "IS NOT"},
    {"<": "<", ">": ">", "<=": "<=", ">=": ">="},
    {"&": "||"},
    {"+": "formula_plus", "-": "formula_minus"},
    {"*": "*", "/": "/"},
)
#: SQL of a field path; None when there is no such field.
Resolve = Callable[[str], str | None]


class FormulaError(ValueError):
    """A formula that cannot be read, and what in it."""


def to_sql(formula: str, resolve: Resolve) -> str:
    """The SQL of a formula. `resolve` gives the SQL of a field or a path to one."""
    return _Parser(formula, resolve).whole()


class _Parser:
    def __init__(self, formula: str, resolve: Resolve) -> None:
        self._tokens = _split(formula)
        self._at = 0
        self._resolve = resolve

    def whole(self) -> str:
        sql = self._binary(0)
        if self._at < len(self._tokens):
            raise FormulaError(f"unexpected {self._tokens[self._at][1]!r}")
        return sql

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise FormulaError("the formula ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _binary(self, level: int) -> str:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek() in _LEVELS[level]:
            op = self._take()[1]
            right = self._binary(level + 1)
            if op == "/":
                right = f"NULLIF({right} * 1.0, 0)"
            left = _operation(_LEVELS[level][op], left, right)
        return left

    def _unary(self) -> str:
        if self._peek() == "-":
            self._take()
            return f"(-{self._unary()})"
        if self._peek() == "!":
            self._take()
            return f"(NOT COALESCE({self._unary()}, 0))"
        return self._primary()

    def _primary(self) -> str:
        kind, text = self._take()
        if kind == "number":
            return text
        if kind == "text":
            return _quoted(text)
        if text == "(":
            inner = self._binary(0)
            self._close()
            return inner
        if kind != "name":
            raise FormulaError(f"unexpected {text!r}")
        return self._call(text) if self._peek() == "(" else self._field(text)

    def _close(self) -> None:
        if self._take()[1] != ")":
            raise FormulaError("a closing bracket is missing")

    def _field(self, name: str) -> str:
        if name.upper() in ("TRUE", "FALSE", "NULL"):
            return {"TRUE": "1", "FALSE": "0", "NULL": "NULL"}[name.upper()]
        sql = self._resolve(name)
        if sql is None:
            raise FormulaError(f"Field {name} does not exist. Check spelling.")
        return sql

    def _call(self, name: str) -> str:
        self._take()
        if name.upper() in ("ISCHANGED", "PRIORVALUE"):
            return self._prior(name.upper())
        args: list[str] = []
        while self._peek() != ")":
            if args and self._take()[1] != ",":
                raise FormulaError(f"a comma is missing in {name}")
            args.append(self._binary(0))
        self._close()
        known = FUNCTIONS.get(name.upper())
        if known is None:
            raise FormulaError(f"Unknown function {name}. Check spelling.")
        least, most, write = known
        if len(args) < least or (most is not None and len(args) > most):
            raise FormulaError(f"Incorrect number of parameters for function '{name}()'")
        return write(args)

    def _prior(self, function: str) -> str:
        name = self._take()[1]
        now = self._field(name)
        self._close()
        before = f"json_extract(:old, '$.{name}')"
        if function == "PRIORVALUE":
            return f"(CASE WHEN :old IS NULL THEN {now} ELSE {before} END)"
        return f"(:old IS NOT NULL AND {now} IS NOT {before})"


def _operation(operator: str, left: str, right: str) -> str:
    """What stands for an operator: a word is a function, for what may be days as well as numbers."""
    return f"{operator}({left}, {right})" if "_" in operator else f"({left} {operator} {right})"


def _split(formula: str) -> list[tuple[str, str]]:
    tokens = []
    position = 0
    text = re.sub(r"/\*.*?\*/", " ", formula, flags=re.DOTALL).rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError(f"cannot read {text[position : position + 20]!r}")
        tokens.append((match.lastgroup or "", match.group(match.lastgroup or 0)))
        position = match.end()
    return tokens


def _quoted(text: str) -> str:
    inner = re.sub(r"\\(.)", r"\1", text[1:-1])
    return "'" + inner.replace("'", "''") + "'"
