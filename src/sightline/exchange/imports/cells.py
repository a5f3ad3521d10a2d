"""From a cell's text to its staged value: numbers, money and the parsers of one file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from sightline.agreement.canonical import (
    DayOrder,
    Unreadable,
    bool_of,
    day_of,
    moment_of,
    text_of,
)
from sightline.agreement.identity import canonical_id
from sightline.exchange.imports.specs import Field, Kind
from sightline.exchange.tables.formulas import runs_as_formula
from sightline.planning.errors import PlanningError
from sightline.planning.money import minor_digits, parse_decimal

_PLAIN = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?(?:[Ee][+-]?\d{1,2})?", re.ASCII)
_LARGEST = Decimal(10) ** 15
# Of more digits than any number here has, so that nothing is rounded twice.
_EXACT = Context(prec=200, rounding=ROUND_HALF_EVEN)
# What nobody sees and what turns the reading direction of all that follows: of no use in a name, and
# a way to make one look like another. Line ends and tabs stay, and the marks that scripts need.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Formats:
    """How one file writes days and numbers. `zone` is taken for moments without one."""

    days: DayOrder = DayOrder.ISO
    decimal: str = "."
    zone: str = "UTC"


def number_of(raw: str, *, decimal: str = ".") -> Decimal:
    """A number; scientific notation as Data Loader writes it ("1.2E7") included."""
    word = raw.strip()
    try:
        if decimal == "." and _PLAIN.fullmatch(word):
            value = Decimal(word)
        else:
            value = parse_decimal(word, decimal=decimal)
    except (PlanningError, InvalidOperation):
        raise Unreadable(f"{word[:24]!r} is not a number") from None
    if abs(value) >= _LARGEST:
        raise Unreadable(f"{word[:24]!r} is too large")
    return value


def minor_of(value: Decimal, currency: str) -> int:
    """Whole minor units, rounded half to even."""
    return int(_EXACT.to_integral_value(_EXACT.scaleb(value, minor_digits(currency))))


@lru_cache(maxsize=4096)  # deals and lines of one company name the same few amounts
def amount_of(raw: str, currency: str, *, decimal: str = ".") -> int:
    """Minor units from a cell; the currency's own code or sign may stand beside the number."""
    word = raw.strip()
    if not word[:1].isdigit() and word[:1] != "-":
        word = word.removeprefix(currency).lstrip("£$€¥ ").strip()
    return minor_of(number_of(word.removesuffix(currency).strip(), decimal=decimal), currency)


def currency_of(raw: str) -> str:
    """An ISO 4217 code."""
    code = raw.strip().upper()
    try:
        minor_digits(code)
    except PlanningError:
        raise Unreadable(f"{raw[:24]!r} is not an ISO 4217 currency such as EUR") from None
    return code


Parser = Callable[[str], object]


def parser_for(field: Field, formats: Formats) -> Parser:
    """The function that reads this field's cells in this file. Money stays text: it needs its
    row's currency first."""
    if field.kind is Kind.TEXT:
        return _text_parser(field.limit)
    if field.kind is Kind.KEY:
        return lru_cache(maxsize=4096)(_key_parser(field.limit))
    read = _PARSERS[field.kind](formats)
    if field.limit is not None:
        read = _bounded_number(read, field.limit)
    return lru_cache(maxsize=4096)(read)


def _text_parser(limit: int | None) -> Parser:
    def read(raw: str) -> object:
        if raw[0] in "=+-@\t\r " and runs_as_formula(raw):
            raise Unreadable(f"{raw[:24]!r} begins like a formula; a spreadsheet would run it")
        if not raw.isprintable():
            raw = _UNSEEN.sub("", raw)
        if raw.isascii():
            return raw.strip()[:limit] or None
        return text_of(raw, limit=limit) or None

    return read


def _key_parser(limit: int | None) -> Parser:
    def read(raw: str) -> object:
        word = canonical_id(raw)
        if not word.isprintable():
            raise Unreadable(f"{word[:24]!r} holds characters that no id has")
        if limit is not None and len(word) > limit:
            raise Unreadable(f"{word[:24]!r} … is longer than {limit} characters")
        return word

    return read


def _bounded_number(read: Parser, largest: int) -> Parser:
    def bounded(raw: str) -> object:
        value = read(raw)
        if abs(Decimal(str(value))) > largest:
            raise Unreadable(f"{raw.strip()[:24]!r} is too large")
        return value

    return bounded


def _day_parser(formats: Formats) -> Parser:
    return lambda raw: day_of(raw, order=formats.days).isoformat()


def _moment_parser(formats: Formats) -> Parser:
    zone: dt.tzinfo = dt.UTC if formats.zone == "UTC" else ZoneInfo(formats.zone)
    return lambda raw: moment_of(raw, order=formats.days, zone=zone).isoformat()


def _number_parser(formats: Formats) -> Parser:
    return lambda raw: str(number_of(raw, decimal=formats.decimal))


def _whole_parser(formats: Formats) -> Parser:
    return lambda raw: int(number_of(raw, decimal=formats.decimal))


_PARSERS: dict[Kind, Callable[[Formats], Parser]] = {
    Kind.MONEY: lambda formats: str.strip,
    Kind.NUMBER: _number_parser,
    Kind.WHOLE: _whole_parser,
    Kind.DAY: _day_parser,
    Kind.MOMENT: _moment_parser,
    Kind.SWITCH: lambda formats: lambda raw: int(bool_of(raw)),
    Kind.CURRENCY: lambda formats: currency_of,
}
