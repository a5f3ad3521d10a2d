"""Every probability that the product shows of an outcome, with what became of it.

Over the whole company, nobody's name. Definitions: docs/method/calibration.md.
"""

from __future__ import annotations

from sightline.planning.calibration import Prediction
from sightline.records.models import Explanation, KeptChance
from sightline.records.queries import calibration
from sightline.records.queries.calibration import Source, Told

NEWEST = 20_000


def kept_chances() -> dict[str, tuple[Prediction, ...]]:
    """By what was expected: deals, renewals, targets, quiet accounts, explanations of revenue.

    Deals and renewals as the company's own probabilities were kept. About twenty queries.
    """
    return {
        "deals": _own(calibration.predictions()),
        "renewals": _own(calibration.renewal_predictions()),
        "targets": _accounts(KeptChance.Kind.TARGET),
        "quiet": _accounts(KeptChance.Kind.QUIET),
        "explanations": _explanations(),
    }


def _own(told: tuple[Told, ...]) -> tuple[Prediction, ...]:
    return tuple(one.prediction for one in told if one.source is Source.KEPT)


def _accounts(kind: str) -> tuple[Prediction, ...]:
    rows = KeptChance.objects.filter(kind=kind).order_by("-made_on", "pk")
    return tuple(
        Prediction(kind, "", float(chance), happened)
        for chance, happened in rows.values_list("probability", "happened")[:NEWEST]
    )


def _explanations() -> tuple[Prediction, ...]:
    """Each explanation on a board as it was last computed before the answer was known."""
    rows = Explanation.objects.order_by("-pk").prefetch_related("revisions")[:NEWEST]
    found = []
    for row in rows:
        newest = max(row.revisions.all(), key=lambda one: (one.at, one.pk), default=None)
        for name, chance in (newest.chances if newest else {}).items():
            happened = name == row.truth if row.state == Explanation.State.SETTLED else None
            found.append(Prediction("explanations", "", min(1.0, max(0.0, chance)), happened))
    return tuple(found)
