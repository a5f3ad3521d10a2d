"""Guessing passwords gets slower with every miss, by account and by address.

The first misses are free (people mistype). After that each miss doubles the wait until the next
try, up to a quarter of an hour; a success clears the account. A try during the wait is refused
without looking at the password and does not lengthen the wait, so that nobody can be shut out
for good. Accounts are kept as a keyed hash: the table names nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from sightline.actions import sign_in_attempts as attempts

WINDOW = timedelta(hours=24)
LONGEST = 900
FREE_FOR_ACCOUNT = 4
FREE_FOR_ADDRESS = 20
LINKS_PER_HOUR = 5


def delay(misses: int, *, free: int) -> int:
    """Seconds from the last miss until the next try: 0 while free, then 1, 2, 4 … 900."""
    if misses < free:
        return 0
    return min(1 << min(misses - free, 20), LONGEST)


def seconds_to_wait(request: HttpRequest, email: str, *, now: datetime) -> int:
    """How long this account or this address must still wait; 0 lets the try through."""
    account = attempts.misses_of_account(account_key(email), since=now - WINDOW)
    address = attempts.misses_of_address(address_of(request), since=now - WINDOW)
    waits = [
        _left(account, free=FREE_FOR_ACCOUNT, now=now),
        _left(address, free=FREE_FOR_ADDRESS, now=now),
    ]
    return max(waits)


def note(request: HttpRequest, email: str, *, succeeded: bool, now: datetime) -> None:
    """Keep the outcome of a try."""
    attempts.note(account_key(email), address=address_of(request), succeeded=succeeded, at=now)


def too_many_links(request: HttpRequest, email: str, *, now: datetime) -> bool:
    """Whether enough links for a new password were asked for within the hour; counts this one."""
    key = account_key(f"link:{email}")
    asked = attempts.misses_of_account(key, since=now - timedelta(hours=1)).count
    if asked >= LINKS_PER_HOUR:
        return True
    attempts.note(key, address="", succeeded=False, at=now)
    return False


def please_wait(seconds: int) -> str:
    """What the form says."""
    if seconds <= 90:
        return (
            ngettext(
                "Too many tries. Wait %d second, then try again.",
                "Too many tries. Wait %d seconds, then try again.",
                seconds,
            )
            % seconds
        )
    minutes = -(-seconds // 60)
    return (
        ngettext(
            "Too many tries. Wait %d minute, or ask for a new password.",
            "Too many tries. Wait %d minutes, or ask for a new password.",
            minutes,
        )
        % minutes
    )


def account_key(email: str) -> str:
    """A keyed hash of the account, the same for every spelling of its e-mail."""
    return salted_hmac("sightline.sign-in", email.strip().lower(), algorithm="sha256").hexdigest()


def address_of(request: HttpRequest) -> str:
    """The address the request came from, as the server saw it.

    Forwarded headers are not read: anybody can write them. A proxy in front passes the address
    on to the server itself.
    """
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def _left(misses: attempts.Misses, *, free: int, now: datetime) -> int:
    if misses.last is None:
        return 0
    ready = misses.last + timedelta(seconds=delay(misses.count, free=free))
    return max(0, -int((now - ready) // timedelta(seconds=1)))
