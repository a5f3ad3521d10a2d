"""What every page of an account has: its head, its headline figures and its tabs.

Read once per request, as plain values; a person without a right gets neither the figure nor its tab.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404
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
from sightline.web.pages.account.tabs import tabs_of

NO_PLAN_TIER = 3


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


@dataclass(frozen=True, slots=True)
class Beginning:
    """What decides which page of an account opens: who may see it, its tier and its plan."""

    scope: AccountScope
    tier: TierFacts | None
    plan: PlanHead | None
    company: CompanyFacts
    today: date
    now: datetime

    def shell(self) -> Shell:
        """The account with its head. Four queries, or five."""
        return Shell(
            scope=self.scope,
            head=account_head.head_of(self.scope),
            tier=self.tier,
            plan=self.plan,
            measured=account_head.measured(self.scope.member_ids),
            renewal=account_head.next_renewal(self.scope.seen_ids, on=self.today),
            company=self.company,
            today=self.today,
            now=self.now,
        )


def shell_of(person: Person, account_id: int) -> Shell:
    """The account with its head; an unknown or invisible one is 404. Some ten queries."""
    return beginning_of(person, account_id).shell()


def beginning_of(person: Person, account_id: int) -> Beginning:
    """What decides which page opens; an unknown or invisible account is 404. Some six queries."""
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
    return Beginning(scope=scope, tier=tier, plan=plan, company=told, today=today, now=now)


def frame_of(shell: Shell, title: str, *, current: str) -> dict[str, object]:
    """The context that account/head.html and base.html need; `current` is a page's URL name."""
    from sightline.web.pages.account.headline import headline_of, subtitle_of

    return {
        "shell": shell,
        "page_title": shell.head.name if not title else f"{title}: {shell.head.name}",
        "page_note": subtitle_of(shell),
        "headline": headline_of(shell),
        "tabs": tabs_of(shell, current=current),
        "section": title,
    }
