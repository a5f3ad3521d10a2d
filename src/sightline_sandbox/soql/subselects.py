"""What the service restricts in a WHERE clause: subqueries (semi- and anti-joins), file links."""

from __future__ import annotations

from collections.abc import Iterator

from sightline_sandbox.errors import ApiError
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql import refusals, tree
from sightline_sandbox.soql.scope import Build

#: How many subqueries one WHERE clause may hold.
MOST_SEMI_JOINS = 2
_LINK_KEYS = ("id", "contentdocumentid", "linkedentityid")


def check_places(build: Build, where: tree.Condition | None, *, nested: bool) -> None:
    """Refuse subqueries under OR or NOT, in brackets, inside one another, or too many."""
    found = list(_semi_joins(where))
    if not found:
        return
    first = found[0]
    if nested:
        raise _refused(build, first, "Nesting of semi join sub-selects is not supported")
    if len(found) > MOST_SEMI_JOINS:
        message = f"Maximum {MOST_SEMI_JOINS} semi join sub-selects are allowed"
        raise _refused(build, found[-1], message)
    top = where.parts if isinstance(where, tree.Junction) else (where,)
    for one in found:
        if isinstance(where, tree.Junction) and where.op == "OR" and one in top:
            message = "Semi join sub-selects are not allowed with the 'OR' operator"
            raise _refused(build, one, message)
        if one not in top:
            message = (
                "Semi join sub-selects are only allowed at the top level WHERE expressions and "
                "not in nested WHERE expressions."
            )
            raise _refused(build, one, message)


def _semi_joins(condition: tree.Condition | None) -> Iterator[tree.Membership]:
    if isinstance(condition, tree.Junction):
        for part in condition.parts:
            yield from _semi_joins(part)
    elif isinstance(condition, tree.Negation):
        yield from _semi_joins(condition.inner)
    elif isinstance(condition, tree.Membership) and condition.query is not None:
        yield condition


def _refused(build: Build, test: tree.Membership, message: str) -> ApiError:
    return refusals.at(build.text, test.position, message)


def check_clauses(build: Build, query: tree.Query) -> None:
    """Refuse ordering, limits and grouping inside a subquery of WHERE."""
    unfit = {
        "ORDER BY": bool(query.order_by),
        "LIMIT": query.limit is not None or query.offset is not None,
        "GROUP BY": bool(query.group_by),
    }
    for clause, used in unfit.items():
        if used:
            raise refusals.at(
                build.text, query.position, f"{clause} is not supported in semi join sub-selects"
            )


def check_kinds(outer: SObject, left: Field, inner: SObject, picked: Field) -> None:
    """The two sides must hold ids of the same kind of record, and not be one object's own ids."""
    if inner.name == outer.name and left.type == "id":
        raise refusals.plain("The inner and outer selects should not be on the same object type")
    ours = {outer.name} if left.type == "id" else set(left.targets)
    theirs = {inner.name} if picked.type == "id" else set(picked.targets)
    if not ours & theirs:
        raise refusals.plain(
            f"The selected field '{picked.name}' in the subquery and the left operand field in "
            f"the where expression in the outer query '{left.name}' should point to the same "
            "object type",
            code="INVALID_FIELD",
        )


def check_document_links(sobject: SObject, where: tree.Condition | None) -> None:
    """Links of files are only to be had by the ids of the files or of what they are linked to."""
    if sobject.name != "ContentDocumentLink":
        return
    top = where.parts if isinstance(where, tree.Junction) and where.op == "AND" else (where,)
    if any(_names_a_link(one) for one in top):
        return
    raise refusals.plain(
        "Implementation restriction: ContentDocumentLink requires a filter by a single Id on "
        "ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using "
        "the IN operator."
    )


def _names_a_link(one: tree.Condition | None) -> bool:
    if not isinstance(one, tree.Comparison | tree.Membership) or one.op not in ("=", "IN"):
        return False
    return isinstance(one.left, tree.FieldRef) and one.left.path[-1].lower() in _LINK_KEYS
