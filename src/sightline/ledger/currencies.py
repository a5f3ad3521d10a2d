"""ISO 4217 minor units: how many decimals an amount of a currency carries.

Source: ISO 4217 list one. Only codes that differ from two decimals are listed; the empty code
means "currency not told" and is counted with two decimals.
"""

from __future__ import annotations

import re

from sightline.ledger.errors import RefusedInput

DEFAULT_DECIMALS = 2
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"

DECIMALS: dict[str, int] = (
    dict.fromkeys(_NO_DECIMALS.split(), 0)
    | dict.fromkeys(_THREE_DECIMALS.split(), 3)
    | dict.fromkeys(_FOUR_DECIMALS.split(), 4)
)
_CODE = re.compile(r"[A-Z]{3}")


def decimals_of(currency: str) -> int:
    """Decimals of one currency; two where ISO 4217 gives no other number."""
    return DECIMALS.get(currency, DEFAULT_DECIMALS)


def checked_code(currency: str) -> str:
    """The code in capitals; refuses what is not three letters. Empty stays empty."""
    code = currency.strip().upper()
    if code and not _CODE.fullmatch(code):
        raise RefusedInput(f'"{currency}" is not a currency code of three letters, such as EUR')
    return code


def minor_factor_sql(column: str) -> str:
    """SQL for the factor from major to minor units of the currency named in `column`."""
    groups: dict[int, list[str]] = {}
    for code, places in DECIMALS.items():
        groups.setdefault(places, []).append(f"'{code}'")
    arms = " ".join(
        f"WHEN {column} IN ({', '.join(codes)}) THEN {10**places}"
        for places, codes in sorted(groups.items())
    )
    return f"CASE {arms} ELSE {10**DEFAULT_DECIMALS} END"


def major(amount: int, *, currency: str) -> str:
    """An amount of minor units as a plain decimal text in major units, exact."""
    places = decimals_of(currency)
    if places == 0:
        return str(amount)
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"
