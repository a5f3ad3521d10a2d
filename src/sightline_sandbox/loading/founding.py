"""What every new org holds: the organisation, profiles, users, stages, the standard price book."""

import secrets
import sqlite3
from typing import Any

from sightline_sandbox.ids import make_id
from sightline_sandbox.loading import permissions, record_types
from sightline_sandbox.org import Org
from sightline_sandbox.schema.currencies import CORPORATE, RATES
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.tables import quoted

ADMIN = "admin@sandbox.example"
INTEGRATION = "integration@sandbox.example"
STANDARD = "standard@sandbox.example"
_STAGES = (
    ("Prospecting", 10, "Pipeline", "Pipeline"),
    ("Qualification", 10, "Pipeline", "Pipeline"),
    ("Needs Analysis", 20, "Pipeline", "Pipeline"),
    ("Value Proposition", 50, "Pipeline", "Pipeline"),
    ("Id. Decision Makers", 60, "Pipeline", "Pipeline"),
    ("Perception Analysis", 70, "Pipeline", "Pipeline"),
    ("Proposal/Price Quote", 75, "Pipeline", "Pipeline"),
    ("Negotiation/Review", 90, "BestCase", "Best Case"),
    ("Closed Won", 100, "Closed", "Closed"),
    ("Closed Lost", 0, "Omitted", "Omitted"),
)
_TASK_STATUS = (
    "Not Started",
    "In Progress",
    "Completed",
    "Waiting on someone else",
    "Deferred",
)
_PROFILES = (
    ("System Administrator", True, True),
    ("Minimum Access - API Only Integrations", True, True),
    ("Standard User", False, False),
)


def is_founded(org: Org) -> bool:
    """Whether the org has its organisation row already."""
    return org.setting("organization") is not None


def found(org: Org, *, name: str) -> None:
    """Fill an empty org."""
    with org.database.writing() as db:
        _Founder(org, db).run(name)


class _Founder:
    def __init__(self, org: Org, db: sqlite3.Connection) -> None:
        self.org = org
        self.db = db
        self.now = org.clock.stamp()
        self.admin = ""

    def run(self, name: str) -> None:
        user = self.org.schema.get("User")
        self.admin = make_id("005", 1)
        profiles = self._profiles()
        people = (
            (ADMIN, "Sandbox", "Admin", "admin", profiles[0]),
            (INTEGRATION, "Integration", "User", "integ", profiles[1]),
            (STANDARD, "Standard", "User", "stand", profiles[2]),
        )
        for username, first, last, alias, profile in people:
            self._user(user, username, first, last, alias, profile)
        self._organization(name)
        self._stages()
        self._price_book()
        self._currencies()
        self._person_accounts()
        self.org.change(self.db, "schema_changed", self.org.now().isoformat())
        permissions.refresh(self.org, self.db)

    def _insert(self, sobject: SObject, values: dict[str, Any]) -> str:
        row: dict[str, Any] = {"Id": self.org.new_id(self.db, sobject)}
        for field in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
            row[field] = self.now
        for field in ("CreatedById", "LastModifiedById"):
            row[field] = self.admin
        row.update({k: v for k, v in values.items() if v is not None})
        kept = {k: v for k, v in row.items() if sobject.find(k) and v is not None}
        columns = ", ".join(quoted(k) for k in kept)
        places = ", ".join("?" for _ in kept)
        self.db.execute(
            f"INSERT INTO {quoted(sobject.name)} ({columns}) VALUES ({places})",
            list(kept.values()),
        )
        return str(row["Id"])

    def _profiles(self) -> list[str]:
        licence = self._insert(
            self.org.schema.get("UserLicense"),
            {
                "Name": "Salesforce",
                "MasterLabel": "Salesforce",
                "LicenseDefinitionKey": "SFDC",
                "Status": "Active",
                "TotalLicenses": 100,
                "UsedLicenses": 3,
            },
        )
        profile = self.org.schema.get("Profile")
        return [
            self._insert(
                profile,
                {
                    "Name": name,
                    "PermissionsViewAllData": int(sees),
                    "PermissionsModifyAllData": int(changes),
                    "PermissionsApiEnabled": 1,
                    "UserLicenseId": licence,
                    "UserType": "Standard",
                },
            )
            for name, sees, changes in _PROFILES
        ]

    def _user(
        self, user: SObject, username: str, first: str, last: str, alias: str, profile: str
    ) -> None:
        defaults = {f.name: f.default for f in user.columns() if f.type != "boolean"}
        self._insert(
            user,
            {
                **defaults,
                "Username": username,
                "FirstName": first,
                "LastName": last,
                "Name": f"{first} {last}",
                "Alias": alias,
                "CommunityNickname": alias,
                "Email": username,
                "IsActive": 1,
                "ProfileId": profile,
            },
        )

    def _organization(self, name: str) -> None:
        org_id = self._insert(
            self.org.schema.get("Organization"),
            {
                "Id": make_id("00D", secrets.randbelow(62**6)),
                "Name": name,
                "Country": "GB",
                "PrimaryContact": "Sandbox Admin",
                "DefaultLocaleSidKey": "en_GB",
                "TimeZoneSidKey": "UTC",
                "LanguageLocaleKey": "en_US",
                "FiscalYearStartMonth": 1,
                "DefaultAccountAccess": "Edit",
                "DefaultContactAccess": "ControlledByParent",
                "DefaultOpportunityAccess": "Edit",
                "DefaultLeadAccess": "ReadEditTransfer",
                "DefaultCaseAccess": "ReadEditTransfer",
                "DefaultCalendarAccess": "HideDetailsInsert",
                "DefaultPricebookAccess": "ReadSelect",
                "DefaultCampaignAccess": "All",
                "OrganizationType": "Developer Edition",
                "InstanceName": "SBX1",
                "IsSandbox": 0,
                "UiSkin": "Theme3",
                "SignupCountryIsoCode": "GB",
                "WebToCaseDefaultOrigin": "Web",
                "PreferencesLightningLoginEnabled": 1,
                "MonthlyPageViewsUsed": 0,
                "MonthlyPageViewsEntitlement": 0,
            },
        )
        self.org.change(self.db, "organization", org_id)

    def _stages(self) -> None:
        stage = self.org.schema.get("OpportunityStage")
        for order, (name, probability, category, category_name) in enumerate(_STAGES, start=1):
            self._insert(
                stage,
                {
                    "MasterLabel": name,
                    "ApiName": name,
                    "IsActive": 1,
                    "SortOrder": order,
                    "IsClosed": int(name.startswith("Closed")),
                    "IsWon": int(name == "Closed Won"),
                    "ForecastCategory": category,
                    "ForecastCategoryName": category_name,
                    "DefaultProbability": probability,
                },
            )
        status = self.org.schema.get("TaskStatus")
        for order, name in enumerate(_TASK_STATUS, start=1):
            self._insert(
                status,
                {
                    "MasterLabel": name,
                    "ApiName": name,
                    "SortOrder": order,
                    "IsDefault": int(order == 1),
                    "IsClosed": int(name == "Completed"),
                },
            )

    def _currencies(self) -> None:
        currency = self.org.schema.find("CurrencyType")
        for code, rate, decimals in RATES if currency is not None else ():
            assert currency is not None
            self._insert(
                currency,
                {
                    "IsoCode": code,
                    "ConversionRate": rate,
                    "DecimalPlaces": decimals,
                    "IsActive": 1,
                    "IsCorporate": int(code == CORPORATE),
                },
            )

    def _person_accounts(self) -> None:
        if not self.org.person_accounts:
            return
        account = self.org.schema.get("Account")
        business = record_types.NewType("Business_Account", "Business Account", default=True)
        person = record_types.NewType("PersonAccount", "Person Account", person=True)
        for new in (business, person):
            record_types.add(self.org, self.db, account, new)

    def _price_book(self) -> None:
        self._insert(
            self.org.schema.get("Pricebook2"),
            {"Name": "Standard Price Book", "IsActive": 1, "IsStandard": 1},
        )
