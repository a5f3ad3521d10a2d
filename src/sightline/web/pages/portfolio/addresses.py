"""Where an account's name leads: to its page, straight to its plan where it has one."""

from __future__ import annotations

from django.urls import NoReverseMatch

from sightline.web.addresses import address


def plan_address(account_id: int, *, planned: bool = False, part: str = "") -> str:
    """The account's page, which opens on its plan where there is one that the person may read.

    `planned` saves the way over the account; `part` is one of the account's own pages (people,
    plays). Where an installation leaves those pages out, its tier.
    """
    names = [f"account:{part}"] if part else ["plan:show"] if planned else []
    for name in (*names, "account:show", "portfolio:account"):
        try:
            return address(name, account_id)
        except NoReverseMatch:
            continue
    raise NoReverseMatch("no page shows an account")
