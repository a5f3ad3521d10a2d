"""The files of the export: which columns each object has, and a writer that streams them.
Every field is quoted, as Data Loader and the Data Export Service do."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

AUDIT: Final = ("CreatedDate", "LastModifiedDate", "SystemModstamp")

OBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Account": (
        *("Id", "IsDeleted", "Name", "Type", "ParentId", "BillingCity", "BillingCountry"),
        *("Website", "Industry", "AnnualRevenue", "NumberOfEmployees", "Description"),
        *("CurrencyIsoCode", "OwnerId", "Account_Tier__c", "Executive_Sponsor__c"),
        *("Target_ACV__c", "Estimated_Spend__c", "SLA__c", *AUDIT),
    ),
    "Contact": (
        *("Id", "IsDeleted", "AccountId", "FirstName", "LastName", "Name", "Title", "Department"),
        *("ReportsToId", "Email", "Phone", "HasOptedOutOfEmail", "EmailBouncedReason"),
        *("EmailBouncedDate", "OwnerId", "Stance__c", "Relationship_Strength__c"),
        *("Left_Company__c", "Business_Unit__c", *AUDIT),
    ),
    "User": (
        *("Id", "Username", "FirstName", "LastName", "Name", "Email", "Title", "Department"),
        *("IsActive", "UserType", "UserRoleId", "ManagerId", "TimeZoneSidKey", *AUDIT),
    ),
    "UserRole": ("Id", "Name", "DeveloperName", "ParentRoleId", "SystemModstamp"),
    "AccountTeamMember": (
        *("Id", "AccountId", "UserId", "TeamMemberRole", "AccountAccessLevel"),
        *("IsDeleted", *AUDIT),
    ),
    "AccountShare": (
        *("Id", "AccountId", "UserOrGroupId", "AccountAccessLevel", "OpportunityAccessLevel"),
        *("CaseAccessLevel", "ContactAccessLevel", "RowCause", "LastModifiedDate", "IsDeleted"),
    ),
    "Product2": (
        *("Id", "Name", "ProductCode", "Family", "Description", "IsActive", "Revenue_Kind__c"),
        *("IsDeleted", *AUDIT),
    ),
    "Opportunity": (
        *("Id", "IsDeleted", "AccountId", "Name", "Description", "StageName", "Amount"),
        *("Probability", "ExpectedRevenue", "CloseDate", "Type", "NextStep", "LeadSource"),
        *("IsClosed", "IsWon", "ForecastCategoryName", "CurrencyIsoCode", "OwnerId"),
        *("ContractId", "ContactId", "LastStageChangeDate", "Loss_Reason__c"),
        *("Business_Unit__c", *AUDIT),
    ),
    "OpportunityLineItem": (
        *("Id", "IsDeleted", "OpportunityId", "SortOrder", "Product2Id", "ProductCode", "Name"),
        *("CurrencyIsoCode", "Quantity", "UnitPrice", "TotalPrice", "ServiceDate", *AUDIT),
    ),
    "OpportunityContactRole": (
        *("Id", "OpportunityId", "ContactId", "Role", "IsPrimary", "IsDeleted", *AUDIT),
    ),
    "OpportunityHistory": (
        *("Id", "OpportunityId", "CreatedById", "CreatedDate", "StageName", "Amount"),
        *("ExpectedRevenue", "CloseDate", "Probability", "ForecastCategory", "CurrencyIsoCode"),
        *("SystemModstamp", "IsDeleted"),
    ),
    "OpportunityStage": (
        *("Id", "MasterLabel", "ApiName", "IsActive", "SortOrder", "IsClosed", "IsWon"),
        *("ForecastCategory", "ForecastCategoryName", "DefaultProbability", "Description", *AUDIT),
    ),
    "OpportunityCompetitor": (
        *("Id", "OpportunityId", "CompetitorName", "Strengths", "Weaknesses", "IsDeleted", *AUDIT),
    ),
    "Contract": (
        *("Id", "AccountId", "ContractNumber", "Status", "StartDate", "EndDate", "ContractTerm"),
        *("OwnerId", "ActivatedDate", "CustomerSignedId", "CurrencyIsoCode", "Description"),
        *("Annual_Value__c", "Notice_Days__c", "IsDeleted", *AUDIT),
    ),
    "Asset": (
        *("Id", "AccountId", "ContactId", "Product2Id", "Name", "Quantity", "Price"),
        *("CurrencyIsoCode", "PurchaseDate", "InstallDate", "UsageEndDate", "Status"),
        *("Business_Unit__c", "OwnerId", "IsDeleted", *AUDIT),
    ),
    "Case": (
        *("Id", "IsDeleted", "CaseNumber", "ContactId", "AccountId", "AssetId", "Type", "Status"),
        *("Reason", "Origin", "Subject", "Priority", "IsClosed", "ClosedDate", "IsEscalated"),
        *("OwnerId", "SlaViolation__c", *AUDIT),
    ),
    "Task": (
        *("Id", "WhoId", "WhatId", "Subject", "ActivityDate", "Status", "Priority", "OwnerId"),
        *("Description", "IsDeleted", "AccountId", "IsClosed", "TaskSubtype", "CallType"),
        *("CallDurationInSeconds", "CallDisposition", "CompletedDateTime", *AUDIT),
    ),
    "Event": (
        *("Id", "WhoId", "WhatId", "Subject", "Location", "IsAllDayEvent", "ActivityDateTime"),
        *("ActivityDate", "DurationInMinutes", "StartDateTime", "EndDateTime", "OwnerId", "Type"),
        *("IsDeleted", "AccountId", "EventSubtype", *AUDIT),
    ),
    "EventRelation": (
        *("Id", "RelationId", "EventId", "IsWhat", "IsParent", "IsInvitee", "AccountId", "Status"),
        *("RespondedDate", "IsDeleted", *AUDIT),
    ),
    "EmailMessage": (
        *("Id", "ParentId", "ActivityId", "Subject", "FromName", "FromAddress", "ToAddress"),
        *("CcAddress", "Incoming", "HasAttachment", "Status", "MessageDate", "RelatedToId"),
        *("ThreadIdentifier", "IsDeleted", *AUDIT),
    ),
}

BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "revenue-lines": ("account", "unit", "product_line", "date", "amount", "currency", "quantity"),
    "usage": ("account", "unit", "product_line", "month", "metric", "value"),
    "rates": ("month", "currency", "rate"),
}

Row = Mapping[str, Any]
# csv itself writes a date in ISO form and None as an empty field.
FLAGS: Final = {True: "true", False: "false"}


@lru_cache(maxsize=4_096)
def moment(day: date, *, minute: int = 540) -> str:
    """A datetime as Salesforce exports it: `day` in UTC, `minute` counted from midnight."""
    return f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}:00.000Z"


class Export:
    """All CSV files of one export, open at once and counted; close by leaving the `with`."""

    def __init__(self, folder: Path) -> None:
        """Creates `folder` where needed; files of an earlier export are overwritten."""
        self.folder = folder
        self.counts: dict[str, int] = {}
        self._stack = ExitStack()
        self._writers: dict[str, Any] = {}
        self._known = {name: frozenset(columns) for name, columns in OBJECTS.items()}

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, columns in {**OBJECTS, **BESIDE}.items():
            path = self.folder / f"{name}.csv"
            handle = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(columns)
            self._writers[name] = writer
            self.counts[name] = 0
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def write(self, name: str, rows: Iterable[Row]) -> None:
        """Rows of one Salesforce object; a column it does not have is a KeyError."""
        columns, known, writer = OBJECTS[name], self._known[name], self._writers[name]
        written = 0
        for row in rows:
            if not row.keys() <= known:
                raise KeyError(f"{name} has no column {sorted(row.keys() - known)}")
            writer.writerow(
                [FLAGS[value] if type(value) is bool else value for value in map(row.get, columns)]
            )
            written += 1
        self.counts[name] += written

    def write_plain(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Rows of a file beside the export, already in column order and text form."""
        self._writers[name].writerows(rows)
        self.counts[name] += len(rows)
