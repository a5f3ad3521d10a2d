"""The lower half of the parser: expressions, literals and conditions."""

from __future__ import annotations

from sightline_sandbox.errors import ApiError
from sightline_sandbox.soql import refusals, tree
from sightline_sandbox.soql.dates import is_named
from sightline_sandbox.soql.tokens import Token

_OPERATORS = {"=": "=", "!=": "!=", "<>": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}


def _takes_constants(reference: tree.FieldRef) -> bool:
    return reference.text.upper() in ("DISTANCE", "GEOLOCATION")


class ConditionParser:
    """Steps through tokens; knows expressions, literals and boolean conditions."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self._tokens = tokens
        self._at = 0

    @property
    def peek(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._at]

    def next(self) -> Token:
        """Take the next token."""
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def accept(self, word: str) -> bool:
        """Take the next token if it is this word or sign."""
        if self.peek.kind not in ("string", "end") and self.peek.word == word:
            self.next()
            return True
        return False

    def expect(self, word: str) -> Token:
        """Take the next token, which must be this word or sign."""
        if self.peek.kind == "string" or self.peek.word != word:
            raise self.unexpected()
        return self.next()

    def name(self) -> Token:
        """Take a name."""
        if self.peek.kind != "name":
            raise self.unexpected()
        return self.next()

    def unexpected(self, step: int = 0) -> ApiError:
        """The error for a token that does not belong there."""
        token = self._tokens[max(0, self._at + step)]
        return refusals.at(self.text, token.position, f"unexpected token: '{token.text}'")

    def field(self) -> tree.FieldRef:
        """A field or a path to one."""
        token = self.name()
        return tree.FieldRef(tuple(token.text.split(".")), token.position)

    def expression(self) -> tree.Expression:
        """A field, or a function of fields."""
        reference = self.field()
        if self.peek.text != "(" or len(reference.path) > 1:
            return reference
        self.next()
        arguments: list[tree.Expression] = []
        constants: list[str] = []
        while not self.accept(")"):
            if arguments or constants:
                self.expect(",")
            if self.peek.kind in ("number", "string") and _takes_constants(reference):
                constants.append(self.next().text)
            else:
                arguments.append(self.expression())
        return tree.Call(reference.path[0], tuple(arguments), reference.position, tuple(constants))

    def condition(self) -> tree.Condition:
        """Terms joined by AND, or by OR: never by both without brackets."""
        first = self._term()
        op = self.peek.word if self.peek.kind == "name" else ""
        if op not in ("AND", "OR"):
            return first
        parts = [first]
        while self.accept(op):
            parts.append(self._term())
        if self.peek.kind == "name" and self.peek.word in ("AND", "OR"):
            raise self.unexpected()
        return tree.Junction(op, tuple(parts))

    def _term(self) -> tree.Condition:
        if self.accept("NOT"):
            return tree.Negation(self._term())
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        return self._test()

    def _test(self) -> tree.Condition:
        left = self.expression()
        token = self.next()
        if token.kind == "op":
            return tree.Comparison(left, _OPERATORS[token.text], self.literal(), left.position)
        word = token.word if token.kind == "name" else ""
        if word == "LIKE":
            return tree.Comparison(left, "LIKE", self.literal(), left.position)
        if word == "NOT":
            self.expect("IN")
            return self._membership(left, "NOT IN")
        if word in ("IN", "INCLUDES", "EXCLUDES"):
            return self._membership(left, word)
        raise self.unexpected(-1 if token.kind != "end" else 0)

    def _membership(self, left: tree.Expression, op: str) -> tree.Membership:
        self._no_binding()
        self.expect("(")
        if self.peek.word == "SELECT":
            query = self.query()
            self.expect(")")
            return tree.Membership(left, op, (), query, left.position)
        values = [self.literal()]
        while self.accept(","):
            values.append(self.literal())
        self.expect(")")
        return tree.Membership(left, op, tuple(values), None, left.position)

    def query(self) -> tree.Query:
        """A subquery; the whole parser knows how."""
        raise NotImplementedError

    def literal(self) -> tree.Literal:
        """A value on the right of an operator."""
        self._no_binding()
        token = self.next()
        if token.kind in ("string", "number", "currency", "date", "datetime", "time"):
            return tree.Literal(token.kind, token.text, token.position)
        if token.kind == "name":
            return self._word_literal(token)
        raise self.unexpected(-1 if token.kind != "end" else 0)

    def _no_binding(self) -> None:
        """`:name` takes a value out of Apex code, of which there is none here."""
        if self.peek.text == ":":
            message = "Bind variables only allowed in Apex code"
            raise refusals.at(self.text, self.peek.position, message)

    def _word_literal(self, token: Token) -> tree.Literal:
        word = token.word
        if word in ("TRUE", "FALSE"):
            return tree.Literal("boolean", word, token.position)
        if word == "NULL":
            return tree.Literal("null", word, token.position)
        if is_named(word):
            text = word
            if self.accept(":"):
                text = f"{word}:{self.next().text}"
            return tree.Literal("named", text, token.position)
        raise refusals.at(self.text, token.position, f"unexpected token: '{token.text}'")
