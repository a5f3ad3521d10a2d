"""A CRM of which only a share of the day's calls is used, so that others are left theirs."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sightline.agreement.records import Ask, Outcome, Page, RemoteRecord, Rights, Write
from sightline.agreement.telling import ReadBy
from sightline.agreement.values import ObjectShape
from sightline.crm.errors import BudgetUsedUp
from sightline.crm.port import Crm, Org, Since, Spent, Traits, WritesTogether

_T = TypeVar("_T")


class Purpose(enum.StrEnum):
    """Who is waiting for a call: nobody, a write on its way, or a person looking on."""

    BACKGROUND = "background"
    WRITE = "write"
    ASKED = "asked"


# Up to which share of the org's day each purpose may spend (docs/method/agreement.md).
SHARES = {Purpose.BACKGROUND: 0.70, Purpose.WRITE: 0.85, Purpose.ASKED: 0.95}


@dataclass(slots=True)
class Guarded:
    """The port with a guard before every call; `purpose` may be set between calls."""

    crm: Crm
    purpose: Purpose = Purpose.BACKGROUND
    heard: Callable[[Spent], None] = lambda spent: None

    @property
    def traits(self) -> Traits:
        """As the adapter says."""
        return self.crm.traits

    def org(self) -> Org:
        """Who answers."""
        self._check(self.purpose)
        return self._said(self.crm.org())

    def shape(self, name: str) -> ObjectShape | None:
        """An object's describe."""
        self._check(self.purpose)
        return self._said(self.crm.shape(name))

    def withheld(self, profile: str, names: Sequence[str]) -> dict[str, frozenset[str]]:
        """Fields that a profile may not read."""
        self._check(self.purpose)
        return self._said(self.crm.withheld(profile, names))

    def readers(self, name: str, field: str) -> list[ReadBy] | None:
        """Who may read a field."""
        self._check(self.purpose)
        return self._said(self.crm.readers(name, field))

    def everything(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """All rows, checked before every page."""
        return self._paged(self.crm.everything(name, fields, mark))

    def changes(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """Changed rows, checked before every page."""
        return self._paged(self.crm.changes(name, fields, mark))

    def rows(self, name: str, ids: Sequence[str], fields: Sequence[str]) -> list[RemoteRecord]:
        """Rows by id."""
        self._check(self.purpose)
        return self._said(self.crm.rows(name, ids, fields))

    def find(
        self, name: str, field: str, keys: Sequence[str], fields: Sequence[str]
    ) -> list[RemoteRecord]:
        """Rows by a unique value."""
        self._check(self.purpose)
        return self._said(self.crm.find(name, field, keys, fields))

    def write(self, writes: Sequence[Write]) -> list[Outcome]:
        """Write rows."""
        self._check(max(self.purpose, Purpose.WRITE, key=lambda one: SHARES[one]))
        return self._said(self.crm.write(writes))

    def together(self, groups: Sequence[Sequence[Write]]) -> list[list[Outcome] | None]:
        """Write groups, each in one step; None for each where the service knows no such thing."""
        if not isinstance(self.crm, WritesTogether):
            return [None] * len(groups)
        self._check(max(self.purpose, Purpose.WRITE, key=lambda one: SHARES[one]))
        return self._said(self.crm.together(groups))

    def touched(self, asks: Sequence[Ask]) -> list[RemoteRecord]:
        """Rows changed lately."""
        self._check(self.purpose)
        return self._said(self.crm.touched(asks))

    def ahead(self, changes: Sequence[Since] = (), shapes: Sequence[str] = ()) -> None:
        """Several questions in few calls; nothing is asked where nothing will be."""
        if changes or shapes:
            self._check(self.purpose)
            self.crm.ahead(changes, shapes)
            self.heard(self.crm.spent())

    def rights(self, user_id: str, ids: Sequence[str]) -> dict[str, Rights] | None:
        """What a user may do."""
        self._check(max(self.purpose, Purpose.WRITE, key=lambda one: SHARES[one]))
        return self._said(self.crm.rights(user_id, ids))

    def spent(self) -> Spent:
        """Calls of the day so far."""
        return self.crm.spent()

    def close(self) -> None:
        """Let go of what is open."""
        self.crm.close()

    def _paged(self, pages: Iterator[Page]) -> Iterator[Page]:
        while True:
            self._check(self.purpose)
            page = next(pages, None)
            if page is None:
                return
            yield self._said(page)

    def _check(self, purpose: Purpose) -> None:
        spent = self.crm.spent()
        if spent.share >= SHARES[purpose]:
            raise BudgetUsedUp(
                f"{spent.used} of the day's {spent.limit} calls are used: more than the "
                f"{SHARES[purpose]:.0%} that are ours for this."
            )

    def _said(self, answer: _T) -> _T:
        self.heard(self.crm.spent())
        return answer
