"""Where an account's name leads: to its plan's page, or to its tier where there is none."""

from __future__ import annotations

from functools import cache

from django.urls import NoReverseMatch, reverse

PLAN_PAGES = ("plan:show", "account:show")


def plan_address(account_id: int) -> str:
    """The page of an account's plan."""
    name = _page()
    return reverse(name, args=[account_id])


@cache
def _page() -> str:
    for name in PLAN_PAGES:
        try:
            reverse(name, args=[1])
        except NoReverseMatch:
            continue
        return name
    return "portfolio:account"
