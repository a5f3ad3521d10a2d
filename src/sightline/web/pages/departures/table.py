"""Everybody who could leave, by the money they carry alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.stakeholders import (
    ContactLog,
    Person,
    Status,
    Who,
    ours,
    person_status,
    theirs,
)
from sightline.web.pages.departures.present import listed
from sightline.web.pages.departures.work import Work, code
from sightline.wording import labels
from sightline.wording.chances import percent

MOST = 12


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One of theirs or ours with what hangs on them alone. `carries` None: nothing does."""

    name: str
    title: str
    unit: str
    roles: str
    level: int | None
    stance: str
    holders: str
    last: date | None
    status: str
    carries: Money | None
    share: str
    test: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownPeople:
    """Theirs and ours, those who carry most first; `more` counts who is folded away."""

    theirs: tuple[PersonRow, ...]
    ours: tuple[PersonRow, ...]
    all_theirs: int
    more: int
    everybody: str


def shown_people(work: Work, *, everybody: bool) -> ShownPeople:
    """The table under the test; without `everybody` the first of theirs."""
    here = [one for one in work.facts.own.people if one.here]
    here.sort(key=lambda one: _order(theirs(one.key), work, one.name))
    shown = here if everybody else here[:MOST]
    own = sorted(work.facts.ours, key=lambda key: _order(ours(key), work, work.facts.ours[key]))
    address = work.address(work.leavers)
    return ShownPeople(
        theirs=tuple(_their_row(one, work) for one in shown),
        ours=tuple(_our_row(key, work) for key in own),
        all_theirs=len(here),
        more=len(here) - len(shown),
        everybody=address + ("&" if "?" in address else "?") + "all=1#people",
    )


def _order(who: Who, work: Work, name: str) -> tuple[int, float, str]:
    carried = work.carried.get(who)
    share = work.weights.share(who) or 0.0
    return (-(carried.lost.minor if carried else 0), -share, name.casefold())


def _carries(who: Who, work: Work) -> Money | None:
    carried = work.carried.get(who)
    return carried.lost if carried is not None and carried.lost.minor else None


def _share(who: Who, work: Work) -> str:
    share = work.weights.share(who)
    return percent(share) if share is not None else _("not known")


def _their_row(one: Person, work: Work) -> PersonRow:
    who = theirs(one.key)
    held = work.facts.held[one.key]
    log = work.facts.own.logs.get(one.key, ContactLog())
    status = person_status(one, log=log, on=work.setting.on, parameters=work.setting.numbers)
    roles = dict.fromkeys(held_role.role.value for held_role in one.roles)
    words = {Status.QUIET: _("quiet"), Status.NEW: _("new")}
    return PersonRow(
        name=one.name,
        title=one.title,
        unit=", ".join(work.facts.units.get(unit, "") for unit in one.units),
        roles=", ".join(_(labels.BUYING_ROLES[role].text) for role in roles),
        level=held.level,
        stance=one.stance.value,
        holders=listed([work.facts.ours[key] for key in held.holders if key in work.facts.ours]),
        last=held.last_two_way,
        status=words.get(status.status, ""),
        carries=_carries(who, work),
        share=_share(who, work),
        test=work.address((who,)),
        chosen=who in work.leavers,
    )


def _our_row(key: str, work: Work) -> PersonRow:
    who = ours(key)
    known = [
        one.key
        for one in work.facts.own.people
        if one.here and key in work.facts.held[one.key].holders
    ]
    return PersonRow(
        name=work.facts.ours[key],
        title=listed([work.facts.people[one].name for one in known]),
        unit="",
        roles="",
        level=None,
        stance="",
        holders=code(who),
        last=None,
        status=str(len(known)),
        carries=_carries(who, work),
        share=_share(who, work),
        test=work.address((who,)),
        chosen=who in work.leavers,
    )
