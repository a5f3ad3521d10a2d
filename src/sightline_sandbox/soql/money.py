"""Money of several currencies: in the user's, in the corporate one, by dated rates where there are.

A rate is how many units of a currency one unit of the corporate currency buys. Dated rates hold
for opportunities, their history and their products, by the day the opportunity closes.
"""

from sightline_sandbox.soql.scope import Column, Scope

#: The day of a row whose money has dated rates, as SQL over its alias.
_DAYS = {
    "Opportunity": '{0}."CloseDate"',
    "OpportunityHistory": '{0}."CloseDate"',
    "OpportunityLineItem": (
        '(SELECT o."CloseDate" FROM "Opportunity" o WHERE o."Id" = {0}."OpportunityId")'
    ),
}


def is_converted(column: Column, scope: Scope) -> bool:
    """Whether the column is money of an object whose rows have a currency each."""
    owner = scope.build.schema.find(column.entity)
    has_code = owner is not None and owner.find("CurrencyIsoCode") is not None
    return column.field.type == "currency" and has_code


def corporate(column: Column, scope: Scope) -> str:
    """The column in the corporate currency."""
    return f"({column.sql} / {_rate(_code(column), _day(column))})"


def users(column: Column, scope: Scope) -> str:
    """The column in the user's currency, rounded to its decimals."""
    code = user_code(scope)
    rate = _rate(code, _day(column))
    return f"round({corporate(column, scope)} * {rate}, {_decimals(code)})"


def sum_for_user(sql: str, scope: Scope) -> str:
    """An aggregate in the corporate currency, turned into the user's."""
    code = user_code(scope)
    return f"round(({sql}) * {_rate(code, None)}, {_decimals(code)})"


def literal(text: str, column: Column, scope: Scope) -> str:
    """An amount such as `USD5000` in the corporate currency."""
    code, amount = scope.build.bind(text[:3]), scope.build.bind(float(text[3:]))
    return f"({amount} / {_rate(code, _day(column))})"


def user_code(scope: Scope) -> str:
    """The SQL of the currency of the user who asks."""
    user = scope.build.bind(scope.build.viewer.user_id)
    return f'(SELECT u."DefaultCurrencyIsoCode" FROM "User" u WHERE u."Id" = {user})'


def _code(column: Column) -> str:
    return f'{column.alias}."CurrencyIsoCode"'


def _day(column: Column) -> str | None:
    template = _DAYS.get(column.entity)
    return template.format(column.alias) if template else None


def _decimals(code: str) -> str:
    return _of_type("DecimalPlaces", code, "2")


def _of_type(name: str, code: str, default: str) -> str:
    asked = f'SELECT c."{name}" FROM "CurrencyType" c WHERE c."IsoCode" = {code}'
    return f"COALESCE(({asked}), {default})"


def _rate(code: str, day: str | None) -> str:
    static = _of_type("ConversionRate", code, "1.0")
    if day is None:
        return static
    dated = (
        'SELECT d."ConversionRate" FROM "DatedConversionRate" d '
        f'WHERE d."IsoCode" = {code} AND d."StartDate" <= {day} '
        'ORDER BY d."StartDate" DESC LIMIT 1'
    )
    return f"COALESCE(({dated}), {static})"
