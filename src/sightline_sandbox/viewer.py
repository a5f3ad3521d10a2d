"""Who asks: the user behind a token, and what that user may see and change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject

#: Objects of set-up and identity that everybody may read.
OPEN_OBJECTS = frozenset(
    [
        "User",
        "Organization",
        "Profile",
        "UserRole",
        "UserLicense",
        "RecordType",
        "OpportunityStage",
        "TaskStatus",
        "CurrencyType",
        "DatedConversionRate",
        "Product2",
        "Pricebook2",
        "PricebookEntry",
        "Group",
        "GroupMember",
        "PermissionSet",
        "PermissionSetAssignment",
        "ObjectPermissions",
        "FieldPermissions",
        "UserRecordAccess",
    ]
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user. `hidden` and `read_only` hold `object.field` in lower case; `denied` objects.

    `limited` holds the rights on objects that only a permission set lets the user see.
    """

    user_id: str
    username: str
    profile_id: str
    sees_all: bool
    changes_all: bool
    hidden: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    limited: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sees_all_of: frozenset[str] = frozenset()
    changes_all_of: frozenset[str] = frozenset()

    def sees_object(self, sobject: SObject) -> bool:
        """Whether the object appears in describe and queries."""
        return sobject.name.lower() not in self.denied

    def sees(self, sobject: SObject, one: Field) -> bool:
        """Whether field-level security lets the field be seen."""
        return not self.hidden or f"{sobject.name}.{one.name}".lower() not in self.hidden

    def writes(self, sobject: SObject, one: Field) -> bool:
        """Whether field-level security lets the field be written."""
        if not self.read_only:
            return True
        return f"{sobject.name}.{one.name}".lower() not in self.read_only

    def may(self, sobject: SObject, right: str) -> bool:
        """Whether the user may `create`, `edit` or `delete` rows of the object at all."""
        rights = self.limited.get(sobject.name.lower())
        return rights is None or right in rights

    def restricted(self, sobject: SObject) -> bool:
        """Whether only some rows of the object are this user's to see."""
        name = sobject.name.lower()
        return not self.sees_all and name not in self.sees_all_of and self._private(sobject)

    def held_back(self, sobject: SObject) -> bool:
        """Whether only some rows of the object are this user's to change."""
        name = sobject.name.lower()
        return not self.changes_all and name not in self.changes_all_of and self._private(sobject)

    def _private(self, sobject: SObject) -> bool:
        return sobject.name not in OPEN_OBJECTS and sobject.name.lower() in self.private
