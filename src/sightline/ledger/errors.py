"""Errors of the ledger, each with a stable code and a sentence for the person at the keyboard."""

from __future__ import annotations


class LedgerError(Exception):
    """Something the ledger refuses to do. `code` is stable; the message is default English."""

    code = "ledger"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RefusedInput(LedgerError):
    """A file that cannot be taken as it is; the message names row and column where it can."""

    code = "refused_input"


class StaleVersion(LedgerError):
    """Somebody else committed a version first; read the current one and try again."""

    code = "stale_version"


class DamagedPart(LedgerError):
    """A part on disk is missing or is not the bytes that the version lists."""

    code = "damaged_part"


class MissingRate(LedgerError):
    """An amount in a foreign currency has no rate for its month: the figure is refused."""

    code = "missing_rate"


class NothingToJudge(LedgerError):
    """The ledger holds too little for the question that was asked."""

    code = "nothing_to_judge"


class Cancelled(LedgerError):
    """The caller asked to stop; what was finished is kept and the next run resumes there."""

    code = "cancelled"
