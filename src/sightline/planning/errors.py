"""What the method refuses, by name.

Every error carries a stable `code` for programs, a message for people and, where one input is to
blame, the name of that `field`. Edges translate once: field errors, problem JSON, a visible row.
"""

from __future__ import annotations

from typing import ClassVar


class PlanningError(Exception):
    """A rule of the method cannot answer, or refuses to; `str(error)` is fit for a person."""

    code: ClassVar[str] = "planning"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidValue(PlanningError):
    """An input lies outside the scale or shape that its definition gives it."""

    code = "invalid_value"


class MissingValue(PlanningError):
    """An input that the figure cannot do without was not given; missing is never zero."""

    code = "missing_value"


class BadParameters(PlanningError):
    """A parameter file or override has an unknown, missing or wrongly typed entry."""

    code = "bad_parameters"


class UnknownCurrency(PlanningError):
    """A currency code is not one of ISO 4217's."""

    code = "unknown_currency"


class MixedCurrencies(PlanningError):
    """Amounts in different currencies were added or compared without a rate."""

    code = "mixed_currencies"


class MissingRate(PlanningError):
    """No exchange rate is known for this pair on this date, so the figure is refused."""

    code = "missing_rate"


class UnreadableAmount(PlanningError):
    """A text is not an amount of money in the stated decimal format."""

    code = "unreadable_amount"


class BadCalendar(PlanningError):
    """A fiscal calendar leaves a day without a period, or gives it two."""

    code = "bad_calendar"


class FamilyCycle(PlanningError):
    """Accounts or units are each other's parents; the message names the ring."""

    code = "family_cycle"


class NotAllowed(PlanningError):
    """The person may not do this here; the message says which permission is missing."""

    code = "not_allowed"
