"""One call being served: request, path parameters, user, and the way to the database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_sandbox.errors import invalid_session, not_found
from sightline_sandbox.http import Request
from sightline_sandbox.org import Org
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.sessions import Session, Sessions
from sightline_sandbox.work import Options, Work

if TYPE_CHECKING:
    from sightline_sandbox.application import Sandbox

_LEAST_BATCH, _MOST_BATCH = 200, 2000


@dataclass(slots=True)
class Call:
    """What a handler gets."""

    sandbox: Sandbox
    request: Request
    parameters: dict[str, str]
    session: Session | None = None
    outer: Work | None = None
    version: str = ""
    options: Options = field(init=False)

    def __post_init__(self) -> None:
        self.version = self.version or self.parameters.get("version", "v68.0").removeprefix("v")
        self.options = read_options(self.request)

    @property
    def org(self) -> Org:
        """The org."""
        return self.sandbox.org

    @property
    def sessions(self) -> Sessions:
        """The org's sessions."""
        return self.sandbox.sessions

    @property
    def base(self) -> str:
        """The path of the version asked for."""
        return f"/services/data/v{self.version}"

    @contextlib.contextmanager
    def reading(self) -> Iterator[Work]:
        """Work that only reads; inside a composite, within its transaction."""
        if self.outer is not None:
            yield self._inner(self.outer)
            return
        with self.org.database.reading() as db:
            viewer = self.org.viewer(db, self.user_id)
            if viewer is None:
                raise invalid_session()
            yield Work(self.org, db, viewer, self.org.now(), self.version, self.options)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Work]:
        """Work in a transaction of its own, or in the composite's."""
        if self.outer is not None:
            yield self._inner(self.outer)
            return
        start = self.org.now()
        fault = self.org.faults.of_request("late_commit", self.request)
        with self.org.transactions.running(start):
            if fault is not None:
                self.org.clock.sleep(float(fault.parameters.get("seconds", 2)))
            with self.org.database.writing() as db:
                viewer = self.org.viewer(db, self.user_id)
                if viewer is None:
                    raise invalid_session()
                yield Work(self.org, db, viewer, start, self.version, self.options)

    def _inner(self, outer: Work) -> Work:
        return Work(self.org, outer.db, outer.viewer, outer.now, self.version, self.options)

    @property
    def user_id(self) -> str:
        """The user behind the call."""
        if self.session is None:
            raise invalid_session()
        return self.session.user_id

    @property
    def user_token(self) -> str:
        """The token behind the call."""
        return self.session.token if self.session else ""

    def sobject(self, work: Work, name: str | None = None) -> SObject:
        """The object a path names, as far as this user and version know it."""
        found = self.org.schema.find(name or self.parameters["object"])
        hidden = found is None or not work.viewer.sees_object(found)
        if found is None or hidden or float(work.version) < found.minimum_version:
            raise not_found()
        return found


def read_options(request: Request) -> Options:
    """What the request's headers ask of writes and queries."""
    duplicate = request.options("sforce-duplicate-rule-header")
    query = request.options("sforce-query-options")
    size = query.get("batchsize", "")
    wanted = int(size) if size.isdigit() else _MOST_BATCH
    return Options(
        duplicates_allowed=duplicate.get("allowsave", "").lower() == "true",
        duplicate_details=duplicate.get("includerecorddetails", "").lower() == "true",
        auto_assign=request.header("sforce-auto-assign").lower() != "false",
        client=request.options("sforce-call-options").get("client", ""),
        batch_size=min(max(wanted, _LEAST_BATCH), _MOST_BATCH),
    )
