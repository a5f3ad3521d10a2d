"""What can be imported: each target's model, its references, and what it is told by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from django.db import models

from sightline.records.models import (
    Account,
    AccountShare,
    AccountTeamMember,
    Action,
    Asset,
    Case,
    Contact,
    Contract,
    CrmRole,
    CrmUser,
    Opportunity,
    OpportunityCompetitor,
    OpportunityContactRole,
    OpportunityLine,
    Product,
    Stage,
    StageChange,
    WalletEstimate,
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that names a row of another target by outside id.

    `required`: a row whose reference is unknown is refused. `late`: within the same target, so
    it is set when all rows are there.
    """

    value: str
    target: str
    column: str
    required: bool = False
    late: bool = False


@dataclass(frozen=True)
class Target:
    """One kind of row.

    `named` maps a value to (column, kind of name) that is found or made by name. `quiet` columns
    do not count as a change by themselves. `natural` columns identify a row that has no outside
    id yet. `link` rows are deleted when the source deletes them; others keep `removed_at`.
    `personal` rows are journalled without their words. `resets`: when a column changes and another
    is not told, that other one is emptied.
    """

    name: str
    model: type[models.Model]
    refs: tuple[Ref, ...] = ()
    named: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    has_unit: bool = False
    quiet: frozenset[str] = frozenset()
    natural: tuple[str, ...] = ()
    link: bool = False
    personal: bool = False
    one_of: tuple[str, ...] = ()
    account_column: str | None = "account_id"
    resets: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def fields(self) -> Mapping[str, models.Field[Any, Any]]:
        """Concrete fields by column, without the key."""
        return {one.attname: one for one in self.model._meta.concrete_fields if not one.primary_key}

    @cached_property
    def converters(self) -> Mapping[str, Callable[[Any], Any]]:
        """Staged value to model value, by column."""
        return {name: converter(one) for name, one in self.fields.items()}

    @property
    def versioned(self) -> bool:
        """Whether rows guard edits by a version."""
        return "version" in self.fields

    @cached_property
    def keys(self) -> frozenset[str]:
        """Columns that hold another row's key."""
        named = {column for column, _ in self.named.values()}
        return frozenset({ref.column for ref in self.refs} | named | {"unit_id", "product_line_id"})

    @property
    def late(self) -> tuple[Ref, ...]:
        """References within the target itself."""
        return tuple(ref for ref in self.refs if ref.late)


def converter(one: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """How a staged value becomes this field's; empty becomes null, or the field's default."""
    empty = None if one.null else one.get_default()
    if isinstance(one, models.CharField | models.TextField):
        return _text(empty, one.max_length)
    read = _reader(one)

    def convert(value: Any) -> Any:
        return empty if value is None or value == "" else read(value)

    return convert


def _text(empty: Any, limit: int | None) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if type(value) is not str:
            return empty if value is None else str(value)[:limit]
        return value[:limit] if value else empty

    return convert


def _reader(one: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(one, models.DateTimeField):
        return _moment
    if isinstance(one, models.DateField):
        return dt.date.fromisoformat
    if isinstance(one, models.DecimalField):
        return lru_cache(maxsize=1024)(lambda value: _decimal(value, one.decimal_places or 0))
    if isinstance(one, models.BooleanField):
        return bool
    if isinstance(one, models.PositiveSmallIntegerField):
        return lambda value: min(32_767, max(0, int(value)))
    return int


def _moment(value: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _decimal(value: object, places: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places))


_ACCOUNT = Ref("account", "Account", "account_id", required=True)
_OWNER = Ref("owner", "User", "owner_id")
_OPPORTUNITY = Ref("opportunity", "Opportunity", "opportunity_id", required=True)

_ALL = (
    Target(
        "UserRole",
        CrmRole,
        (Ref("parent", "UserRole", "parent_id", late=True),),
        account_column=None,
    ),
    Target(
        "User",
        CrmUser,
        (Ref("role", "UserRole", "role_id"), Ref("manager", "User", "manager_id", late=True)),
        account_column=None,
        personal=True,
    ),
    Target("Product2", Product, named={"line": ("line_id", "line")}, account_column=None),
    Target(
        "Account",
        Account,
        (
            Ref("parent", "Account", "parent_id", late=True),
            _OWNER,
            Ref("executive_sponsor", "User", "executive_sponsor_id"),
        ),
        account_column="id",
    ),
    Target("Wallet", WalletEstimate, (_ACCOUNT,), quiet=frozenset({"as_of"}), has_unit=True),
    Target(
        "AccountTeamMember",
        AccountTeamMember,
        (_ACCOUNT, Ref("user", "User", "user_id", required=True)),
        natural=("account_id", "user_id"),
        link=True,
    ),
    Target(
        "AccountShare",
        AccountShare,
        (_ACCOUNT, Ref("user", "User", "user_id"), Ref("role", "UserRole", "role_id")),
        link=True,
        one_of=("user_id", "role_id"),
    ),
    Target(
        "Contact",
        Contact,
        (_ACCOUNT, Ref("reports_to", "Contact", "reports_to_id", late=True)),
        has_unit=True,
        personal=True,
    ),
    Target("OpportunityStage", Stage, natural=("name",), account_column=None),
    Target(
        "Contract",
        Contract,
        (_ACCOUNT, _OWNER),
        named={"product_line": ("product_line_id", "line")},
        has_unit=True,
    ),
    Target(
        "Opportunity",
        Opportunity,
        (_ACCOUNT, _OWNER, Ref("renews", "Contract", "renews_id")),
        named={"stage": ("stage_id", "stage")},
        has_unit=True,
        quiet=frozenset({"stage_since", "stage_since_inferred"}),
        resets={"stage_id": "stage_since"},
    ),
    Target(
        "OpportunityLineItem",
        OpportunityLine,
        (_OPPORTUNITY, Ref("product", "Product2", "product_id")),
        named={"product_line": ("product_line_id", "line")},
        link=True,
        account_column=None,
    ),
    Target(
        "OpportunityContactRole",
        OpportunityContactRole,
        (_OPPORTUNITY, Ref("contact", "Contact", "contact_id", required=True)),
        link=True,
        account_column=None,
    ),
    Target(
        "OpportunityCompetitor",
        OpportunityCompetitor,
        (_OPPORTUNITY,),
        named={"competitor": ("competitor_id", "competitor")},
        link=True,
        account_column=None,
    ),
    Target(
        "OpportunityHistory",
        StageChange,
        (_OPPORTUNITY,),
        named={"stage": ("stage_id", "stage")},
        link=True,
        account_column=None,
    ),
    Target(
        "Asset",
        Asset,
        (
            _ACCOUNT,
            Ref("product", "Product2", "product_id"),
            Ref("contract", "Contract", "contract_id"),
        ),
        named={"product_line": ("product_line_id", "line")},
        has_unit=True,
    ),
    Target(
        "Case",
        Case,
        (_ACCOUNT, Ref("contact", "Contact", "contact_id")),
        has_unit=True,
        personal=True,
    ),
    Target(
        "Task",
        Action,
        (
            Ref("account", "Account", "account_id"),
            _OWNER,
            Ref("contact", "Contact", "contact_id"),
            Ref("opportunity", "Opportunity", "opportunity_id"),
            Ref("contract", "Contract", "contract_id"),
        ),
        personal=True,
    ),
)

TARGETS: Mapping[str, Target] = {one.name: one for one in _ALL}
