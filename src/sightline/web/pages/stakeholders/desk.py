"""One account's map as this request sees it: scope, people, words, and what may be changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.parameters import Parameters
from sightline.planning.permissions import Act, Category
from sightline.planning.stakeholders import (
    PersonView,
    Reader,
    StakeholderParameters,
    WantedRole,
    person_view,
    wanted_roles,
)
from sightline.records.queries import account_people, play_people, stakeholders
from sightline.records.queries.account_people import AccountPeople, KnownPerson
from sightline.records.queries.company import parameters_in_force
from sightline.records.queries.play_people import PlayPeople
from sightline.records.queries.stakeholders import Offers, WriteBack
from sightline.records.scoping import Person, may_on
from sightline.web.gate import Request
from sightline.web.pages.account.shell import Shell, shell_of
from sightline.web.pages.stakeholders.asked import Asked, asked_for
from sightline.web.pages.stakeholders.naming import Names


@dataclass(frozen=True)
class Desk:
    """What is read of one map for one request; every part once, when first asked for."""

    shell: Shell
    person: Person
    asked: Asked

    @property
    def account_id(self) -> int:
        """The account in the address."""
        return self.shell.scope.account_id

    @property
    def reader(self) -> Reader:
        """How much of a named person is shown."""
        return self.shell.rights.reader

    @property
    def opinions(self) -> bool:
        """Whether this reader sees what is thought of people."""
        return self.shell.rights.opinions

    @cached_property
    def may_move(self) -> bool:
        """Maps are changed where planning happens, and as of today only."""
        rights, scope = self.shell.rights, self.shell.scope
        return rights.plan_write and scope.plans_itself and self.asked.at is None

    @cached_property
    def may_say(self) -> bool:
        """Opinions are given by the account team."""
        return self.may_move and may_on(self.person, self.account_id, Category.OPINIONS, Act.WRITE)

    @cached_property
    def parameters(self) -> Parameters:
        """The numbers of the method today."""
        return parameters_in_force(self.shell.today)

    @cached_property
    def numbers(self) -> StakeholderParameters:
        """The numbers of the stakeholder rules."""
        return self.parameters.section(StakeholderParameters, "stakeholders")

    @cached_property
    def names(self) -> Names:
        """The company's words. One query."""
        return Names(stakeholders.map_choices())

    @cached_property
    def people(self) -> AccountPeople:
        """Everybody on the map, as of the day asked for."""
        day = self.asked.at
        return account_people.account_people(
            self.shell.scope,
            on=day or self.shell.today,
            at_stake=bool(self.shell.measured and self.shell.measured.acv),
            parameters=self.parameters,
            back=day is not None,
        )

    @cached_property
    def by_key(self) -> dict[str, KnownPerson]:
        """Everybody by key."""
        return {one.person.key: one for one in self.people.people}

    @cached_property
    def called(self) -> Counter[tuple[str, str]]:
        """How many people share a name and a title."""
        return Counter((one.person.name, one.person.title) for one in self.people.people)

    @cached_property
    def views(self) -> dict[str, PersonView]:
        """Everybody as this reader may see them, by key."""
        return {
            one.person.key: person_view(one.person, known=one.known, reader=self.reader)
            for one in self.people.people
        }

    @cached_property
    def plays(self) -> tuple[PlayPeople, ...]:
        """Open plays with whom each rests on. Six queries."""
        return play_people.plays_with_people(self.shell.scope)

    @cached_property
    def wanted(self) -> tuple[WantedRole, ...]:
        """Roles that the tier or a play needs and nobody fills."""
        tier = self.shell.tier
        return wanted_roles(
            [one.person for one in self.people.people],
            plays={one.key: one.people for one in self.plays},
            tier_1=tier is not None and tier.tier == 1,
            parameters=self.numbers,
        )

    @cached_property
    def offers(self) -> Offers:
        """What forms offer. Four queries."""
        return stakeholders.offers(self.shell.scope)

    @cached_property
    def writes(self) -> WriteBack | None:
        """Which CRM the map writes to. Two queries."""
        return stakeholders.write_back(self.shell.scope)

    def ready(self) -> Desk:
        """The same desk with all that templates ask of it read: they may not ask the database."""
        _ = (self.may_say, self.offers, self.names)
        return self

    def known(self, contact_id: int) -> KnownPerson:
        """One person on the map; 404 for anybody else."""
        found = self.by_key.get(str(contact_id))
        if found is None:
            raise Http404(_("There is no such person on this map."))
        return found


STAMP = "%Y%m%d%H%M%S%f"


def undo_key(account_id: int) -> str:
    """Under which the session keeps what takes the last act on a map back."""
    return f"map-undo-{account_id}"


def undo_url(account_id: int, at: datetime) -> str:
    """Where what was said at a moment is taken back."""
    return reverse("stakeholders:undo", args=[account_id, at.astimezone(UTC).strftime(STAMP)])


def desk_of(request: Request, account_id: int) -> Desk:
    """Reads the account; 404 unless visible."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    return Desk(shell, request.person, asked_for(request.GET))
