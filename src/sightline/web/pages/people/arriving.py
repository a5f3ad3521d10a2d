"""Where somebody arrives who asked for no page: Monday, or where their own work is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse

from sightline.planning.permissions import Role
from sightline.records.queries import state
from sightline.records.scoping import person_of


def first_page(request: HttpRequest) -> str:
    """The page of a person who has just signed in.

    Marketing has no Monday; Operations has none either, and finds the three doors as long as there
    is nothing here but the demonstration.
    """
    user = request.user
    roles = person_of(user).roles if user.is_authenticated else frozenset[Role]()
    if roles == {Role.MARKETING}:
        return reverse("marketing:list")
    if roles == {Role.OPERATIONS}:
        begins = settings.SIGHTLINE_DEMONSTRATION or not state.has_accounts()
        return reverse("start:doors" if begins else "portfolio:list")
    return resolve_url(settings.LOGIN_REDIRECT_URL)
