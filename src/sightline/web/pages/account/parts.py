"""The parts that several pages of an account share, each read and presented in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from sightline.drawing.sheet import Drawing
from sightline.planning.parameters import Parameters
from sightline.records.queries import (
    account_deals,
    account_grid,
    account_here,
    account_people,
    account_renewals,
    account_service,
    bridging,
)
from sightline.records.queries import people as stakeholders
from sightline.records.queries.account_deals import Deals
from sightline.records.queries.account_grid import GridFacts
from sightline.records.queries.account_here import PersonHere
from sightline.records.queries.account_people import AccountPeople, KnownPerson
from sightline.records.queries.account_renewals import ContractRow
from sightline.records.queries.account_service import CaseFacts
from sightline.records.queries.bridging import BridgeSetting
from sightline.web.pages.account import deals, grid, people, renewals
from sightline.web.pages.account.deals import Board, BoardSetting
from sightline.web.pages.account.grid import ShownGrid
from sightline.web.pages.account.people import ShownPeople
from sightline.web.pages.account.renewals import ShownRenewal
from sightline.web.pages.account.shell import Shell

CASE_DAYS = 90
YEAR_DAYS = 365


@dataclass(frozen=True)
class Parts:
    """What is read of one account for one request; every part once, when first asked for."""

    shell: Shell

    @cached_property
    def setting(self) -> BridgeSetting:
        """The company's rates, stages, past and the method's numbers today. Four queries."""
        return bridging.bridge_setting(self.shell.today, told=self.shell.company)

    @property
    def parameters(self) -> Parameters:
        """The numbers of the method today."""
        return self.setting.parameters

    @cached_property
    def deals(self) -> Deals:
        """Open deals, and those closed this plan year, else within a year. Six queries."""
        plan = self.shell.plan
        since = plan.starts_on if plan else self.shell.today - timedelta(days=YEAR_DAYS)
        return account_deals.account_deals(
            self.shell.scope,
            since=since,
            on=self.shell.today,
            until=plan.ends_on if plan else None,
            stages=self.setting.stages.stages,
        )

    @cached_property
    def everybody(self) -> stakeholders.AccountPeople:
        """The whole map with every opinion, for rules; never shown. Eleven queries."""
        return stakeholders.everybody(self.shell.scope.planning_id)

    @cached_property
    def people(self) -> AccountPeople:
        """Their people. Five queries beside `everybody`."""
        at_stake = bool(self.shell.measured and self.shell.measured.acv)
        at_stake = at_stake or any(not deal.closed for deal in self.deals.deals)
        return account_people.account_people(
            self.shell.scope,
            on=self.shell.today,
            at_stake=at_stake,
            parameters=self.parameters,
            known=self.everybody,
        )

    @cached_property
    def here(self) -> tuple[PersonHere | KnownPerson, ...]:
        """The same people with who left or went quiet, alone. None where `people` were read, else
        two or three queries beside `everybody`."""
        if "people" in self.__dict__:
            return self.people.people
        return account_here.people_here(
            self.shell.scope, known=self.everybody, on=self.shell.today, parameters=self.parameters
        )

    @cached_property
    def grid(self) -> GridFacts:
        """Units × lines. Six queries."""
        return account_grid.grid_facts(
            self.shell.scope,
            on=self.shell.today,
            currency=self.shell.currency,
            rates=self.setting.rates,
            measured=self.shell.measured is not None,
        )

    @cached_property
    def contracts(self) -> tuple[ContractRow, ...]:
        """Running contracts. Five queries."""
        return account_renewals.contracts_of(self.shell.scope, on=self.shell.today)

    @cached_property
    def cases(self) -> CaseFacts:
        """Cases. Two queries."""
        since = self.shell.now - timedelta(days=CASE_DAYS)
        return account_service.case_facts(self.shell.scope, since=since)

    @property
    def board_setting(self) -> BoardSetting:
        """What plays are judged by."""
        told = self.setting
        return BoardSetting(told.stages, told.reporting, self.parameters, self.shell.today)

    def board(self) -> Board:
        """The board of plays."""
        return deals.board_of(self.deals, setting=self.board_setting)

    def shown_grid(self) -> ShownGrid:
        """The grid at a glance."""
        return grid.shown_grid(self.grid, account_id=self.shell.scope.account_id)

    def shown_people(self) -> ShownPeople:
        """The people as this reader may see them."""
        return people.shown_people(
            self.people,
            reader=self.shell.rights.reader,
            today=self.shell.today,
            parameters=self.parameters,
        )

    def people_heading(self) -> ShownPeople:
        """What stands above the map, without the table."""
        return people.people_heading(self.people, reader=self.shell.rights.reader)

    def people_map(self, *, most: int) -> Drawing | None:
        """The map of the most telling people."""
        return people.people_drawing(
            self.people,
            reader=self.shell.rights.reader,
            today=self.shell.today,
            key="map",
            most=most,
        )

    def shown_renewals(self) -> tuple[ShownRenewal, ...]:
        """Contracts with their renewals."""
        record = self.setting.record
        threads = None
        if self.shell.rights.opinions:
            threads = len(self.people.threads.threads)
        return renewals.shown_renewals(
            self.contracts,
            today=self.shell.today,
            record=(record.renewed, record.settled) if record else (0, 0),
            parameters=self.parameters,
            threads=threads,
            judged=self.shell.rights.plan,
        )
