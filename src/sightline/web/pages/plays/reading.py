"""An account's plays as this request sees them: board, sight, movement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from sightline.planning.challenges import ChallengeParameters
from sightline.planning.money import Money
from sightline.planning.plays import PlanIndex, PlayParameters, Usual
from sightline.records.queries.account_grid import grid_facts
from sightline.records.queries.company import parameters_in_force, rates
from sightline.records.queries.history import StagePast, open_stages, stage_pasts
from sightline.records.queries.line_of_sight import plan_index
from sightline.records.queries.play_lines import LineNote, line_notes
from sightline.records.queries.plays import PlayBook, PlayRow, play_book
from sightline.web.gate import Request
from sightline.web.pages.account.shell import Shell, shell_of


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a page of plays needs."""

    shell: Shell
    book: PlayBook
    index: PlanIndex
    numbers: PlayParameters
    limits: ChallengeParameters
    pasts: Mapping[int, StagePast]
    left: Mapping[int, int]
    line_notes: Mapping[int, tuple[LineNote, ...]]
    on_grid: frozenset[tuple[str, str]]

    @property
    def account_id(self) -> int:
        """The account in the address."""
        return self.shell.scope.account_id

    @property
    def may_write(self) -> bool:
        """Plays are written where planning happens."""
        return self.shell.rights.plan_write and self.shell.scope.plans_itself

    @property
    def today(self) -> date:
        """The company's own day."""
        return self.shell.today

    def usual(self, row: PlayRow) -> Usual:
        """How long this stage usually takes, as last counted; else the default."""
        past = self.pasts.get(row.stage_id or 0)
        if past is not None and past.stuck_days is not None:
            return Usual(float(past.stuck_days), past.closed, own=True)
        return Usual(float(self.numbers.usual_default_days), 0, own=False)


def desk_of(request: Request, account_id: int) -> Desk:
    """404 unless the account is visible, 403 unless its plan is."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.plan:
        raise PermissionDenied(_("You may not see the plays of this account."))
    told = rates()
    parameters = parameters_in_force(shell.today)
    reach = shell.scope.seen_ids
    since = shell.plan.starts_on if shell.plan else date(shell.today.year, 1, 1)
    book = play_book(
        shell.scope.planning_id,
        reach=reach,
        currency=shell.currency,
        rates=told,
        since=since,
        on=shell.today,
    )
    grid = grid_facts(shell.scope, on=shell.today, currency=shell.currency, rates=told)
    whole = _("Whole account")
    units = {unit.key: unit.name or whole for unit in grid.units}
    lines = {line.key: line.name for line in grid.lines}
    cells = {cell for row in book.plays for cell in row.play.cells}
    words = {(u, ln): f"{lines.get(ln, ln)} · {units.get(u, whole)}" for u, ln in cells}
    target = None
    if shell.plan is not None and shell.plan.target is not None:
        target = Money(shell.plan.target, shell.plan.currency)
    index = plan_index(
        book, reach=reach, target=target, cell_names=words, rates=told, on=shell.today
    )
    return Desk(
        shell=shell,
        book=book,
        index=index,
        numbers=parameters.section(PlayParameters, "plays"),
        limits=parameters.section(ChallengeParameters, "challenges"),
        pasts=stage_pasts(),
        left=open_stages(),
        line_notes=line_notes(row.id for row in book.plays if row.id and row.opportunity_id),
        on_grid=frozenset((unit, line) for unit, line in cells if unit in units and line in lines),
    )
