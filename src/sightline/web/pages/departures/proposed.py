"""The second and third relationship to build before somebody leaves, each one step from an action."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.stakeholders import (
    BuyingRole,
    Cover,
    Proposal,
    StakeholderParameters,
    relief,
    required_roles,
    role_cover,
)
from sightline.records.queries.departures import DepartureFacts
from sightline.web.pages.departures.work import Work
from sightline.wording import labels


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """Whom to know better: place in the order, from which strength to which, by whom, for what.

    `person`, `role` and `by` are posted; `back` is what would keep its path, None where nothing.
    """

    place: str
    person: str
    name: str
    title: str
    role: str
    role_words: str
    text: str
    level: int
    wanted: int
    back: Money | None
    by: str


def shown_proposals(work: Work) -> tuple[ShownProposal, ...]:
    """At most two; none where nothing would be lost."""
    missing = missing_roles(work.facts, parameters=work.setting.numbers)
    found = relief(
        work.facts.account,
        result=work.result,
        on=work.setting.on,
        parameters=work.setting.numbers,
        missing=missing,
    )
    return tuple(
        shown_proposal(one.proposal, work.facts, place=place, back=one.back if one.stakes else None)
        for place, one in zip(places(), found, strict=False)
    )


def places() -> tuple[str, str]:
    """Second and third: the first is the relationship there is."""
    return (_("2nd"), _("3rd"))


def missing_roles(
    facts: DepartureFacts, *, parameters: StakeholderParameters
) -> tuple[BuyingRole, ...]:
    """Required roles that nobody covers in the account."""
    covers = role_cover(
        facts.own.people,
        roles=required_roles(tier_1=facts.tier_1, parameters=parameters),
        levels={key: one.level for key, one in facts.held.items()},
        parameters=parameters,
    )
    return tuple(one.role for one in covers if one.cover is not Cover.COVERED)


def shown_proposal(
    one: Proposal, facts: DepartureFacts, *, place: str, back: Money | None
) -> ShownProposal:
    """One proposal in words."""
    person = facts.people[one.person]
    role = one.role.value if one.role else ""
    holders = [facts.ours[key] for key in one.held_by if key in facts.ours]
    return ShownProposal(
        place=place,
        person=one.person,
        name=person.name,
        title=person.title,
        role=role,
        role_words=_(labels.BUYING_ROLES[role].text) if role else "",
        text=_way(one, facts, holders),
        level=one.level,
        wanted=one.wanted,
        back=back,
        by=next((key for key in one.held_by if key.isdecimal()), ""),
    )


def _way(one: Proposal, facts: DepartureFacts, holders: list[str]) -> str:
    """Introduced by whom, and who of ours knows that person."""
    ours = ", ".join(holders[:2])
    if one.introduced_by is None:
        if ours:
            return _("We are in contact already: %s.") % ours
        return _("We are in contact already.")
    name = facts.people[one.introduced_by].name
    if not ours:
        return _("%s can introduce us.") % name
    return _("%(name)s can introduce us; %(ours)s knows %(name)s.") % {"name": name, "ours": ours}
