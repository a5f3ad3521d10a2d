"""The two papers beside the export: what it is, and how its custom fields map."""

from pathlib import Path
from typing import Final

from sightline.exchange.demonstration.catalogue import LABEL, SELLER
from sightline.exchange.demonstration.profile import World

MAPPING: Final = """\
# How the custom fields of this export map. Left: what Sightline calls it; right: the column.

[account]
tier = "Account_Tier__c"
executive_sponsor = "Executive_Sponsor__c"   # a User id
target = "Target_ACV__c"                      # in the account's currency, a year
estimated_spend = "Estimated_Spend__c"        # in the account's currency, a year
service_level = "SLA__c"

[account.tier_values]
"Tier 1" = 1
"Tier 2" = 2
"Tier 3" = 3

[contact]
stance = "Stance__c"
strength = "Relationship_Strength__c"         # 0 to 5
left_company = "Left_Company__c"
business_unit = "Business_Unit__c"

[contact.stance_values]
Supports = "supports"
Neutral = "neutral"
Indifferent = "indifferent"
Against = "against"

[product]
revenue_kind = "Revenue_Kind__c"

[product.revenue_kind_values]
Recurring = "recurring"
Repeat = "repeat"
One-off = "one-off"

[opportunity]
loss_reason = "Loss_Reason__c"
business_unit = "Business_Unit__c"

[contract]
annual_value = "Annual_Value__c"              # a year, whatever the term
notice_days = "Notice_Days__c"

[asset]
business_unit = "Business_Unit__c"            # Price is per quantity for the whole term

[case]
service_level_broken = "SlaViolation__c"      # Yes or No
"""

README: Final = """\
This folder holds {label}.

{seller}, its people, its customers and theirs are invented; any likeness to a real company or
person is chance. Nothing in it may be used as evidence about anybody.

Written for {today} with {accounts} accounts and seed {seed}.{left_out}

One CSV per Salesforce object, as the data export writes them, and beside them:
  revenue-lines.csv  what was billed: account, unit, product line, date, amount, currency
  usage.csv          active users a month
  rates.csv          GBP for one unit of a currency, by month
  mapping.toml       what the custom fields mean
"""


def write(folder: Path, *, world: World) -> None:
    """Writes mapping.toml and README.txt into `folder`."""
    missing = sorted(world.told.without)
    left_out = f" Left out: {', '.join(missing)}." if missing else ""
    text = README.format(
        label=LABEL,
        seller=SELLER,
        today=world.today.isoformat(),
        accounts=world.accounts,
        seed=world.seed,
        left_out=left_out,
    )
    (folder / "README.txt").write_text(text, encoding="utf-8", newline="\n")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8", newline="\n")
