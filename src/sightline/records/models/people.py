"""Our people: sign-ins, their roles here, and the CRM's users and role hierarchy.

A sign-in and a mirrored CRM user are two linked records: a person may leave one and keep
the other.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from sightline.records.models.base import Mirrored, one_row_per_outside_id


class SignInManager(BaseUserManager["SignIn"]):
    """Makes sign-ins with a hashed password; only actions call it."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> SignIn:
        """A new sign-in. Without a password it can only be entered by reset or SSO."""
        person = self.model(email=email.strip().lower(), **values)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> SignIn:
        """By e-mail, in any case of letters."""
        return self.get(email=(username or "").strip().lower())


class SignIn(AbstractBaseUser):
    """Who may come in. `password_changed_at` ends older sessions by the session hash."""

    class Theme(models.TextChoices):
        """The colour scheme a person chose."""

        AUTO = "auto", "as the device"
        LIGHT = "light", "light"
        DARK = "dark", "dark"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, blank=True, default="")
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    shortcuts = models.BooleanField(default=True)
    weekly_minutes = models.PositiveSmallIntegerField(default=360)
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SignInManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]


class Identity(models.Model):
    """One way in: issuer `local` with the e-mail, or an identity provider's subject."""

    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_one_sign_in")
        ]


class RoleGrant(models.Model):
    """A role of ours that a sign-in has."""

    class Role(models.TextChoices):
        """The roles of docs/method/permissions.md."""

        ACCOUNT_MANAGER = "account_manager", "Account manager"
        CUSTOMER_SUCCESS = "customer_success", "Customer success"
        LEADER = "leader", "Leader"
        SPONSOR = "sponsor", "Executive sponsor"
        MARKETING = "marketing", "Marketing"
        OPERATIONS = "operations", "Operations"
        READER = "reader", "Reader"

    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_in", "role"], name="role_granted_once")
        ]


class SignInAttempt(models.Model):
    """A try to sign in, kept to slow down guessing. `account_key` is a keyed hash."""

    account_key = models.CharField(max_length=64, db_index=True)
    address = models.CharField(max_length=45, db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    succeeded = models.BooleanField(default=False)


class CrmRole(Mirrored):
    """A node of the CRM's role hierarchy."""

    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [one_row_per_outside_id("crm_role")]


class CrmRolePath(models.Model):
    """Closure of the hierarchy: `above` stands `depth` steps over `below` (0 is itself)."""

    above = models.ForeignKey(CrmRole, on_delete=models.CASCADE, related_name="paths_down")
    below = models.ForeignKey(CrmRole, on_delete=models.CASCADE, related_name="paths_up")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["above", "below"], name="crm_role_path_once")
        ]


class CrmUser(Mirrored):
    """One of our people as the CRM knows them: owners, team members, sponsors."""

    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    is_active = models.BooleanField(default=True)
    role = models.ForeignKey(CrmRole, null=True, blank=True, on_delete=models.SET_NULL)
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    sign_in = models.OneToOneField(
        SignIn,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="crm_user",
    )

    class Meta:
        constraints = [one_row_per_outside_id("crm_user")]
