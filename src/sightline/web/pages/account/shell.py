"""What every page of an account has: its head, its headline figures and its tabs.

Read once per request, as plain values; a person without a right gets neither the figure nor its tab.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sightline.records.queries import account_head, company
from sightline.records.queries.account_head import (
    AccountHead,
    Measured,
    NextRenewal,
    PlanHead,
    TierFacts,
)
from sightline.records.queries.account_scope import AccountScope, Rights, account_scope
from sightline.records.queries.company import CompanyFacts
from sightline.records.scoping import Person

NO_PLAN_TIER = 3


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: a link with an optional count."""

    label: str
    url: str
    count: int | str | None = None


@dataclass(frozen=True, slots=True)
class Shell:
    """An account as one person reads it. `plan` is None where no plan runs, where the tier asks
    for none, or where the person may not read plans."""

    scope: AccountScope
    head: AccountHead
    tier: TierFacts | None
    plan: PlanHead | None
    measured: Measured | None
    renewal: NextRenewal | None
    company: CompanyFacts
    today: date
    now: datetime

    @property
    def rights(self) -> Rights:
        """What the person may see here."""
        return self.scope.rights

    @property
    def light(self) -> bool:
        """Whether this is a tier 2 plan: a play or two and the renewals."""
        return self.plan is not None and self.tier is not None and self.tier.tier == 2

    @property
    def currency(self) -> str:
        """The currency of the measures; the company's own before anything was measured."""
        return self.measured.currency if self.measured else self.company.currency


def shell_of(person: Person, account_id: int) -> Shell:
    """The account with its head; an unknown or invisible one is 404. About eighteen queries."""
    scope = account_scope(person, account_id)
    if scope is None or not scope.rights.facts:
        raise Http404(_("There is no such account, or you may not see it."))
    told = company.company_facts()
    now = timezone.now()
    today = told.today(now)
    tier = account_head.tier_of(scope.planning_id)
    plan = None
    if scope.rights.plan and scope.plans_itself:
        plan = account_head.running_plan(scope.account_id, on=today)
    if tier is not None and tier.tier == NO_PLAN_TIER:
        plan = None
    return Shell(
        scope=scope,
        head=account_head.head_of(scope),
        tier=tier,
        plan=plan,
        measured=account_head.measured(scope.member_ids),
        renewal=account_head.next_renewal(scope.seen_ids, on=today),
        company=told,
        today=today,
        now=now,
    )


def tabs_of(shell: Shell) -> tuple[Tab, ...]:
    """The pages of this account that the person may open, in the order of the work."""
    key = shell.scope.account_id
    rights = shell.rights
    plan = shell.plan is not None
    named = (
        (plan, _("Plan"), "plan:show"),
        (not plan, _("Account"), "account:show"),
        (plan and not shell.light, _("Bridge"), "plan:bridge"),
        (rights.whitespace and not shell.light, _("Whitespace"), "whitespace:show"),
        (True, _("People"), "account:people"),
        (plan, _("Plays"), "plays:show"),
        (not plan, _("Opportunities"), "account:plays"),
        (rights.wallet and rights.plan, _("Wallet"), "wallet:show"),
        (True, _("Renewals"), "account:renewals"),
        (plan and rights.plan, _("Challenges"), "challenges:show"),
        (plan and rights.plan, _("Priorities"), "priorities:show"),
        (plan and rights.plan, _("What it stands on"), "assumptions:show"),
        (rights.plan, _("Signals"), "plan:signals"),
        (rights.plan, _("Losing ground"), "plan:losing-ground"),
        (plan and rights.plan, _("Two pages"), "two_pages:show"),
        (rights.plan and shell.scope.plans_itself, _("Reviews"), "reviews:account"),
        (True, _("Figures"), "account:figures"),
        (rights.plan or rights.wallet, _("History"), "account:history"),
    )
    return tuple(Tab(label, reverse(name, args=[key])) for shown, label, name in named if shown)


def frame_of(shell: Shell, title: str, *, current: str) -> dict[str, object]:
    """The context that account/head.html and base.html need; `current` is a tab's URL name."""
    from sightline.web.pages.account.headline import headline_of, subtitle_of

    return {
        "shell": shell,
        "page_title": shell.head.name if not title else f"{title}: {shell.head.name}",
        "page_note": subtitle_of(shell),
        "headline": headline_of(shell),
        "tabs": tabs_of(shell),
        "current": reverse(current, args=[shell.scope.account_id]),
        "section": title,
    }
