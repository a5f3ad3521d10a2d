"""Who can sign in, with what roles, linked to which CRM user."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sightline.records.models import SignIn


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One sign-in as lists show it."""

    id: int
    email: str
    name: str
    is_active: bool
    demonstration: bool
    roles: tuple[str, ...]
    crm_user_id: int | None
    crm_user_name: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def all_sign_ins() -> list[SignInRow]:
    """Every sign-in by e-mail. Two queries."""
    people = SignIn.objects.select_related("crm_user").prefetch_related("grants").order_by("email")
    return [_row(person) for person in people]


def id_of_email(email: str) -> int | None:
    """The sign-in with this e-mail, in any case of letters."""
    return SignIn.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()


def _row(person: SignIn) -> SignInRow:
    linked = getattr(person, "crm_user", None)
    return SignInRow(
        id=person.pk,
        email=person.email,
        name=person.name,
        is_active=person.is_active,
        demonstration=person.demonstration,
        roles=tuple(sorted(grant.role for grant in person.grants.all())),
        crm_user_id=linked.pk if linked else None,
        crm_user_name=linked.name if linked else "",
    )
