"""The port over Salesforce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sightline.agreement.identity import canonical_id
from sightline.agreement.records import Ask, Outcome, Page, RemoteRecord, Rights, Write
from sightline.agreement.telling import ReadBy
from sightline.agreement.values import ObjectShape
from sightline.crm.adapters.salesforce.client import Client
from sightline.crm.adapters.salesforce.describing import guarded_by, shape_of
from sightline.crm.adapters.salesforce.graphs import write_graphs
from sightline.crm.adapters.salesforce.packing import MOST_PARTS, composed
from sightline.crm.adapters.salesforce.reading import BULK_FROM, Reader
from sightline.crm.adapters.salesforce.writing import write_rows
from sightline.crm.errors import CrmError
from sightline.crm.port import Org, Since, Spent, Traits

_UNKNOWN = ("NOT_FOUND", "INVALID_TYPE")


def _describe_path(name: str) -> str:
    return f"/sobjects/{name}/describe"


class SalesforceCrm:
    """One org. `known` are describes that were stored before."""

    def __init__(
        self,
        client: Client,
        *,
        clock: Callable[[], dt.datetime],
        bulk_from: int = BULK_FROM,
        known: Mapping[str, ObjectShape] | None = None,
    ) -> None:
        self._client = client
        self._shapes: dict[str, ObjectShape | None] = dict(known or {})
        self._described: dict[str, Any] = {}
        self._guarded: dict[str, dict[str, str]] = {}
        self._reader = Reader(client, clock, self._known, bulk_from)

    @property
    def traits(self) -> Traits:
        """Two hundred rows a call."""
        return Traits(batch=200)

    def org(self) -> Org:
        """The org and the user that the token stands for."""
        body = self._client.get("/services/oauth2/userinfo")
        return Org(
            id=canonical_id(str(body["organization_id"])),
            name=str(body.get("organization_name") or ""),
            user_id=canonical_id(str(body["user_id"])),
            user_name=str(body.get("preferred_username") or ""),
        )

    def shape(self, name: str) -> ObjectShape | None:
        """A fresh describe; None where the object is hidden or unknown."""
        try:
            body = self._described.pop(name, None) or self._client.get(_describe_path(name))
            found: ObjectShape | None = shape_of(body)
            self._guarded[name] = guarded_by(body)
        except CrmError as problem:
            if problem.code not in _UNKNOWN:
                raise
            found = None
        self._shapes[name] = found
        return found

    def ahead(self, changes: Sequence[Since] = (), shapes: Sequence[str] = ()) -> None:
        """By Composite requests: five objects' changes, or twenty-five describes, for one call."""
        if shapes:
            self._described.clear()
        for start in range(0, len(shapes), MOST_PARTS):
            part = shapes[start : start + MOST_PARTS]
            answers = composed(self._client, [_describe_path(name) for name in part])
            found = {
                name: body
                for name, (status, body) in zip(part, answers, strict=True)
                if status == 200
            }
            self._described |= found
        self._reader.ahead(changes)

    def withheld(self, profile: str, names: Sequence[str]) -> dict[str, frozenset[str]]:
        """By the profile's own permission set; a field that no profile can forbid is open."""
        readable = self._reader.readable(profile, names)
        found: dict[str, frozenset[str]] = {}
        for name in names:
            if name not in self._guarded:
                self.shape(name)
            guarded = self._guarded.get(name, {})
            found[name] = frozenset(
                one
                for one, word in guarded.items()
                if not {f"{name}.{word}", f"{name}.{one}"} & readable
            )
        return found

    def readers(self, name: str, field: str) -> list[ReadBy] | None:
        """By profiles and permission sets; a field that none can forbid is open to all."""
        if name not in self._guarded:
            self.shape(name)
        word = self._guarded.get(name, {}).get(field)
        return self._reader.readers(name, word) if word is not None else None

    def everything(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """All rows."""
        return self._reader.everything(name, fields, mark)

    def changes(self, name: str, fields: Sequence[str], mark: str) -> Iterator[Page]:
        """Changed rows."""
        return self._reader.changes(name, fields, mark)

    def rows(self, name: str, ids: Sequence[str], fields: Sequence[str]) -> list[RemoteRecord]:
        """Rows by id."""
        return self._reader.rows(name, ids, fields)

    def find(
        self, name: str, field: str, keys: Sequence[str], fields: Sequence[str]
    ) -> list[RemoteRecord]:
        """Rows by a unique value."""
        return self._reader.find(name, field, keys, fields)

    def write(self, writes: Sequence[Write]) -> list[Outcome]:
        """Write rows of one object."""
        return write_rows(self._client, writes)

    def together(self, groups: Sequence[Sequence[Write]]) -> list[list[Outcome] | None]:
        """By Composite Graph, one graph a group."""
        return write_graphs(self._client, groups)

    def touched(self, asks: Sequence[Ask]) -> list[RemoteRecord]:
        """Rows changed lately, in one Composite request."""
        return self._reader.touched(asks)

    def rights(self, user_id: str, ids: Sequence[str]) -> dict[str, Rights] | None:
        """By UserRecordAccess, two hundred records a query."""
        return self._reader.rights(user_id, ids)

    def spent(self) -> Spent:
        """Calls of the day, as the last answer said."""
        return self._client.spent

    def close(self) -> None:
        """Close the client's connections."""
        self._client.http.close()

    def _known(self, name: str) -> ObjectShape | None:
        return self._shapes[name] if name in self._shapes else self.shape(name)
