"""What the search finds besides pages: accounts, people, opportunities, and commands."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from sightline.planning.permissions import Act, Category
from sightline.records.queries import search
from sightline.records.scoping import Person
from sightline.web.gate import roles_may
from sightline.web.nav import Found
from sightline.web.pages.portfolio.addresses import plan_address

SHORTEST = 2


def commands(person: Person, words: str) -> Iterable[Found]:
    """What can be done from anywhere, for whom it is open; matched by any of their words."""
    tiers = Category.WALLET_TIERS
    offered = (
        (tiers, Act.DECIDE_TIER, _("Decide tiers that wait"), "portfolio:list", "?view=to_decide"),
        (tiers, Act.DECIDE_TIER, _("Try other weights"), "portfolio:weights-try", ""),
        (Category.SETTINGS, Act.WRITE, _("Try and adopt weights"), "portfolio:weights-try", ""),
        (
            Category.PLAN,
            Act.READ,
            _("Plans without a credible path"),
            "portfolio:list",
            "?view=no_path",
        ),
        (tiers, Act.WRITE, _("Renewals in sight"), "portfolio:list", "?view=renewal"),
        (
            tiers,
            Act.WRITE,
            _("Single-threaded accounts"),
            "portfolio:list",
            "?view=single_threaded",
        ),
    )
    wanted = words.casefold().split()
    for category, act, title, name, query in offered:
        fits = wanted and all(word in title.casefold() for word in wanted)
        if fits and roles_may(person, category, act) and roles_may(person, tiers, Act.READ):
            address = _address(name)
            if address:
                yield Found(title=title, url=address + query, kind=_("Command"), icon="play")


def accounts(person: Person, words: str) -> Iterable[Found]:
    """Accounts by name; a child leads to the plan of its family."""
    if len(words) < SHORTEST:
        return
    for found in search.find_accounts(person, words):
        note = ", ".join(part for part in (found.industry, found.city) if part)
        yield Found(
            title=found.name,
            url=plan_address(found.planning_account_id),
            kind=_("Account"),
            icon="account",
            note=note,
        )


def people(person: Person, words: str) -> Iterable[Found]:
    """Their people by name."""
    if len(words) < SHORTEST:
        return
    for found in search.find_people(person, words):
        note = ", ".join(part for part in (found.title, found.account) if part)
        yield Found(
            title=found.name,
            url=plan_address(found.planning_account_id, part="people"),
            kind=_("Person"),
            icon="users",
            note=note,
        )


def opportunities(person: Person, words: str) -> Iterable[Found]:
    """Opportunities by name, open ones first."""
    for found in search.find_opportunities(person, words):
        state = _("closed") if found.is_closed else found.stage
        note = ", ".join(part for part in (found.account, state) if part)
        yield Found(
            title=found.name,
            url=plan_address(found.planning_account_id, part="plays"),
            kind=_("Opportunity"),
            icon="target",
            note=note,
        )


SEARCH = (commands, accounts, people, opportunities)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
