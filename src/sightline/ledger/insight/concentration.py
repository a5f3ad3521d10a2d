"""How much of twelve months' revenue few accounts hold, from one version at one cut."""

from __future__ import annotations

import numpy as np

from sightline.ledger.errors import NothingToJudge
from sightline.ledger.source import Source
from sightline.planning.tiering.concentration import Concentration
from sightline.planning.tiering.concentration import concentration as figures


def concentration(source: Source) -> Concentration:
    """Figures over accounts with net revenue above zero; NothingToJudge without any."""
    source.make("cells")
    column = source.connection.execute(
        "SELECT sum(r12)::DOUBLE AS r12 FROM cells GROUP BY account ORDER BY account"
    ).fetchnumpy()["r12"]
    found = figures(np.asarray(column, dtype=np.float64))
    if found is None:
        raise NothingToJudge("no account has revenue in the last twelve months")
    return found
