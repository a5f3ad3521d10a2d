"""The grid of one account as this request sees it: scope, rights, numbers, scored cells."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.actions.whitespace import Place
from sightline.planning.whitespace import CellScore, WhitespaceParameters
from sightline.records.queries.company import parameters_in_force, rates
from sightline.records.queries.whitespace import ScoredGrid, scored_grid
from sightline.records.queries.whitespace.grid import GridSetting
from sightline.records.queries.whitespace.said import place_of
from sightline.web.gate import Request
from sightline.web.pages.account.shell import Shell, shell_of


@dataclass(frozen=True, slots=True)
class Work:
    """An account's grid at work: what it holds and whether the person may change it."""

    shell: Shell
    grid: ScoredGrid
    numbers: WhitespaceParameters

    @property
    def account_id(self) -> int:
        """The account in the address."""
        return self.shell.scope.account_id

    @property
    def may_write(self) -> bool:
        """Plans are written where planning happens."""
        return self.shell.rights.plan_write and self.shell.scope.plans_itself

    def score(self, unit: str, line: str) -> CellScore:
        """One cell; 404 where there is none."""
        found = self.grid.scores.get((unit, line))
        if found is None:
            raise Http404(_("There is no such cell."))
        return found


def work_of(request: Request, account_id: int) -> Work:
    """Reads everything a grid page needs; 404 unless visible, 403 unless whitespace is open."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.whitespace:
        raise PermissionDenied(_("You may not see the whitespace of this account."))
    setting = GridSetting(shell.today, shell.currency, parameters_in_force(shell.today))
    grid = scored_grid(shell.scope, setting=setting, rates=rates())
    return Work(shell, grid, setting.numbers)


def place_in(work: Work, unit: str, line: str) -> Place:
    """The cell as actions name it; 404 where there is none, 403 where it may not be changed."""
    found = place_of(work.shell.scope.planning_id, unit=unit, line=line)
    if found is None:
        raise Http404(_("There is no such cell."))
    if not work.may_write:
        raise PermissionDenied(_("You may see this plan, but not change it."))
    return Place(work.shell.scope.planning_id, *found)


def cell_url(account_id: int, unit: str, line: str) -> str:
    """Where one cell opens."""
    return reverse("whitespace:cell", args=[account_id, unit, line])
