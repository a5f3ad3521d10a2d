"""What every part of one reading of a week shares: accounts, money, and the evidence found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sightline.planning.errors import MissingRate
from sightline.planning.money import Money, Rates
from sightline.planning.parameters import Parameters
from sightline.planning.weekly import Candidate
from sightline.records.queries import company
from sightline.records.queries.week.planned import WeekAccount


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an act's facts stand: the record's name, its source, what was not known of it.

    `key` is the record's own key where the act's is another.
    """

    record: str
    source: str
    details: tuple[tuple[str, str | date], ...] = ()
    missing: str = ""
    inferred: bool = False
    contact_id: int | None = None
    key: str = ""


@dataclass(slots=True)
class WeekKnown:
    """The candidates with the evidence of each act by its key, and how many had no exchange rate.

    People stand in the words of candidates as marks (`marked`), never by name.
    """

    candidates: tuple[Candidate, ...] = ()
    evidence: dict[str, Evidence] = field(default_factory=dict)
    unranked: int = 0
    people_as_of: date | None = None
    unprepared: int = 0


@dataclass(slots=True)
class Reading:
    """What every part of one reading shares. `shown` maps an account to the one it counts for."""

    accounts: Sequence[WeekAccount]
    user_id: int
    currency: str
    on: date
    parameters: Parameters
    shown: dict[int, WeekAccount] = field(default_factory=dict)
    known: WeekKnown = field(default_factory=WeekKnown)
    _rates: Rates | None = None

    def __post_init__(self) -> None:
        self.shown = {pk: account for account in self.accounts for pk in account.family}

    def money(self, minor: int, code: str) -> Money | None:
        """An amount in the reporting currency; None, and counted, where there is no rate."""
        amount = Money(max(0, minor), code or self.currency)
        if amount.currency == self.currency:
            return amount
        if self._rates is None:
            self._rates = company.rates()
        try:
            return self._rates.convert(amount, self.currency, on=self.on)
        except MissingRate:
            self.known.unranked += 1
            return None

    @property
    def heads(self) -> list[int]:
        """Planning accounts that are shown themselves, with all that is known of their plans."""
        return [account.id for account in self.accounts if account.id == account.planning]

    @property
    def nothing(self) -> Money:
        """The amount of an act that no money is linked to: it is listed, and never opens."""
        return Money.zero(self.currency)


def marked(contact_id: int) -> str:
    """One of theirs in the words of an act: a mark, so that no name is kept beside the person."""
    return f"\u27e6{contact_id}\u27e7"
