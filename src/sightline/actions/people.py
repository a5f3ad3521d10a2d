"""Sign-ins: create, give and take roles, link to the CRM's user, deactivate.

The last active administrator cannot be deactivated or lose the role.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from sightline.actions import journal, outbox
from sightline.planning.errors import PlanningError
from sightline.records.models import CrmUser, Identity, RoleGrant, SignIn

LOCAL = "local"
LINK_MAIL = "people.password_link"
# No sign-in bears it: the mail goes to nobody, and the answer takes as long as any other.
NOBODY = 0


class PeopleError(PlanningError):
    """A sign-in cannot be what was asked."""

    code = "people"


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A sign-in to create; without a password it is entered by a reset link or SSO."""

    email: str
    name: str
    roles: frozenset[str]
    password: str | None = None
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """The parts of a link to a new password: it works once, for one person, for some days."""

    email: str
    name: str
    uid: str
    token: str = field(repr=False)


def create_sign_in(wanted: NewSignIn, *, actor_id: int | None) -> int:
    """Create a sign-in with its roles and its local identity; answers its id.

    Raises `PeopleError` for a taken or malformed e-mail, an unknown role or a weak password.
    """
    email = _good_email(wanted.email)
    roles = _good_roles(wanted.roles)
    _good_password(wanted.password, SignIn(email=email, name=wanted.name))
    with transaction.atomic():
        if SignIn.objects.filter(email=email).exists():
            raise PeopleError(f"{email} has a sign-in already.", field="email")
        person = SignIn.objects.create_user(
            email,
            wanted.password,
            name=wanted.name.strip() or email,
            demonstration=wanted.demonstration,
        )
        Identity.objects.create(sign_in=person, issuer=LOCAL, subject=email)
        RoleGrant.objects.bulk_create(RoleGrant(sign_in=person, role=role) for role in roles)
        link_by_email(person)
        journal.record(
            "create_sign_in",
            actor_id=actor_id,
            subject=person,
            changes={"roles": (None, sorted(roles))},
        )
    return person.pk


def set_roles(sign_in_id: int, roles: Iterable[str], *, actor_id: int | None) -> None:
    """Give a sign-in exactly these roles. Refuses to take the last administrator away."""
    wanted = _good_roles(frozenset(roles))
    with transaction.atomic():
        person = _locked(sign_in_id)
        had = frozenset(person.grants.values_list("role", flat=True))
        if had == wanted:
            return
        if RoleGrant.Role.OPERATIONS in had - wanted:
            _refuse_if_last_administrator(person)
        person.grants.exclude(role__in=wanted).delete()
        RoleGrant.objects.bulk_create(
            RoleGrant(sign_in=person, role=role) for role in sorted(wanted - had)
        )
        journal.record(
            "set_roles",
            actor_id=actor_id,
            subject=person,
            changes={"roles": (sorted(had), sorted(wanted))},
        )


def request_password_link(sign_in_ids: Iterable[int]) -> None:
    """Ask for the mail with a link to a new password; to nobody costs as much as to somebody.

    The row names the sign-in, not its address, and no link: the worker makes it.
    """
    with transaction.atomic():
        for sign_in_id in [*sign_in_ids] or [NOBODY]:
            outbox.request(LINK_MAIL, payload={"sign_in": sign_in_id})


def password_link(sign_in_id: int) -> PasswordLink | None:
    """What the mail to an active sign-in needs; None where there is none. Stores nothing."""
    person = SignIn.objects.filter(pk=sign_in_id, is_active=True).first()
    if person is None:
        return None
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    return PasswordLink(person.email, person.name, uid, token)


def set_active(sign_in_id: int, *, active: bool, actor_id: int | None) -> None:
    """Let a sign-in in or shut it out; shutting out ends its sessions at the next request."""
    with transaction.atomic():
        person = _locked(sign_in_id)
        if person.is_active == active:
            return
        if not active:
            _refuse_if_last_administrator(person)
        person.is_active = active
        person.save(update_fields=["is_active"])
        journal.record(
            "set_active",
            actor_id=actor_id,
            subject=person,
            changes={"is_active": (not active, active)},
        )


def set_password(sign_in_id: int, password: str, *, actor_id: int | None) -> None:
    """Set a new password, which ends every session of the old one. Raises `PeopleError`."""
    with transaction.atomic():
        person = _locked(sign_in_id)
        _good_password(password, person)
        person.set_password(password)
        person.save(update_fields=["password"])
        journal.record("set_password", actor_id=actor_id, subject=person)


def link_crm_user(sign_in_id: int, crm_user_id: int | None, *, actor_id: int | None) -> None:
    """Say which CRM user a sign-in is; None cuts the link."""
    with transaction.atomic():
        person = _locked(sign_in_id)
        before = CrmUser.objects.filter(sign_in=person).values_list("pk", flat=True).first()
        if before == crm_user_id:
            return
        CrmUser.objects.filter(sign_in=person).update(sign_in=None)
        if crm_user_id is not None:
            taken = CrmUser.objects.filter(pk=crm_user_id, sign_in=None)
            if not taken.update(sign_in=person):
                raise PeopleError(
                    "That CRM user is linked to another sign-in. Cut that link first.",
                    field="crm_user",
                )
        journal.record(
            "link_crm_user",
            actor_id=actor_id,
            subject=person,
            changes={"crm_user": (before, crm_user_id)},
        )


def link_by_email(person: SignIn) -> None:
    """Link a sign-in to the one CRM user with its e-mail, where that is unambiguous."""
    same = list(CrmUser.objects.filter(email__iexact=person.email, is_active=True)[:2])
    if len(same) == 1 and same[0].sign_in_id is None:
        CrmUser.objects.filter(pk=same[0].pk, sign_in=None).update(sign_in=person)


def set_preferences(
    sign_in_id: int, *, time_zone: str, theme: str, shortcuts: bool, weekly_minutes: int
) -> None:
    """A person's own settings: zone, colour scheme, single-letter keys, hours for Monday."""
    with transaction.atomic():
        person = _locked(sign_in_id)
        values = {
            "time_zone": time_zone,
            "theme": theme,
            "shortcuts": shortcuts,
            "weekly_minutes": weekly_minutes,
        }
        changes = journal.differences(person, values)
        if not changes:
            return
        SignIn.objects.filter(pk=person.pk).update(**values)
        journal.record("set_preferences", actor_id=person.pk, subject=person, changes=changes)


def note_sign_in(sign_in_id: int) -> None:
    """Keep when somebody last came in."""
    SignIn.objects.filter(pk=sign_in_id).update(last_login=timezone.now())


def fresh_password() -> str:
    """A random password of about 80 bits in four groups, for a person to read off a screen."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def _locked(sign_in_id: int) -> SignIn:
    try:
        return SignIn.objects.select_for_update().get(pk=sign_in_id)
    except SignIn.DoesNotExist as missing:
        raise PeopleError("That sign-in does not exist any more.") from missing


def _refuse_if_last_administrator(person: SignIn) -> None:
    administrators = RoleGrant.objects.select_for_update().filter(
        role=RoleGrant.Role.OPERATIONS, sign_in__is_active=True
    )
    ids = {grant.sign_in_id for grant in administrators}
    if ids == {person.pk}:
        raise PeopleError(
            f"{person.email} is the last administrator. Make somebody else one first."
        )


def _good_email(email: str) -> str:
    cleaned = re.sub(r"\s", "", email).lower()
    try:
        validate_email(cleaned)
    except ValidationError as problem:
        raise PeopleError(f"{email!r} is not an e-mail address.", field="email") from problem
    return cleaned


def _good_roles(roles: frozenset[str]) -> frozenset[str]:
    known = set(RoleGrant.Role.values)
    for role in sorted(roles):
        if role not in known:
            raise PeopleError(
                f"{role!r} is no role. The roles are {', '.join(sorted(known))}.", field="roles"
            )
    return roles


def _good_password(password: str | None, person: SignIn) -> None:
    if password is None:
        return
    try:
        validate_password(password, person)
    except ValidationError as problem:
        raise PeopleError(" ".join(problem.messages), field="password") from problem
