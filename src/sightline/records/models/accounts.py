"""Accounts, their units, and which of our people work them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import (
    Mirrored,
    Versioned,
    currency,
    maybe_money,
    one_row_per_outside_id,
)


class Account(Mirrored, Versioned):
    """A customer organisation. `planning_account` is where its planning happens: the top of
    the family unless a person split it (docs/method/tiers.md)."""

    name = models.CharField(max_length=255)
    sort_name = models.CharField(max_length=255, db_index=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
    )
    planning_account = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="family"
    )
    plans_alone = models.BooleanField(default=False)
    owner = models.ForeignKey(
        "records.CrmUser",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="accounts",
    )
    executive_sponsor = models.ForeignKey(
        "records.CrmUser",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sponsored",
    )
    industry = models.CharField(max_length=120, blank=True, default="")
    segment = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=60, blank=True, default="")
    country = models.CharField(max_length=80, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    website = models.CharField(max_length=255, blank=True, default="")
    employees = models.PositiveIntegerField(null=True, blank=True)
    annual_revenue = maybe_money()
    currency = currency()
    crm_tier = models.CharField(max_length=40, blank=True, default="")
    crm_health = models.CharField(max_length=40, blank=True, default="")
    target = maybe_money()
    created_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            one_row_per_outside_id("account"),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="account_not_its_own_parent",
            ),
        ]
        indexes = [
            models.Index(fields=["planning_account", "sort_name"], name="account_family"),
            models.Index(fields=["owner", "sort_name"], name="account_owner_name"),
        ]


class Unit(Mirrored, Versioned):
    """A part of a planning account that buys on its own. `linked_account` is set where the
    unit is a child account of the CRM."""

    class Kind(models.TextChoices):
        """What kind of part."""

        DIVISION = "division", "Division"
        BUSINESS_UNIT = "business_unit", "Business unit"
        GEOGRAPHY = "geography", "Geography"
        CHILD_ACCOUNT = "child_account", "Child account"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
    )
    linked_account = models.OneToOneField(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="as_unit"
    )
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.DIVISION)
    employees = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            one_row_per_outside_id("unit"),
            models.UniqueConstraint(
                "account", "name", models.F("parent"), name="unit_name_once_in_place"
            ),
        ]


class AccountTeamMember(Mirrored):
    """One of ours on an account's team, with the role the CRM names."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey("records.CrmUser", on_delete=models.CASCADE)
    role = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            one_row_per_outside_id("team_member"),
            models.UniqueConstraint(fields=["account", "user"], name="team_member_once"),
        ]


class AccountAccess(models.Model):
    """That a CRM user sees an account, and why; kept by actions, read by scoping.

    Who stands above such a user in the role hierarchy sees it too.
    """

    class Why(models.TextChoices):
        """Where the right comes from."""

        OWNER = "owner", "owns it"
        TEAM = "team", "is on the account team"
        SHARE = "share", "the CRM shares it"
        SPONSOR = "sponsor", "sponsors it"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="access")
    user = models.ForeignKey("records.CrmUser", on_delete=models.CASCADE, related_name="access")
    why = models.CharField(max_length=8, choices=Why)
    may_write = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "account", "why"], name="access_once")
        ]
        indexes = [models.Index(fields=["account", "user"], name="access_by_account")]


class AccountShare(Mirrored):
    """A sharing row of the CRM, to a user or to a role (then all in the role and above)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.CASCADE)
    role = models.ForeignKey("records.CrmRole", null=True, blank=True, on_delete=models.CASCADE)
    level = models.CharField(max_length=10, default="Read")
    row_cause = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [one_row_per_outside_id("account_share")]


class AccountGrant(models.Model):
    """An account that a reader was let into by Operations, or by break-glass until `until`."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    sign_in = models.ForeignKey("records.SignIn", on_delete=models.CASCADE)
    reason = models.TextField(blank=True, default="")
    until = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "sign_in"], name="account_granted_once")
        ]
