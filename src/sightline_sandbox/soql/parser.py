"""Reads a query into a tree. Words are checked here, names by the compiler."""

from sightline_sandbox.errors import ApiError
from sightline_sandbox.soql import refusals, tree
from sightline_sandbox.soql.conditions_parser import ConditionParser
from sightline_sandbox.soql.tokens import split

_AFTER_FROM = frozenset(
    [
        "WHERE",
        "USING",
        "WITH",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "FOR",
        "UPDATE",
        "ALL",
    ]
)


def parse(text: str) -> tree.Query:
    """The tree of a query. Raises MALFORMED_QUERY as the service words it."""
    if not text.strip():
        raise refusals.plain("SOQL statements cannot be empty or null")
    parser = QueryParser(text, split(text))
    query = parser.query()
    if parser.peek.kind != "end":
        raise parser.unexpected()
    return query


class QueryParser(ConditionParser):
    """Recursive descent over the tokens of one query."""

    def query(self) -> tree.Query:
        """SELECT … FROM … and every clause after it."""
        position = self.peek.position
        self.expect("SELECT")
        select = [self._selected()]
        while self.accept(","):
            select.append(self._selected())
        self.expect("FROM")
        source = self.name()
        query = tree.Query(select, source.text, source.position, position=position)
        query.alias = self._source_alias()
        while self.accept(","):
            head, *steps = self.name().text.split(".")
            if not steps:
                raise self.unexpected(-1)
            known = query.joined.get(head.lower(), (head,))
            alias = self._source_alias() or steps[-1]
            query.joined[alias.lower()] = (*known, *steps)
        self._clauses(query)
        return query

    def _source_alias(self) -> str | None:
        self.accept("AS")
        if self.peek.kind == "name" and self.peek.word not in _AFTER_FROM:
            return self.next().text
        return None

    def _clauses(self, query: tree.Query) -> None:
        if self.accept("USING"):
            self.expect("SCOPE")
            query.scope = self.name().text
        if self.accept("WHERE"):
            query.where = self.condition()
        while self.accept("WITH"):
            self._with()
        self._grouping(query)
        self._ordering(query)
        if self.accept("LIMIT"):
            query.limit = self._count()
        if self.accept("OFFSET"):
            query.offset = self._count()
        self._endings(query)

    def _with(self) -> None:
        word = self.name().word
        if word not in ("SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"):
            raise self.unexpected(-1)

    def _grouping(self, query: tree.Query) -> None:
        if not self.accept("GROUP"):
            return
        self.expect("BY")
        if self.peek.word in ("ROLLUP", "CUBE"):
            query.rollup = self.next().word
            self.expect("(")
            query.group_by = self._expressions()
            self.expect(")")
        else:
            query.group_by = self._expressions()
        if self.accept("HAVING"):
            query.having = self.condition()

    def _expressions(self) -> list[tree.Expression]:
        items = [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        return items

    def _ordering(self, query: tree.Query) -> None:
        if not self.accept("ORDER"):
            return
        self.expect("BY")
        while True:
            by = self.expression()
            descending = self.accept("DESC")
            if not descending:
                self.accept("ASC")
            last = False
            if self.accept("NULLS"):
                last = self.accept("LAST")
                if not last:
                    self.expect("FIRST")
            query.order_by.append(tree.Ordering(by, descending, last))
            if not self.accept(","):
                return

    def _count(self) -> int:
        token = self.next()
        if token.kind != "number" or not token.text.isdigit():
            raise self.unexpected(-1)
        return int(token.text)

    def _endings(self, query: tree.Query) -> None:
        while True:
            if self.accept("FOR"):
                word = self.name().word
                if word not in ("VIEW", "REFERENCE", "UPDATE"):
                    raise self.unexpected(-1)
                query.seen_as = query.seen_as if word == "UPDATE" else word
            elif self.accept("UPDATE"):
                self.name()
            elif self.peek.kind == "name" and self.peek.word == "ALL":
                said = "ALL ROWS not allowed in this context"
                raise refusals.at(self.text, self.peek.position, said)
            else:
                return

    def _selected(self) -> tree.Selected:
        position = self.peek.position
        if self.peek.kind == "name" and self.peek.word == "FROM":
            raise self.unexpected()
        if self.accept("("):
            query = self.query()
            self.expect(")")
            return tree.Selected(query, None, position)
        if self.peek.word == "TYPEOF":
            return tree.Selected(self._typeof(), None, position)
        what = self.expression()
        alias = None
        if self.peek.kind == "name" and self.peek.word != "FROM":
            alias = self.next().text
            if self.peek.word not in (",", "FROM"):
                raise self.unexpected(-1)
        return tree.Selected(what, alias, position)

    def _typeof(self) -> tree.TypeOf:
        position = self.next().position
        relation = self.name().text
        branches = []
        while self.accept("WHEN"):
            kind = self.name().text
            self.expect("THEN")
            branches.append((kind, self._field_list()))
        otherwise: tuple[tree.FieldRef, ...] = ()
        if self.accept("ELSE"):
            otherwise = self._field_list()
        self.expect("END")
        return tree.TypeOf(relation, tuple(branches), otherwise, position)

    def _field_list(self) -> tuple[tree.FieldRef, ...]:
        fields = [self.field()]
        while self.accept(","):
            fields.append(self.field())
        return tuple(fields)


__all__ = ["ApiError", "QueryParser", "parse"]
