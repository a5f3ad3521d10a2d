"""The table of tries to sign in: what is counted and what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, QuerySet

from sightline.records.models import SignInAttempt

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Misses:
    """How many failed tries, and when the last one was (None: no miss)."""

    count: int
    last: datetime | None


def misses_of_account(account_key: str, *, since: datetime) -> Misses:
    """Failed tries for an account after its last success, at most back to `since`."""
    tries = SignInAttempt.objects.filter(account_key=account_key, at__gte=since)
    success = tries.filter(succeeded=True).aggregate(last=Max("at"))["last"]
    return _misses(tries.filter(at__gt=success) if success else tries)


def misses_of_address(address: str, *, since: datetime) -> Misses:
    """Failed tries from an address since a moment, whatever succeeded between them."""
    return _misses(SignInAttempt.objects.filter(address=address, at__gte=since))


def note(account_key: str, *, address: str, succeeded: bool, at: datetime) -> None:
    """Keep one try, and forget those older than two days."""
    SignInAttempt.objects.filter(at__lt=at - KEPT).delete()
    SignInAttempt.objects.create(
        account_key=account_key, address=address, succeeded=succeeded, at=at
    )


def _misses(tries: QuerySet[SignInAttempt]) -> Misses:
    found = tries.filter(succeeded=False).aggregate(count=Count("id"), last=Max("at"))
    return Misses(count=found["count"], last=found["last"])
