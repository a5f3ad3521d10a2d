"""Makers of records for tests: each fills in what the test does not care about."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sightline.actions import people
from sightline.records.models import (
    Account,
    AccountAccess,
    Company,
    Contact,
    CrmRole,
    CrmRolePath,
    CrmUser,
    Opportunity,
    ProductFamily,
    ProductLine,
    SignIn,
    Stage,
    TierResult,
    Unit,
)
from sightline.records.scoping import Person, person_of

_numbers = count(1)
TODAY = date(2026, 11, 23)
PASSWORD = "correct horse battery"


def company(**values: Any) -> Company:
    """The company's one row."""
    row, _ = Company.objects.update_or_create(id=1, defaults={"name": "Northlight", **values})
    return row


def crm_role(name: str = "", *, parent: CrmRole | None = None) -> CrmRole:
    """A role of the CRM's hierarchy, with its closure rows."""
    role = CrmRole.objects.create(name=name or f"Role {next(_numbers)}", parent=parent)
    CrmRolePath.objects.create(above=role, below=role, depth=0)
    if parent is not None:
        for path in CrmRolePath.objects.filter(below=parent):
            CrmRolePath.objects.create(above=path.above, below=role, depth=path.depth + 1)
    return role


def crm_user(name: str = "", **values: Any) -> CrmUser:
    """One of our people in the CRM."""
    number = next(_numbers)
    values.setdefault("email", f"user{number}@sightline.example")
    return CrmUser.objects.create(name=name or f"User {number}", **values)


def sign_in(*roles: str, user: CrmUser | None = None, **values: Any) -> SignIn:
    """A sign-in with roles, linked to a CRM user where one is given."""
    number = next(_numbers)
    wanted = people.NewSignIn(
        email=values.pop("email", f"person{number}@sightline.example"),
        name=values.pop("name", f"Person {number}"),
        roles=frozenset(roles),
        password=PASSWORD,
    )
    made = people.create_sign_in(wanted, actor_id=None)
    if user is not None:
        people.link_crm_user(made, user.pk, actor_id=None)
    if values:
        SignIn.objects.filter(pk=made).update(**values)
    return SignIn.objects.get(pk=made)


def person(*roles: str, user: CrmUser | None = None, **values: Any) -> Person:
    """A sign-in as the plain value that scoping takes."""
    return person_of(sign_in(*roles, user=user, **values))


def account(name: str = "", *, owner: CrmUser | None = None, **values: Any) -> Account:
    """An account that plans for itself, seen by its owner."""
    name = name or f"Account {next(_numbers)}"
    row = Account.objects.create(name=name, sort_name=name.casefold(), owner=owner, **values)
    top = row.parent.planning_account if row.parent is not None and row.parent else row
    Account.objects.filter(pk=row.pk).update(planning_account=top)
    row.refresh_from_db()
    if owner is not None:
        AccountAccess.objects.create(account=row, user=owner, why="owner", may_write=True)
    return row


def unit(of: Account, name: str = "", **values: Any) -> Unit:
    """A unit of an account."""
    return Unit.objects.create(account=of, name=name or f"Unit {next(_numbers)}", **values)


def line(name: str = "", *, family: str = "Platform", kind: str = "recurring") -> ProductLine:
    """A product line in a family."""
    group, _ = ProductFamily.objects.get_or_create(name=family)
    return ProductLine.objects.create(
        name=name or f"Line {next(_numbers)}", family=group, revenue_kind=kind
    )


def contact(of: Account, name: str = "", **values: Any) -> Contact:
    """A person in an account."""
    name = name or f"Contact {next(_numbers)}"
    first, _, last = name.rpartition(" ")
    return Contact.objects.create(
        account=of, name=name, first_name=first, last_name=last, sort_name=name.casefold(), **values
    )


def stage(name: str = "Proposal", **values: Any) -> Stage:
    """A stage of the sales process."""
    row, _ = Stage.objects.get_or_create(name=name, defaults=values)
    return row


def opportunity(of: Account, name: str = "", **values: Any) -> Opportunity:
    """A deal."""
    values.setdefault("currency", "GBP")
    return Opportunity.objects.create(account=of, name=name or f"Deal {next(_numbers)}", **values)


def tier_result(of: Account, **values: Any) -> TierResult:
    """What was computed for a planning account."""
    values.setdefault("as_of", TODAY)
    values.setdefault("currency", "GBP")
    values.setdefault("owner", of.owner)
    return TierResult.objects.create(account=of, sort_name=of.sort_name, **values)
