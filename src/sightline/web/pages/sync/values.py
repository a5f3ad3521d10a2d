"""Fields and their values in words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from sightline.planning.money import Money, minor_digits
from sightline.wording import dates
from sightline.wording.money import full_money

FIELDS = {
    "stage": gettext_lazy("Stage"),
    "amount": gettext_lazy("Amount"),
    "currency": gettext_lazy("Currency"),
    "close_date": gettext_lazy("Close date"),
    "next_step": gettext_lazy("Next step"),
    "owner": gettext_lazy("Owner"),
    "name": gettext_lazy("Name"),
    "account": gettext_lazy("Account"),
    "role": gettext_lazy("Buying role"),
    "account_roles": gettext_lazy("Roles in the account"),
    "reports_to": gettext_lazy("Reports to"),
    "decided_tier": gettext_lazy("Decided tier"),
    "next_review": gettext_lazy("Next review"),
    "last_name": gettext_lazy("Last name"),
    "first_name": gettext_lazy("First name"),
    "title": gettext_lazy("Title"),
    "department": gettext_lazy("Department"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "opportunity": gettext_lazy("Opportunity"),
    "contact": gettext_lazy("Person"),
    "subject": gettext_lazy("Subject"),
    "due_on": gettext_lazy("Due"),
    "status": gettext_lazy("Status"),
    "priority": gettext_lazy("Priority"),
    "what": gettext_lazy("Related to"),
    "who": gettext_lazy("Person"),
    "told_stance": gettext_lazy("Stance"),
    "told_strength": gettext_lazy("Relationship strength"),
    "told_standing": gettext_lazy("Political standing"),
    "told_blocker": gettext_lazy("Blocker"),
    "told_notes": gettext_lazy("Notes shared with the team"),
    "": gettext_lazy("The whole record"),
}
_DAY_LENGTH = len("2027-03-31")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_SHORT = 60


def field_word(name: str) -> str:
    """A field of ours in words."""
    return str(FIELDS.get(name, name))


def named(
    value: str | None, names: Mapping[str, str], *, field: str = "", currency: str = ""
) -> str | None:
    """A value in words: a row that it names by id is told by its name, a day as days are, an
    amount with its currency where that is known, its thousands apart."""
    if value is None:
        return None
    if field == "amount" and _AMOUNT.fullmatch(value):
        return _money(Decimal(value), currency)
    return dates.day(dt.date.fromisoformat(value)) if _is_day(value) else names.get(value, value)


def _money(amount: Decimal, currency: str) -> str:
    if not currency:
        return f"{amount:,f}"
    minor = amount.scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():  # finer than the currency is: nothing is rounded here
        return f"{currency} {amount:,f}"
    return full_money(Money(int(minor), currency))


def _is_day(value: str) -> bool:
    """Days cross as `2027-03-31`."""
    if len(value) != _DAY_LENGTH:
        return False
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def sent(field: str, value: Any, names: Mapping[str, str], currency: str) -> str:
    """A field and what it is to say; what we think of people is named and not repeated."""
    words = named(None if value is None else str(value), names, field=field, currency=currency)
    if field.startswith("told_") or words is None:
        return field_word(field)
    short = words if len(words) <= _SHORT else f"{words[: _SHORT - 1].rstrip()}…"
    return f"{field_word(field)}: {short}"
