"""One request's work: the org, a connection, the user, the time and the caller's options."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sightline_sandbox.clock import stamp
from sightline_sandbox.schema.catalogue import Schema
from sightline_sandbox.viewer import Viewer

if TYPE_CHECKING:
    from sightline_sandbox.org import Org


@dataclass(frozen=True, slots=True)
class Options:
    """What request headers ask of writes and queries."""

    duplicates_allowed: bool = False
    duplicate_details: bool = False
    auto_assign: bool = True
    client: str = ""
    batch_size: int = 2000
    from_csv: bool = False
    audit_fields: bool = False


@dataclass(slots=True)
class Work:
    """What a row operation or a query needs. `db` is a transaction when something is written."""

    org: Org
    db: sqlite3.Connection
    viewer: Viewer
    now: datetime
    version: str = "68.0"
    options: Options = field(default_factory=Options)

    @property
    def schema(self) -> Schema:
        """The org's schema."""
        return self.org.schema

    @property
    def stamp(self) -> str:
        """The time rows written now are stamped with."""
        return stamp(self.now)

    @property
    def base(self) -> str:
        """The path of the API version asked for."""
        return f"/services/data/v{self.version}"
