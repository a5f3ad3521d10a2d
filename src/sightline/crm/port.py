"""The port: what Sightline asks of a CRM, whatever its brand.

A mark is the adapter's own text (a time and an id, a delta link, a page token) and is handed back
unread. Services that leave no trace of a deletion say so (`tells_deletions`); the comparison then
finds them. Batches are never larger than `batch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sightline.agreement.records import Ask, Outcome, Page, RemoteRecord, Rights, Write
from sightline.agreement.telling import ReadBy
from sightline.agreement.values import ObjectShape


@dataclass(frozen=True, slots=True)
class Org:
    """The organisation that answered, and as whom we are there."""

    id: str
    name: str
    user_id: str = ""
    user_name: str = ""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a service can do. `batch` rows are the most one write or read by id takes, `asks` the
    most that one live read takes."""

    batch: int = 200
    tells_deletions: bool = True
    tells_merges: bool = True
    stamp_seconds: float = 1.0
    asks: int = 5


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls of the day, as the service counts them; None where it does not say."""

    used: int | None = None
    limit: int | None = None

    @property
    def share(self) -> float:
        """Used calls as a share of the day's, 0 to 1; 0 where unknown."""
        return self.used / self.limit if self.used is not None and self.limit else 0.0


# An object's changes: its name, the fields, and the mark since when.
Since = tuple[str, Sequence[str], str]


@runtime_checkable
class WritesTogether(Protocol):
    """What a CRM may offer besides: groups of rows of several objects, each in one step."""

    def together(self, groups: Sequence[Sequence[Write]]) -> list[list[Outcome] | None]:
        """For each group one outcome a row, done or UNKNOWN; None where nothing of it was done. A
        value may be a `Sibling`."""


class Crm(Protocol):
    """One organisation of one CRM. Every call may raise CrmError."""

    @property
    def traits(self) -> Traits:
        """What the service can do."""

    def org(self) -> Org:
        """Who answers."""

    def shape(self, name: str) -> ObjectShape | None:
        """An object as the connection's user is shown it; None where it is hidden or unknown."""

    def withheld(self, profile: str, names: Sequence[str]) -> dict[str, frozenset[str]]:
        """Fields of objects that people of a profile may not read, whatever the connection's user
        may. Raises CrmError where there is no such profile, and where the service knows none."""

    def readers(self, name: str, field: str) -> list[ReadBy] | None:
        """Who may read a field of an object there, records apart; None: whoever sees the record.
        Raises CrmError where the service cannot say."""

    def everything(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """All rows, in pages; `mark` goes on after an earlier page, empty begins. The last page's
        mark is one for `changes`, taken so that nothing changed meanwhile is missed."""

    def changes(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """Rows changed, deleted, undeleted or merged since a mark. Rows may come again; none may
        be left out. Raises StartOver where the service no longer knows."""

    def rows(self, name: str, ids: Sequence[str], fields: Sequence[str]) -> list[RemoteRecord]:
        """Rows by id, deleted ones included while the service knows them; others are left out."""

    def find(
        self, name: str, field: str, keys: Sequence[str], fields: Sequence[str]
    ) -> list[RemoteRecord]:
        """Rows by the value of a unique field, deleted ones included."""

    def write(self, writes: Sequence[Write]) -> list[Outcome]:
        """Write rows of one object; one outcome for each, in their order. Raises only where
        nothing can have been done; what may have been done is an outcome UNKNOWN."""

    def touched(self, asks: Sequence[Ask]) -> list[RemoteRecord]:
        """Rows changed lately, deleted ones included, in as few calls as the service allows; at
        most `traits.asks` asks. A hint only: `changes` finds whatever this leaves out."""

    def ahead(self, changes: Sequence[Since] = (), shapes: Sequence[str] = ()) -> None:
        """These will be asked for next. A service that answers several questions in one call may ask
        now; where it cannot, each is asked alone in its turn."""

    def rights(self, user_id: str, ids: Sequence[str]) -> dict[str, Rights] | None:
        """What a user may do with rows, by id; None where the service cannot say."""

    def spent(self) -> Spent:
        """Calls of the day so far."""

    def close(self) -> None:
        """Let go of what is open."""
