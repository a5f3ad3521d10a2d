"""Who may sign in with a password: our own sign-ins; the demonstration's on this machine only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from sightline.records.models import SignIn
from sightline.records.prepared import prepared

LOOPBACK = frozenset({"127.0.0.1", "::1"})


class HouseBackend(ModelBackend):
    """Django's own check, less what the demonstration must not do elsewhere.

    A demonstration sign-in works only where the installation was started as one (`./run`, which
    listens on 127.0.0.1) and the request comes from this machine by no proxy.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> SignIn | None:
        """The sign-in whose password this is, or None."""
        found = super().authenticate(request, username=username, password=password, **kwargs)
        if found is not None and is_demonstration(found) and not _is_local(request):
            return None
        return found

    def get_user(self, user_id: int) -> SignIn | None:
        """The sign-in of a session; a demonstration's session ends with the demonstration."""
        found = next(iter(_sign_in(user_id)), None)
        if found is None or not self.user_can_authenticate(found):
            return None
        if is_demonstration(found) and not _started_as_demonstration():
            return None
        return found


@prepared
def _sign_in(user_id: int) -> QuerySet[SignIn, SignIn]:
    return SignIn.objects.filter(pk=user_id)


def is_demonstration(user: SignIn) -> bool:
    """Whether a sign-in belongs to the demonstration company."""
    return user.demonstration


def _started_as_demonstration() -> bool:
    return bool(settings.SIGHTLINE_DEMONSTRATION)


def _is_local(request: HttpRequest | None) -> bool:
    if request is None or not _started_as_demonstration():
        return False
    through_proxy = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not through_proxy
