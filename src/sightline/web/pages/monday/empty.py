"""Where a person without a week is sent: each empty state does the first step."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.permissions import Act, Category, Role
from sightline.records.queries.week.page import WeekFound
from sightline.records.scoping import Person
from sightline.web import addresses
from sightline.web.gate import roles_may


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty state: what is the matter, and where the first step is taken."""

    title: str
    text: str
    icon: str
    action: str = ""
    url: str = ""


def address(*names: str, args: tuple[int, ...] = ()) -> str:
    """The first of these pages that there is; empty where there is none."""
    for name in names:
        try:
            return addresses.address(name, *args)
        except NoReverseMatch:
            continue
    return ""


def without_week(person: Person, *, has_accounts: bool) -> Nothing:
    """For somebody who is no user of the CRM: their work is elsewhere."""
    if not has_accounts:
        return _no_data(person)
    if person.roles == {Role.MARKETING}:
        return Nothing(
            _("Your accounts are on the marketing page"),
            _("Tier 1 and tier 2 accounts, their open whitespace and who takes part in buying."),
            "megaphone",
            _("Open marketing"),
            address("marketing:list"),
        )
    if roles_may(person, Category.PLAN, Act.COMMENT):
        return Nothing(
            _("Your sign-in is not linked to a user of the CRM"),
            _("The link says which accounts are yours. An administrator sets it under People."),
            "link",
            _("Open people") if roles_may(person, Category.SETTINGS, Act.READ) else "",
            address("people_admin:list"),
        )
    return _elsewhere(person)


def without_acts(person: Person, found: WeekFound, *, has_accounts: bool) -> Nothing | None:
    """For a week without accounts, or without an act; None where there is something to do."""
    if found.items and found.planned.accounts:
        return None
    if not has_accounts:
        return _no_data(person)
    if not found.planned.accounts:
        return _not_planned(person, found)
    return Nothing(
        _("Nothing needs you this week"),
        _("No contract in sight is unprepared, no step is due, nobody has gone quiet."),
        "check",
        _("Open the portfolio"),
        address("portfolio:list"),
    )


def _not_planned(person: Person, found: WeekFound) -> Nothing:
    count = found.planned.by_playbook
    if count:
        text = ngettext(
            "The one account here is of tier 3: playbooks run it.",
            "All %(count)d accounts here are of tier 3: playbooks run them.",
            count,
        )
        return Nothing(
            _("No account here has a plan"),
            text % {"count": count},
            "grid",
            _("See which deserve one"),
            address("portfolio:list"),
        )
    if not found.mine:
        return Nothing(
            _("No planned account"),
            _("%(name)s owns no account of tier 1 or 2 and is on the team of none.")
            % {"name": found.whose.name},
            "users",
        )
    if not roles_may(person, Category.PLAN, Act.COMMENT):
        return _elsewhere(person)
    return Nothing(
        _("No account is yours yet"),
        _("An account is yours when the CRM names you its owner or on its team."),
        "users",
        _("Open the portfolio"),
        address("portfolio:list"),
    )


def _elsewhere(person: Person) -> Nothing:
    places = (
        (Category.SETTINGS, Act.READ, _("Open the settings"), ("settings:show",)),
        (Category.WALLET_TIERS, Act.READ, _("Open the portfolio"), ("portfolio:list",)),
        (Category.FACTS, Act.READ, _("Find an account"), ("search:find",)),
    )
    action, url = "", ""
    for category, act, words, names in places:
        if roles_may(person, category, act) and (found := address(*names)):
            action, url = words, found
            break
    return Nothing(
        _("Monday is for people with accounts"),
        _("None of your roles plans an account, so nothing is asked of you here."),
        "info",
        action,
        url,
    )


def _no_data(person: Person) -> Nothing:
    may_import = roles_may(person, Category.SETTINGS, Act.WRITE)
    return Nothing(
        _("No accounts yet"),
        _("Load your CRM's export, or look at the demonstration first.")
        if may_import
        else _("An administrator loads the CRM's data first."),
        "import",
        _("Start here") if may_import else "",
        address("start:doors", "imports:run-new"),
    )
