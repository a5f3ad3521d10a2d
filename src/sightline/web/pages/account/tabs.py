"""The pages of an account, in sections: first what the work is about, then its pages.

Two rows of links at most, so that every page is two steps away and neither row needs scrolling.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from sightline.web.addresses import address

if TYPE_CHECKING:
    from sightline.web.pages.account.shell import Shell


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: a link with an optional count; `here` where it holds the page that is shown."""

    label: str
    url: str
    count: int | str | None = None
    here: bool = False


@dataclass(frozen=True, slots=True)
class Tabs:
    """The sections, and the pages of the section shown; no pages where it has but one."""

    sections: tuple[Tab, ...]
    label: str
    pages: tuple[Tab, ...]


Page = tuple[bool, str, str]


def tabs_of(shell: Shell, *, current: str) -> Tabs:
    """What the person may open here, in the order of the work. `current` is a page's URL name."""
    sections: list[Tab] = []
    label, pages = "", tuple[Tab, ...]()
    for name, of_section in _sections(shell):
        shown = tuple(_shown(of_section, shell.scope.account_id, current))
        if not shown:
            continue
        here = any(page.here for page in shown)
        sections.append(Tab(name, shown[0].url, here=here))
        if here:
            label, pages = name, shown
    return Tabs(tuple(sections), label, pages if len(pages) > 1 else ())


def _shown(pages: Iterable[Page], account_id: int, current: str) -> Iterable[Tab]:
    for allowed, label, name in pages:
        if allowed:
            yield Tab(label, address(name, account_id), here=name == current)


def _plan_pages(shell: Shell) -> tuple[Page, ...]:
    rights, plan = shell.rights, shell.plan is not None
    planned = plan and rights.plan
    return (
        (plan, _("Overview"), "plan:show"),
        (not plan, _("Overview"), "account:show"),
        (plan and not shell.light, _("Bridge"), "plan:bridge"),
        (planned and not shell.light, _("What if"), "scenarios:show"),
        (planned and not shell.light, _("Metrics"), "metrics:show"),
        (planned, _("Priorities"), "priorities:show"),
        (planned, _("What it stands on"), "assumptions:show"),
        (planned, _("Challenges"), "challenges:show"),
        (rights.plan, _("Losing ground"), "plan:losing-ground"),
        (rights.plan, _("Signals"), "plan:signals"),
        (planned, _("Two pages"), "two_pages:show"),
    )


def _sections(shell: Shell) -> tuple[tuple[str, tuple[Page, ...]], ...]:
    rights = shell.rights
    plan = shell.plan is not None
    planned = plan and rights.plan
    return (
        (
            _("Plan") if plan else _("Account"),
            _plan_pages(shell),
        ),
        (
            _("Whitespace"),
            (
                (rights.whitespace and not shell.light, _("Grid"), "whitespace:show"),
                (rights.wallet and rights.plan, _("Wallet"), "wallet:show"),
                (rights.plan, _("Competitors"), "competitors:show"),
            ),
        ),
        (
            _("People"),
            (
                (True, _("Overview"), "account:people"),
                (True, _("Map"), "stakeholders:show"),
                (rights.opinions, _("Threads and coverage"), "coverage:show"),
                (rights.opinions, _("Departure test"), "departures:show"),
            ),
        ),
        (
            _("Plays") if plan else _("Opportunities"),
            (
                (plan, _("Board"), "plays:show"),
                (planned, _("No line of sight"), "plays:activity"),
                (not plan, _("Opportunities"), "account:plays"),
            ),
        ),
        (_("Renewals"), ((True, _("Renewals"), "account:renewals"),)),
        (
            _("Reviews"),
            ((rights.plan and shell.scope.plans_itself, _("Reviews"), "reviews:account"),),
        ),
        (
            _("Facts"),
            (
                (True, _("Figures"), "account:figures"),
                (rights.plan or rights.wallet, _("History"), "account:history"),
            ),
        ),
    )
