"""Values out of a JSON body or a query string; what has the wrong shape is refused as the service's reader does."""

from __future__ import annotations

from typing import Any

from sightline_sandbox.errors import ApiError, malformed_json

Body = dict[str, Any]


def _wrong(kind: str, name: str) -> ApiError:
    return malformed_json(
        f"Cannot deserialize instance of {kind} from the value of {name} at [line:1, column:2]"
    )


def text(body: Body, name: str, default: str | None = None) -> str | None:
    """A text, or the default where there is none."""
    found = body.get(name)
    if found is None or found == "":
        return default
    if not isinstance(found, str):
        raise _wrong("string", name)
    return found


def whole(body: Body, name: str) -> int | None:
    """A whole number, also one written as text; None where there is none."""
    found = body.get(name)
    if found is None or found == "":
        return None
    if isinstance(found, bool) or not str(found).isdigit():
        raise _wrong("int", name)
    return int(found)


def texts(body: Body, name: str) -> list[str]:
    """A list of texts, empty where there is none."""
    found = body.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise _wrong("list", name)
    return found


def objects(body: Body, name: str) -> list[Body]:
    """A list of objects, empty where there is none."""
    found = body.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _wrong("list", name)
    return found


def attributes(record: Body) -> Body:
    """The `attributes` of a record, empty where there are none."""
    found = record.get("attributes")
    if found is not None and not isinstance(found, dict):
        raise _wrong("SObjectAttributes", "attributes")
    return found or {}
