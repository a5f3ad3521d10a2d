"""Opportunities that are still to be made, each in one step with what is new together with it: its
price book and products, and who plays which part. All of it or nothing; what a service cannot do so,
or refuses, is left to be written part by part, so that each says in its own words how it ended.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sightline.actions.sync import deal_lines as books
from sightline.actions.sync import new_deals
from sightline.actions.sync.context import Context
from sightline.actions.sync.new_deals import DEAL, ROLE, NewRole, Together
from sightline.actions.sync.sending import Claimed
from sightline.agreement.records import Deed, Outcome, Settled, Sibling, Write
from sightline.agreement.rules import ObjectRule
from sightline.crm.deal_lines import Priced, priced_with
from sightline.crm.errors import CrmError
from sightline.crm.mirror import reread
from sightline.crm.session import Session
from sightline.crm.together import write_together

_ITSELF = Sibling(0)


@dataclass(slots=True)
class Whole:
    """How opportunities ended that were written with what is new with them, by intent; and the ids
    of what was made with them, by object."""

    ended: dict[int, Outcome] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Group:
    """One opportunity with its products and parts, in the order in which they are written."""

    claimed: Claimed
    deal: Write
    lines: Sequence[Priced]
    roles: Sequence[tuple[NewRole, Write]]

    @property
    def writes(self) -> list[Write]:
        """The opportunity first: the others name it."""
        book = {"Pricebook2Id": self.lines[0].chosen} if self.lines else {}
        deal = dataclasses.replace(self.deal, values={**self.deal.values, **book})
        lines = [one.under(_ITSELF) for one in self.lines]
        return [deal, *lines, *(write for _, write in self.roles)]


def write_new_deals(
    session: Session, context: Context, ready: Sequence[tuple[Claimed, Write]], whole: Whole
) -> None:
    """Write the new opportunities among these that have anything new with them, and note in `whole`
    those that need no other write. Raises CrmError where trying again may help."""
    new = _new(ready)
    if not new:
        return
    groups = _groups(session, context, new)
    going = [role for each in groups for role, _ in each.roles]
    new_deals.note_going(context, new.keys(), going, now=session.clock())
    try:
        ended = write_together(session, [one.writes for one in groups])
    except CrmError:  # nothing was done
        new_deals.take_back(going)
        raise
    for group, outcomes in zip(groups, ended, strict=True):
        if outcomes is None:
            new_deals.take_back(role for role, _ in group.roles)
        else:
            whole.ended[group.claimed.intent_id] = outcomes[0]
            _settle(session, context, group, outcomes, whole)


def read_back(session: Session, context: Context, whole: Whole) -> None:
    """What the service made of what was made with the opportunities."""
    size = session.crm.traits.batch
    for name, ids in whole.made.items():
        if name in context.shapes:
            for start in range(0, len(ids), size):
                reread(session, context, name, ids[start : start + size])


def _new(ready: Sequence[tuple[Claimed, Write]]) -> dict[int, tuple[Claimed, Write]]:
    """The new opportunities among these, by link."""
    return {
        one.link_id: (one, write)
        for one, write in ready
        if one.target == DEAL and write.deed is Deed.CREATE
    }


def _groups(
    session: Session, context: Context, new: Mapping[int, tuple[Claimed, Write]]
) -> list[_Group]:
    found = new_deals.together(context, new.keys())
    lines: dict[int, list[Priced]] = {}
    for line in priced_with(session, [one for each in found.values() for one in each.lines]):
        lines.setdefault(line.one.opportunity, []).append(line)
    return [
        _Group(*new[link], lines.get(each.deal, ()), _roles(context, each))
        for link, each in found.items()
    ]


def _roles(context: Context, found: Together) -> list[tuple[NewRole, Write]]:
    rule = context.rule(ROLE)
    return [(one, _part(rule, one)) for one in found.roles] if rule is not None else []


def _part(rule: ObjectRule, one: NewRole) -> Write:
    """The deal is named by its place in the group; the rest is names and ids."""
    said = {each.theirs: one.values.get(each.ours) for each in rule.fields}
    values = {name: value for name, value in said.items() if value is not None}
    return Write(Deed.CREATE, ROLE, {**values, "OpportunityId": _ITSELF})


def _settle(
    session: Session, context: Context, group: _Group, outcomes: Sequence[Outcome], whole: Whole
) -> None:
    """The parts follow the opportunity; what is not known of one is looked for in the next round."""
    deal, *others = outcomes
    now, count = session.clock(), len(group.lines)
    for line, outcome in zip(group.lines, others[:count], strict=True):
        books.settle(line.one, line.write.values, outcome, now=now)
        if outcome.settled is Settled.DONE:
            whole.made.setdefault("OpportunityLineItem", []).append(outcome.id)
    for (role, _), outcome in zip(group.roles, others[count:], strict=True):
        if new_deals.settle_role(context, role, outcome, deal=deal.id, now=now):
            whole.made.setdefault(ROLE, []).append(outcome.id)
