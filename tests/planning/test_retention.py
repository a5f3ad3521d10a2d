"""When what is said of people has passed its time."""

from __future__ import annotations

import datetime as dt

from sightline.planning.parameters import load_defaults
from sightline.planning.retention import Kept, RetentionParameters, cutoff, expired
from sightline.planning.stakeholders import StakeholderParameters

ON = dt.date(2026, 11, 21)


def test_an_opinion_ends_24_months_after_the_last_contact() -> None:
    held = load_defaults()
    end = cutoff(
        Kept.OPINION,
        on=ON,
        numbers=held.section(RetentionParameters, "people_data"),
        opinion_months=held.section(StakeholderParameters, "stakeholders").opinion_months,
    )
    given = dt.date(2024, 1, 10)
    assert expired(given, last_contact=None, end=end)
    assert expired(given, last_contact=dt.date(2024, 11, 21), end=end)
    assert not expired(given, last_contact=dt.date(2024, 11, 22), end=end)
