"""Who wrote to us or met us and is no contact: gathered while an export's mails and meetings are
read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sightline.actions.imports.addresses import Seen, keep_seen, strangers_among
from sightline.actions.imports.lookups import Scope, keys_of
from sightline.actions.imports.runs import Run
from sightline.actions.imports.targets import TARGETS
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders.again import SeenAgainParameters

MOST = 50_000
"""Addresses looked at in one import: more than a map could ever suggest, and memory is bounded."""
_WITH_NAME = re.compile(r"^\s*\"?([^<\"]*?)\"?\s*<")


@dataclass(slots=True)
class Strangers:
    """Addresses without a contact, by account, with the days they wrote or met us."""

    seen: dict[tuple[str, str], set[dt.date]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def note(
        self, account: str, addresses: Iterable[str], *, sender: str, name: str, day: str
    ) -> None:
        """A mail that came in about an account, or a meeting that took place, with addresses that no
        contact of the file has."""
        for address in addresses:
            key = (account, address)
            if not account or (key not in self.seen and len(self.seen) >= MOST):
                continue
            self.seen.setdefault(key, set()).add(dt.date.fromisoformat(day))
            told = name.strip() or _name_in(sender)
            if told and "@" not in told:
                self.names[address] = told[:255]

    def keep(self, scope: Scope, *, run: Run, parameters: Parameters) -> int:
        """Keep those that are strangers still, once the rows of the file are here."""
        numbers = parameters.section(SeenAgainParameters, "seen_again")
        unknown = strangers_among({address for _, address in self.seen}, parameters=numbers)
        wanted = {account for account, address in self.seen if address in unknown}
        here = keys_of(TARGETS["Account"], wanted, scope)
        found = [
            Seen(at, address, self.names.get(address, ""), frozenset(days))
            for (account, address), days in self.seen.items()
            if address in unknown and isinstance(at := here.get(account), int)
        ]
        return keep_seen(found, run=run)


def _name_in(sender: str) -> str:
    """The name that stands before an address in angle brackets."""
    found = _WITH_NAME.match(sender)
    return found.group(1).strip() if found else ""
