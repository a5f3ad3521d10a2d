"""What can go wrong with a CRM. Every error carries the decision whether trying again helps."""

from __future__ import annotations

import enum


class Retry(enum.StrEnum):
    """TRANSIENT: soon. LIMITED: when the service's limit lets us. NEVER: not with these values.
    PERSON: not before somebody has done something."""

    TRANSIENT = "transient"
    LIMITED = "limited"
    NEVER = "never"
    PERSON = "person"


class CrmError(Exception):
    """A call that did not do what was asked. `code` is the service's own; `wait` is in seconds,
    None where the service did not say. `unknown`: it may have been done all the same."""

    def __init__(
        self,
        message: str,
        *,
        retry_kind: Retry,
        code: str = "",
        wait: float | None = None,
        unknown: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_kind = retry_kind
        self.code, self.wait, self.unknown = code, wait, unknown

    @property
    def retry(self) -> bool:
        """Whether a queue may try it again by itself."""
        return self.retry_kind in (Retry.TRANSIENT, Retry.LIMITED)


class BudgetUsedUp(CrmError):
    """Our share of the day's calls is used; the rest is left to people and other programs."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_kind=Retry.LIMITED, code="SHARE_USED_UP", wait=900.0)


class StartOver(CrmError):
    """The service can no longer say what changed since the mark: read everything anew."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_kind=Retry.TRANSIENT, code="START_OVER")
