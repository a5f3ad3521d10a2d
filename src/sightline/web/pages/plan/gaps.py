""" "To make this plan usable: 4 of 7": what is there and what is not, each with its first step."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.challenges import ChallengeParameters, PlanFacts, Usable, gaps_of
from sightline.records.queries.plan_parts.grounds import assumptions_of
from sightline.records.queries.plan_parts.priorities import priorities_of
from sightline.web.pages.account.parts import Parts


@dataclass(frozen=True, slots=True)
class Gap:
    """One of the seven: there or not, and where the first step is made (empty: not here)."""

    text: str
    there: bool
    url: str


@dataclass(frozen=True, slots=True)
class ShownGaps:
    """The line and its items."""

    line: str
    items: tuple[Gap, ...]
    have: int
    of: int


def shown_gaps(parts: Parts) -> ShownGaps:
    """What this plan still needs to be usable, from what is known of it."""
    shell = parts.shell
    assert shell.plan is not None
    facts = PlanFacts(
        key=f"plan:{shell.plan.id}",
        as_of=shell.now.astimezone(shell.company.time_zone),
        currency=shell.plan.currency,
        tier=shell.tier.tier if shell.tier else None,
        usable=_usable(parts),
    )
    numbers = parts.parameters.section(ChallengeParameters, "challenges")
    found = gaps_of(facts, parameters=numbers)
    missing = [reason.code.removeprefix("gap.") for reason in found.missing]
    items = [Gap(_there(name), True, "") for name in found.there]
    items += [Gap(_missing(name), False, _step(name, shell.scope.account_id)) for name in missing]
    have, of = len(found.there), len(found.there) + len(missing)
    line = _("To make this plan usable: %(have)s of %(of)s") % {"have": have, "of": of}
    return ShownGaps(line, tuple(items), have, of)


def _usable(parts: Parts) -> Usable:
    shell = parts.shell
    assert shell.plan is not None
    dated = [row for row in parts.contracts if row.ends_on is not None]
    return Usable(
        target_agreed=shell.plan.target is not None,
        has_grid=bool(parts.grid.units and parts.grid.lines),
        people_mapped=sum(one.person.here for one in parts.people.people),
        renewal_owned=bool(dated) and all(row.strategy.owner_id for row in dated),
        sponsor_named=bool(shell.head.sponsor),
        wallet_known=bool(shell.tier and shell.tier.wallet_method == "told"),
        priorities=len(priorities_of(shell.scope.planning_id)),
        assumptions=len(assumptions_of(shell.plan.id)),
    )


def _there(name: str) -> str:
    return {
        "target": _("A target"),
        "grid": _("Units and lines"),
        "people": _("Six people or more"),
        "renewal_owner": _("An owner for every renewal"),
        "priority": _("A priority of the customer"),
        "sponsor": _("A sponsor of ours"),
        "assumptions": _("An assumption to test"),
    }[name]


def _missing(name: str) -> str:
    return {
        "target": _("Set a target"),
        "grid": _("Name units and lines"),
        "people": _("Map six people"),
        "renewal_owner": _("Give every renewal an owner"),
        "priority": _("Write down one priority of the customer"),
        "sponsor": _("Name a sponsor of ours"),
        "assumptions": _("Write down one assumption"),
    }[name]


def _step(name: str, account_id: int) -> str:
    addresses = {
        "target": ("plan:show", "#target"),
        "people": ("account:people", ""),
        "renewal_owner": ("account:renewals", ""),
        "grid": ("whitespace:show", ""),
        "priority": ("priorities:show", "#write"),
        "assumptions": ("assumptions:show", "#assumptions"),
    }
    if name not in addresses:
        return ""
    view, anchor = addresses[name]
    return reverse(view, args=[account_id]) + anchor
