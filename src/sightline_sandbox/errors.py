"""The service's errors: one exception, carrying status, code, message and fields."""

from collections.abc import Sequence
from typing import Any


class ApiError(Exception):
    """What the service refuses, and how it says so.

    `fields` None leaves the key out of the body (queries, unknown resources); an empty list
    prints `[]` (row operations). `extra` adds keys such as `duplicateResult`.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        fields: Sequence[str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.fields = None if fields is None else list(fields)
        self.extra = extra or {}

    def body(self) -> list[dict[str, Any]]:
        """The body of a plain REST answer: a list with one error."""
        entry: dict[str, Any] = {**self.extra, "message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = self.fields
        return [entry]

    def result(self) -> dict[str, Any]:
        """The same as one entry of `errors` in a Collections or tree answer."""
        return {
            **self.extra,
            "statusCode": self.code,
            "message": self.message,
            "fields": self.fields or [],
        }


class DropConnection(Exception):
    """A fault: close the socket without an answer."""


def row_error(code: str, message: str, *fields: str) -> ApiError:
    """A refused row: 400, with the list of fields at fault."""
    return ApiError(code, message, fields=fields)


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    """404 as the service words it."""
    return ApiError("NOT_FOUND", message, status=404)


def malformed_json(message: str) -> ApiError:
    """400 for a body that is no JSON or holds a value of the wrong kind."""
    return ApiError("JSON_PARSER_ERROR", message)


def invalid_session() -> ApiError:
    """401 of a dead or missing token."""
    return ApiError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
