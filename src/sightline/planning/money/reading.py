"""Amounts and numbers from text, in a stated decimal format; nothing is guessed."""

from __future__ import annotations

import re
from decimal import Decimal

from sightline.planning.errors import InvalidValue, UnreadableAmount
from sightline.planning.money.amount import Money, minor_digits

_MINUS = {ord("\u2212"): "-", ord("\u2019"): "'"}

# minor units: whatever anybody pays is less, and sums of many still fit where money is kept
_LARGEST = 10**17


def parse_amount(text: str, *, currency: str, decimal: str = ".") -> Money:
    """Money from a text such as "1,234.50", "(1 234,50)" or "EUR -12".

    `decimal` is the decimal mark, "." or ","; the other one, an apostrophe and spaces group
    thousands and must stand where thousands end. The currency's own code may stand before or
    after. More decimals than the currency has are taken only if they are zeros. Anything else
    raises UnreadableAmount, and so does an amount too large to be kept: nothing is guessed.
    """
    if decimal not in (".", ","):
        raise InvalidValue("The decimal mark is a point or a comma.", field="decimal")
    digits = minor_digits(currency)
    body, negative = _unsigned(text, currency)
    match = _pattern(decimal).fullmatch(body)
    if match is None:
        raise _unreadable(text, currency)
    whole = re.sub(r"[^0-9]", "", match["whole"] or "")
    part = (match["part"] or "").ljust(digits, "0")
    if not (whole or match["part"]) or part[digits:].strip("0"):
        raise _unreadable(text, currency)
    minor = int((whole or "0") + part[:digits])
    return keepable(Money(-minor if negative else minor, currency))


def keepable(amount: Money) -> Money:
    """The amount, if it is no larger than amounts can be kept. Raises UnreadableAmount."""
    if abs(amount.minor) < _LARGEST:
        return amount
    raise UnreadableAmount(f"{amount} is larger than an amount can be.", field="amount")


def parse_decimal(text: str, *, decimal: str = ".") -> Decimal:
    """A plain number such as a quantity or a rate; same marks as `parse_amount`, any precision."""
    if decimal not in (".", ","):
        raise InvalidValue("The decimal mark is a point or a comma.", field="decimal")
    body, negative = _unsigned(text, "")
    match = _pattern(decimal).fullmatch(body)
    if match is None or not (match["whole"] or match["part"]):
        raise UnreadableAmount(f"{_short(text)} is not a number.", field="amount")
    whole = re.sub(r"[^0-9]", "", match["whole"] or "0")
    value = Decimal(f"{whole}.{match['part'] or '0'}")
    return -value if negative else value


def _unsigned(text: str, currency: str) -> tuple[str, bool]:
    """The text without sign, brackets and currency code, and whether it is negative."""
    if len(text) > 64:
        raise UnreadableAmount(f"{_short(text)} is too long for an amount.", field="amount")
    body = text.translate(_MINUS).strip()
    bracketed = body.startswith("(") and body.endswith(")")
    body = _without_code(body[1:-1] if bracketed else body, currency)
    signed = body.startswith("-")
    body = _without_code(body.lstrip()[1:] if signed or body.startswith("+") else body, currency)
    if bracketed and signed:
        raise UnreadableAmount(f"{_short(text)} is negative twice.", field="amount")
    return body, bracketed or signed


def _without_code(body: str, currency: str) -> str:
    body = body.strip()
    if currency and body.upper().startswith(currency):
        body = body[len(currency) :]
    elif currency and body.upper().endswith(currency):
        body = body[: -len(currency)]
    return body.strip()


def _pattern(decimal: str) -> re.Pattern[str]:
    group = r"[,' \u00a0\u202f\u2009]" if decimal == "." else r"[.' \u00a0\u202f\u2009]"
    grouped = rf"[0-9]{{1,3}}(?P<mark>{group})[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    mark = re.escape(decimal)
    # re.ASCII: digits of other scripts are refused rather than silently read
    return re.compile(rf"(?P<whole>{grouped}|[0-9]*)(?:{mark}(?P<part>[0-9]*))?", re.ASCII)


def _unreadable(text: str, currency: str) -> UnreadableAmount:
    return UnreadableAmount(f"{_short(text)} is not an amount in {currency}.", field="amount")


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:24] + "…")
