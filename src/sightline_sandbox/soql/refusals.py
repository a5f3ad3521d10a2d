"""How the service refuses a query: code, place and words."""

from sightline_sandbox.errors import ApiError

_WINDOW = 30
_REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."


def at(text: str, position: int, message: str, *, code: str = "MALFORMED_QUERY") -> ApiError:
    """An error with the piece of the query around it, a caret, and row and column."""
    before = text[:position]
    row = before.count("\n") + 1
    line_start = before.rfind("\n") + 1
    line_end = text.find("\n", position)
    start = max(line_start, position - _WINDOW)
    piece = text[start : min(line_end if line_end >= 0 else len(text), position + _WINDOW)]
    caret = " " * (position - start) + "^"
    column = position - line_start + 1
    place = f"ERROR at Row:{row}:Column:{column}"
    return ApiError(code, f"\n{piece}\n{caret}\n{place}\n{message}")


def plain(message: str, *, code: str = "MALFORMED_QUERY") -> ApiError:
    """An error without a place."""
    return ApiError(code, message)


def no_column(text: str, position: int, name: str, entity: str) -> ApiError:
    """A field that is not there, or hidden from this user: the service does not tell which."""
    return at(
        text,
        position,
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom "
        f"field, be sure to append the '__c' after the custom field name. {_REFERENCE}",
        code="INVALID_FIELD",
    )


def no_object(text: str, position: int, name: str) -> ApiError:
    """An object that is not there."""
    return at(
        text,
        position,
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, "
        f"be sure to append the '__c' after the entity name. {_REFERENCE}",
        code="INVALID_TYPE",
    )


def no_parent(text: str, position: int, name: str) -> ApiError:
    """A parent relationship that is not there."""
    return at(
        text,
        position,
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a "
        "custom relationship, be sure to append the '__r' after the custom relationship name. "
        + _REFERENCE,
        code="INVALID_FIELD",
    )


def no_children(text: str, position: int, name: str) -> ApiError:
    """A child relationship that is not there."""
    return at(
        text,
        position,
        f"Didn't understand relationship '{name}' in FROM part of query call. If you are "
        "attempting to use a custom relationship, be sure to append the '__r' after the custom "
        f"relationship name. {_REFERENCE}",
        code="INVALID_TYPE",
    )


def wrong_type(text: str, position: int, name: str, type_: str, *, quote: bool) -> ApiError:
    """A literal of the wrong kind for the field it is compared with."""
    should = "should be enclosed in quotes" if quote else "should not be enclosed in quotes"
    return at(
        text,
        position,
        f"value of filter criterion for field '{name}' must be of type {type_} and {should}",
        code="INVALID_FIELD",
    )
