"""Who in the org could read what a mapping would tell of people: asked before it is switched on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from sightline.agreement.telling import PERSON, ReadBy
from sightline.crm import registry
from sightline.crm.budget import Guarded, Purpose
from sightline.records.queries.sync import ConnectionFacts


def readers_of(
    facts: ConnectionFacts, fields: Iterable[str], *, clock: Callable[[], dt.datetime]
) -> dict[str, list[ReadBy] | None]:
    """For each field of a person's record who may read it; None: whoever sees the record.

    Raises CrmError where the org cannot say.
    """
    crm = registry.open_crm(facts.id, brand=facts.brand, settings=facts.settings, clock=clock)
    asked = Guarded(crm, Purpose.ASKED)
    try:
        return {name: asked.readers(PERSON, name) for name in fields}
    finally:
        asked.close()
