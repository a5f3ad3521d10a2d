"""Services that work otherwise than Salesforce, to hold the port to: what theirs do, in memory.

`DeltaCrm` hands out links that say nothing (Dynamics), and of a deletion only the id. `TracelessCrm`
tells no deletions at all, has plain numbers for ids and does not say what a person may do (Odoo, and
HubSpot in what it lists). Both take a hundred rows a call and count no calls.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sightline.agreement.records import Ask, Outcome, Page, RemoteRecord, Rights, Write
from sightline.crm.adapters.memory import MemoryCrm
from sightline.crm.errors import StartOver
from sightline.crm.port import Spent, Traits

BATCH = 100


class Hundred(MemoryCrm):
    """Batches of a hundred, held to."""

    def rows(self, name: str, ids: Sequence[str], fields: Sequence[str]) -> list[RemoteRecord]:
        """A hundred at most."""
        assert len(ids) <= BATCH
        return super().rows(name, ids, fields)

    def write(self, writes: Sequence[Write]) -> list[Outcome]:
        """A hundred at most."""
        assert len(writes) <= BATCH
        return super().write(writes)

    def spent(self) -> Spent:
        """Nobody counts."""
        return Spent()


class DeltaCrm(Hundred):
    """Delta links."""

    @property
    def traits(self) -> Traits:
        """Merges look like deletions."""
        return Traits(batch=BATCH, tells_merges=False)

    def everything(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """Next links, and a delta link at the end."""
        for page in super().everything(name, fields, self._known(mark) if mark else ""):
            yield replace(page, mark=self._link(page.mark))

    def changes(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """Of what was deleted, the id."""
        for page in super().changes(name, fields, self._known(mark)):
            rows = [replace(one, values={}) if one.deleted else one for one in page.rows]
            yield replace(page, rows=rows, mark=self._link(page.mark))

    def _links(self) -> dict[str, str]:
        links: dict[str, str] = self.__dict__.setdefault("links", {})
        return links

    def _link(self, mark: str | None) -> str | None:
        if mark is None:
            return None
        link = f"https://delta.example/{len(self._links()):x}"
        self._links()[link] = mark
        return link

    def _known(self, link: str) -> str:
        if link not in self._links():
            raise StartOver("This delta link is not known any more.")
        return self._links()[link]


class TracelessCrm(Hundred):
    """No trace of a deletion."""

    @property
    def traits(self) -> Traits:
        """Nothing is told of what is gone."""
        return Traits(batch=BATCH, tells_deletions=False, tells_merges=False)

    def changes(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """What is there."""
        for page in super().changes(name, fields, mark):
            yield replace(page, rows=[one for one in page.rows if not one.deleted])

    def rows(self, name: str, ids: Sequence[str], fields: Sequence[str]) -> list[RemoteRecord]:
        """What is there."""
        return [one for one in super().rows(name, ids, fields) if not one.deleted]

    def find(
        self, name: str, field: str, keys: Sequence[str], fields: Sequence[str]
    ) -> list[RemoteRecord]:
        """What is there."""
        return [one for one in super().find(name, field, keys, fields) if not one.deleted]

    def touched(self, asks: Sequence[Ask]) -> list[RemoteRecord]:
        """What is there."""
        return [one for one in super().touched(asks) if not one.deleted]

    def rights(self, user_id: str, ids: Sequence[str]) -> dict[str, Rights] | None:
        """The service cannot say."""
        return None

    def _id(self, name: str) -> str:
        numbers: itertools.count[int] = self.__dict__.setdefault("numbers", itertools.count(7))
        return str(next(numbers))
