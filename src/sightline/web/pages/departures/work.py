"""What every answer about departures of one account starts from, and who was taken away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.stakeholders import (
    Departure,
    DepartureResult,
    Dependency,
    Side,
    Ways,
    Who,
    departure_test,
    dependency,
    joint_loss,
    ours,
    rank_departures,
    theirs,
    ways_in,
)
from sightline.records.queries import company
from sightline.records.queries.departures import DepartureFacts, Setting, departure_facts
from sightline.web.gate import Request
from sightline.web.pages.account.shell import Shell, shell_of

MOST_LEAVERS = 12
LETTERS = {"t": Side.THEIRS, "o": Side.OURS}


@dataclass(frozen=True)
class Work:
    """One account with who was taken away; figures are computed once, when first asked for."""

    shell: Shell
    facts: DepartureFacts
    setting: Setting
    leavers: tuple[Who, ...]

    @property
    def account_id(self) -> int:
        """The account on screen."""
        return self.shell.scope.account_id

    @cached_property
    def result(self) -> DepartureResult:
        """What happens when they go together."""
        return departure_test(
            self.facts.account,
            leavers=self.leavers,
            currency=self.setting.currency,
            on=self.setting.on,
            parameters=self.setting.numbers,
        )

    @cached_property
    def weights(self) -> Dependency:
        """Everybody's share of relationship weight."""
        return dependency(self.facts.account.source, parameters=self.setting.numbers)

    @cached_property
    def carried(self) -> dict[Who, Departure]:
        """What hangs on each person alone."""
        ranked = rank_departures(
            [self.facts.account],
            currency=self.setting.currency,
            on=self.setting.on,
            parameters=self.setting.numbers,
            most=len(self.facts.own.people) + len(self.facts.ours) + 1,
        )
        return {one.who: one for one in ranked}

    @cached_property
    def ways(self) -> Ways:
        """The map with nobody taken away."""
        return ways_in(self.facts.account.source)

    @property
    def share(self) -> float | None:
        """The part of all relationship weight that goes with them; None without any."""
        if not self.weights.total:
            return None
        lost = joint_loss(
            self.facts.account.source, leavers=self.leavers, parameters=self.setting.numbers
        )
        return lost / self.weights.total

    def name(self, who: Who) -> str:
        """Theirs or ours by name."""
        side, key = who
        if side is Side.OURS:
            return self.facts.ours.get(key, "")
        found = self.facts.people.get(key)
        return found.name if found else ""

    def address(self, leavers: tuple[Who, ...]) -> str:
        """This page with these people taken away."""
        return test_url(self.account_id, leavers)


def test_url(account_id: int, leavers: tuple[Who, ...]) -> str:
    """The departure test of an account with some people taken away."""
    pairs = [("who", code(who)) for who in leavers]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return reverse("departures:show", args=[account_id]) + query


def code(who: Who) -> str:
    """A person as an address names them: t12 for one of theirs, o3 for one of ours."""
    return f"{'t' if who[0] is Side.THEIRS else 'o'}{who[1]}"


def work_of(request: Request, account_id: int, asked: QueryDict) -> Work:
    """404 unless the account is visible, 403 unless its opinions are."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.opinions:
        raise PermissionDenied(_("Only the account's team sees who a departure would cost."))
    told = company.company_facts()
    setting = Setting(
        on=shell.today,
        currency=told.currency,
        rates=company.rates(),
        parameters=company.parameters_in_force(shell.today),
    )
    facts = departure_facts(shell.scope, setting=setting)
    return Work(shell, facts, setting, _leavers(asked.getlist("who"), facts))


def _leavers(codes: list[str], facts: DepartureFacts) -> tuple[Who, ...]:
    """Those of the codes that stand on this account's map, each once."""
    here = {one.key for one in facts.own.people if one.here}
    found: list[Who] = []
    for text in codes[: MOST_LEAVERS * 2]:
        side, key = LETTERS.get(text[:1]), text[1:]
        if side is Side.THEIRS and key in here:
            found.append(theirs(key))
        elif side is Side.OURS and key in facts.ours:
            found.append(ours(key))
    return tuple(dict.fromkeys(found))[:MOST_LEAVERS]
