"""Who of ours is on an account: its owner and its team."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from sightline.records.models import Account, AccountTeamMember


def on_team(accounts: Collection[int]) -> Q:
    """CRM users who own one of some accounts or are on its team.

    By the accounts and not by joins: where either will do, these go through everybody's.
    """
    owners = Account.objects.filter(pk__in=accounts, owner__isnull=False).values("owner_id")
    members = AccountTeamMember.objects.filter(account_id__in=accounts, removed_at=None)
    return Q(pk__in=owners) | Q(pk__in=members.values("user_id"))
