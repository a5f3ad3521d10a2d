"""Several currencies: a `CurrencyIsoCode` on every object with money, and rates to convert by."""

from sightline_sandbox.schema.catalogue import Schema
from sightline_sandbox.schema.field import field_from, make_raw, picklist_values
from sightline_sandbox.schema.sobject import SObject

#: Iso code, rate to the corporate currency's unit, decimals. The first is the corporate one.
RATES = (("GBP", 1.0, 2), ("EUR", 1.16, 2), ("USD", 1.31, 2), ("JPY", 202.0, 0))
CORPORATE = RATES[0][0]
_ALSO = frozenset({"User", "Contact", "Case", "Product2", "Pricebook2", "AccountPlan"})


def add_currency_fields(schema: Schema) -> None:
    """Give every object with money, and those beside it, a currency."""
    for sobject in schema:
        name = "DefaultCurrencyIsoCode" if sobject.name == "User" else "CurrencyIsoCode"
        if sobject.name in _ALSO or _has_money(sobject):
            raw = make_raw(
                name,
                "picklist",
                label="Currency ISO Code",
                length=3,
                nillable=False,
                createable=True,
                updateable=True,
                defaultedOnCreate=True,
                restrictedPicklist=True,
                defaultValue=CORPORATE,
                picklistValues=picklist_values([r[0] for r in RATES], default=CORPORATE),
            )
            sobject.add([field_from(raw)])
            schema.add(sobject)


def _has_money(sobject: SObject) -> bool:
    return any(f.type == "currency" for f in sobject.fields.values())
