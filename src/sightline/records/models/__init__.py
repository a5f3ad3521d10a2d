"""Every record, by planning concept."""

from sightline.records.models.accounts import (
    Account,
    AccountAccess,
    AccountGrant,
    AccountShare,
    AccountTeamMember,
    Unit,
)
from sightline.records.models.company import (
    Company,
    CompanyHistory,
    ExchangeRate,
    ParameterOverride,
    Source,
)
from sightline.records.models.contacts import (
    Contact,
    ContactActivity,
    ErasedOutsideId,
    Opinion,
)
from sightline.records.models.contracts import (
    Asset,
    Contract,
    RenewalStrategy,
)
from sightline.records.models.measures import (
    AccountMeasures,
    CellMeasures,
    LedgerPart,
    LedgerVersion,
)
from sightline.records.models.monday import (
    MondayAnswer,
    Pin,
    SavedView,
    WeekFacts,
    WeekOpened,
)
from sightline.records.models.opportunities import (
    Competitor,
    Opportunity,
    OpportunityCompetitor,
    OpportunityContactRole,
    OpportunityLine,
    Stage,
    StageChange,
)
from sightline.records.models.people import (
    CrmRole,
    CrmRolePath,
    CrmUser,
    Identity,
    RoleGrant,
    SignIn,
    SignInAttempt,
)
from sightline.records.models.plans import (
    Plan,
    PlanAccount,
    PlanResult,
    Signal,
)
from sightline.records.models.plays import (
    Action,
)
from sightline.records.models.products import (
    Product,
    ProductFamily,
    ProductLine,
)
from sightline.records.models.service import (
    Case,
)
from sightline.records.models.sync import (
    SyncAlias,
    SyncComparison,
    SyncConflict,
    SyncConnection,
    SyncCrossing,
    SyncCursor,
    SyncInboxRow,
    SyncIntent,
    SyncLink,
    SyncMapping,
    SyncSchema,
)
from sightline.records.models.tiers import (
    ImportanceAnswer,
    TierDecision,
    TierMonth,
    TierResult,
)
from sightline.records.models.wallet import (
    WalletEstimate,
)
from sightline.records.models.work import (
    DoneOnce,
    ImportRefusal,
    ImportRun,
    Job,
    JournalEntry,
    SavedMapping,
    Schedule,
    WorkerSeen,
)

__all__ = [
    "Account",
    "AccountAccess",
    "AccountGrant",
    "AccountMeasures",
    "AccountShare",
    "AccountTeamMember",
    "Action",
    "Asset",
    "Case",
    "CellMeasures",
    "Company",
    "CompanyHistory",
    "Competitor",
    "Contact",
    "ContactActivity",
    "Contract",
    "CrmRole",
    "CrmRolePath",
    "CrmUser",
    "DoneOnce",
    "ErasedOutsideId",
    "ExchangeRate",
    "Identity",
    "ImportRefusal",
    "ImportRun",
    "ImportanceAnswer",
    "Job",
    "JournalEntry",
    "LedgerPart",
    "LedgerVersion",
    "MondayAnswer",
    "Opinion",
    "Opportunity",
    "OpportunityCompetitor",
    "OpportunityContactRole",
    "OpportunityLine",
    "ParameterOverride",
    "Pin",
    "Plan",
    "PlanAccount",
    "PlanResult",
    "Product",
    "ProductFamily",
    "ProductLine",
    "RenewalStrategy",
    "RoleGrant",
    "SavedMapping",
    "SavedView",
    "Schedule",
    "SignIn",
    "SignInAttempt",
    "Signal",
    "Source",
    "Stage",
    "StageChange",
    "SyncAlias",
    "SyncComparison",
    "SyncConflict",
    "SyncConnection",
    "SyncCrossing",
    "SyncCursor",
    "SyncInboxRow",
    "SyncIntent",
    "SyncLink",
    "SyncMapping",
    "SyncSchema",
    "TierDecision",
    "TierMonth",
    "TierResult",
    "Unit",
    "WalletEstimate",
    "WeekFacts",
    "WeekOpened",
    "WorkerSeen",
]
