"""The fields that Salesforce's objects bring, and the custom fields that are known by name.

The first header of a field is Salesforce's own; the others are taken as likely.
"""

from __future__ import annotations

from sightline.exchange.imports.specs import Field, Kind, key, of, text

_ID = key("id", "Id sf_id RecordId", required=True)
_DELETED = of(Kind.SWITCH, "deleted", "IsDeleted")
_CREATED = of(Kind.DAY, "created_on", "CreatedDate")
_CURRENCY = of(Kind.CURRENCY, "currency", "CurrencyIsoCode Currency")
_OWNER = key("owner", "OwnerId")
_ACCOUNT = key("account", "AccountId Account__c")
_UNIT = text("business_unit", "Business_Unit__c BusinessUnit__c Division__c Unit__c Department__c")
_BASE = (_ID, _DELETED)

USER_ROLE = (_ID, text("name", "Name", 120, required=True), key("parent", "ParentRoleId"))

USER = (
    *_BASE,
    text("name", "Name", 200),
    text("first_name", "FirstName", 120),
    text("last_name", "LastName", 120),
    text("username", "Username", 200),
    text("email", "Email", 254),
    text("title", "Title", 200),
    of(Kind.SWITCH, "is_active", "IsActive"),
    key("role", "UserRoleId"),
    key("manager", "ManagerId"),
)

GROUP = (_ID, text("type", "Type", 60), key("related", "RelatedId"))

ACCOUNT = (
    *_BASE,
    text("name", "Name"),
    text("first_name", "FirstName", 120),
    text("last_name", "LastName", 120),
    key("parent", "ParentId"),
    _OWNER,
    key(
        "executive_sponsor",
        "Executive_Sponsor__c ExecSponsor__c Sponsor__c ExecutiveSponsorId__c",
    ),
    text("industry", "Industry", 120),
    text("segment", "Segment__c Market_Segment__c CustomerSegment__c", 120),
    text("kind", "Type", 60),
    text("country", "BillingCountry BillingCountryCode ShippingCountry", 80),
    text("city", "BillingCity ShippingCity", 80),
    text("website", "Website"),
    of(Kind.WHOLE, "employees", "NumberOfEmployees"),
    of(Kind.MONEY, "annual_revenue", "AnnualRevenue"),
    _CURRENCY,
    text("tier", "Account_Tier__c Tier__c CustomerTier__c AccountTier__c CustomerPriority__c", 40),
    text("health", "Health__c Health_Score__c CustomerHealth__c AccountHealth__c", 40),
    of(Kind.MONEY, "target", "Target_ACV__c Account_Target__c Target__c AnnualTarget__c"),
    of(
        Kind.MONEY,
        "estimated_spend",
        "Estimated_Spend__c Wallet__c Estimated_Wallet__c Wallet_Size__c TotalSpend__c",
    ),
    text("service_level", "SLA__c", 40),
    of(Kind.SWITCH, "is_person", "IsPersonAccount"),
    _CREATED,
    of(Kind.DAY, "changed_on", "LastModifiedDate SystemModstamp"),
)

TEAM = (
    *_BASE,
    key("account", "AccountId", required=True),
    key("user", "UserId", required=True),
    text("role", "TeamMemberRole", 80),
)

SHARE = (
    *_BASE,
    key("account", "AccountId", required=True),
    key("shared_with", "UserOrGroupId", required=True),
    text("level", "AccountAccessLevel", 10),
    text("row_cause", "RowCause", 40),
)

CONTACT = (
    *_BASE,
    _ACCOUNT,
    text("first_name", "FirstName", 120),
    text("last_name", "LastName", 120),
    text("name", "Name"),
    text("title", "Title", 200),
    text("department", "Department", 200),
    text("email", "Email"),
    text("phone", "Phone MobilePhone", 60),
    key("reports_to", "ReportsToId"),
    _UNIT,
    of(Kind.SWITCH, "left_company", "Left_Company__c NoLongerAtCompany__c Has_Left__c Left__c"),
    of(Kind.DAY, "left_on", "Left_Date__c LeftOn__c Left_Company_Date__c"),
    of(Kind.DAY, "bounced_on", "EmailBouncedDate"),
    text("profile_url", "LinkedIn__c LinkedIn_URL__c LinkedIn_Profile__c LinkedInUrl__c", 255),
    text("stance", "Stance__c Attitude__c Sentiment__c Support_Level__c", 40),
    text("strength", "Relationship_Strength__c RelationshipStrength__c Strength__c", 40),
    _CREATED,
    of(Kind.DAY, "changed_on", "LastModifiedDate SystemModstamp"),
)

PRODUCT = (
    *_BASE,
    text("name", "Name", required=True),
    text("code", "ProductCode"),
    text("family", "Family", 120),
    of(Kind.SWITCH, "is_active", "IsActive"),
    text("product_line", "Product_Line__c ProductLine__c Line__c", 120),
    text("revenue_kind", "Revenue_Kind__c RevenueType__c Revenue_Type__c", 40),
)

STAGE = (
    _ID,
    text("name", "MasterLabel", 80),
    text("api_name", "ApiName", 80),
    of(Kind.WHOLE, "position", "SortOrder"),
    of(Kind.NUMBER, "probability", "DefaultProbability", 100),
    of(Kind.SWITCH, "is_closed", "IsClosed"),
    of(Kind.SWITCH, "is_won", "IsWon"),
    of(Kind.SWITCH, "is_active", "IsActive"),
)

CONTRACT = (
    *_BASE,
    _ACCOUNT,
    text("number", "ContractNumber", 80),
    text("name", "Name", 255),
    text("status", "Status", 40),
    text("status_code", "StatusCode", 40),
    of(Kind.DAY, "starts_on", "StartDate"),
    of(Kind.DAY, "ends_on", "EndDate"),
    of(Kind.WHOLE, "term_months", "ContractTerm"),
    _OWNER,
    _CURRENCY,
    of(
        Kind.MONEY, "annual_value", "Annual_Value__c AnnualValue__c ACV__c Annual_Contract_Value__c"
    ),
    of(Kind.WHOLE, "notice_days", "Notice_Days__c NoticePeriod__c Notice_Period_Days__c"),
    of(Kind.SWITCH, "auto_renews", "Auto_Renew__c AutoRenews__c AutoRenewal__c"),
    _UNIT,
    text("product_line", "Product_Line__c ProductLine__c", 120),
)

OPPORTUNITY = (
    *_BASE,
    _ACCOUNT,
    text("name", "Name", required=True),
    text("stage", "StageName", 80),
    of(Kind.MONEY, "amount", "Amount"),
    of(Kind.NUMBER, "probability", "Probability", 100),
    of(Kind.DAY, "close_date", "CloseDate"),
    text("kind", "Type", 80),
    text("next_step", "NextStep", 255),
    text("lead_source", "LeadSource", 80),
    of(Kind.SWITCH, "is_closed", "IsClosed"),
    of(Kind.SWITCH, "is_won", "IsWon"),
    _CURRENCY,
    _OWNER,
    key("contract", "ContractId"),
    key("renewed_contract", "SBQQ__RenewedContract__c Renewed_Contract__c RenewedContract__c"),
    of(Kind.DAY, "stage_since", "LastStageChangeDate"),
    text("loss_reason", "Loss_Reason__c LossReason__c Reason_Lost__c Closed_Lost_Reason__c", 255),
    text("competitors", "MainCompetitors__c Competitors__c Main_Competitor__c", 400),
    _UNIT,
    _CREATED,
)

LINE = (
    *_BASE,
    key("opportunity", "OpportunityId", required=True),
    key("product", "Product2Id"),
    of(Kind.NUMBER, "quantity", "Quantity"),
    of(Kind.MONEY, "unit_price", "UnitPrice"),
    of(Kind.MONEY, "total", "TotalPrice"),
    _CURRENCY,
    of(Kind.DAY, "service_start", "ServiceDate Service_Start__c Start_Date__c StartDate__c"),
    of(Kind.DAY, "service_end", "End_Date__c Service_End__c ServiceEnd__c EndDate__c"),
)

CONTACT_ROLE = (
    *_BASE,
    key("opportunity", "OpportunityId", required=True),
    key("contact", "ContactId", required=True),
    text("role", "Role", 80),
    of(Kind.SWITCH, "is_primary", "IsPrimary"),
)

COMPETITOR = (
    *_BASE,
    key("opportunity", "OpportunityId", required=True),
    text("name", "CompetitorName", 200, required=True),
    text("strengths", "Strengths", 4000),
    text("weaknesses", "Weaknesses", 4000),
)

HISTORY = (
    *_BASE,
    key("opportunity", "OpportunityId", required=True),
    of(Kind.MOMENT, "at", "CreatedDate", required=True),
    text("stage", "StageName", 80),
    of(Kind.MONEY, "amount", "Amount"),
    of(Kind.NUMBER, "probability", "Probability", 100),
    of(Kind.DAY, "close_date", "CloseDate"),
    _CURRENCY,
)

ASSET = (
    *_BASE,
    _ACCOUNT,
    key("product", "Product2Id"),
    key("contract", "Contract__c ContractId"),
    text("name", "Name"),
    of(Kind.NUMBER, "quantity", "Quantity"),
    of(Kind.MONEY, "price", "Price"),
    _CURRENCY,
    of(Kind.DAY, "starts_on", "InstallDate LifecycleStartDate Start_Date__c"),
    of(Kind.DAY, "purchased_on", "PurchaseDate"),
    of(Kind.DAY, "ends_on", "UsageEndDate LifecycleEndDate End_Date__c"),
    text("status", "Status", 40),
    of(Kind.SWITCH, "is_competitor", "IsCompetitorProduct"),
    of(Kind.SWITCH, "is_subscription", "HasLifecycleManagement Is_Subscription__c"),
    _UNIT,
)

CASE = (
    *_BASE,
    _ACCOUNT,
    key("contact", "ContactId"),
    text("number", "CaseNumber", 40),
    text("subject", "Subject"),
    text("priority", "Priority", 40),
    text("status", "Status", 40),
    of(Kind.SWITCH, "is_closed", "IsClosed"),
    of(Kind.SWITCH, "is_escalated", "IsEscalated"),
    of(
        Kind.SWITCH,
        "service_level_broken",
        "SlaViolation__c SLA_Violation__c Sla_Breached__c MilestoneStatusViolated__c",
    ),
    of(Kind.MOMENT, "opened_at", "CreatedDate"),
    of(Kind.MOMENT, "closed_at", "ClosedDate"),
    _UNIT,
)

TASK = (
    *_BASE,
    key("who", "WhoId"),
    key("what", "WhatId"),
    key("account", "AccountId"),
    key("owner", "OwnerId"),
    text("subject", "Subject"),
    of(Kind.DAY, "day", "ActivityDate"),
    of(Kind.DAY, "completed_on", "CompletedDateTime"),
    text("status", "Status", 40),
    text("priority", "Priority", 20),
    of(Kind.SWITCH, "is_closed", "IsClosed"),
    text("subtype", "TaskSubtype", 40),
    text("type", "Type", 40),
    text("call_type", "CallType", 40),
    text("disposition", "CallDisposition", 255),
    of(Kind.NUMBER, "seconds", "CallDurationInSeconds"),
)

EVENT = (
    *_BASE,
    key("who", "WhoId"),
    key("what", "WhatId"),
    key("account", "AccountId"),
    key("owner", "OwnerId"),
    of(Kind.MOMENT, "starts", "StartDateTime ActivityDateTime"),
    of(Kind.DAY, "day", "ActivityDate"),
    of(Kind.NUMBER, "minutes", "DurationInMinutes"),
    text("subtype", "EventSubtype", 40),
    text("type", "Type", 40),
    text("subject", "Subject"),
    of(Kind.SWITCH, "is_child", "IsChild"),
    key("group_event", "RecurrenceActivityId"),
)

EVENT_RELATION = (
    *_BASE,
    key("event", "EventId", required=True),
    key("person", "RelationId", required=True),
    of(Kind.SWITCH, "is_what", "IsWhat"),
    of(Kind.SWITCH, "is_invitee", "IsInvitee"),
    text("status", "Status", 40),
)

LEAD = (
    *_BASE,
    text("first_name", "FirstName", 120),
    text("last_name", "LastName", 120),
    text("name", "Name", 255),
    text("email", "Email", 320),
)

EMAIL = (
    *_BASE,
    key("parent", "ParentId"),
    key("activity", "ActivityId"),
    key("what", "RelatedToId"),
    text("from_address", "FromAddress", 320),
    text("from_name", "FromName", 255),
    text("to_address", "ToAddress", 4000),
    text("cc_address", "CcAddress", 4000),
    of(Kind.SWITCH, "incoming", "Incoming"),
    of(Kind.MOMENT, "at", "MessageDate CreatedDate"),
    text("thread", "ThreadIdentifier", 255),
    text("status", "Status", 40),
)

ALL: dict[str, tuple[Field, ...]] = {
    "UserRole": USER_ROLE,
    "Group": GROUP,
    "User": USER,
    "Product2": PRODUCT,
    "Account": ACCOUNT,
    "AccountTeamMember": TEAM,
    "AccountShare": SHARE,
    "Contact": CONTACT,
    "OpportunityStage": STAGE,
    "Contract": CONTRACT,
    "Opportunity": OPPORTUNITY,
    "OpportunityLineItem": LINE,
    "OpportunityContactRole": CONTACT_ROLE,
    "OpportunityCompetitor": COMPETITOR,
    "OpportunityHistory": HISTORY,
    "Asset": ASSET,
    "Case": CASE,
    "Task": TASK,
    "Event": EVENT,
    "EventRelation": EVENT_RELATION,
    "Lead": LEAD,
    "EmailMessage": EMAIL,
}
