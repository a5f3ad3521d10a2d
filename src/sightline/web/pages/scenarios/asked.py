"""What somebody wants to try, from the address: the same words with script and without.

`scenario=stretch&off=opportunity:7&lose=contract:3&date-opportunity:9=2027-05-01`
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from sightline.planning.bridge import (
    BridgeFacts,
    Change,
    LoseRenewal,
    MoveDate,
    Scenario,
    SwitchOff,
)

DATE = "date-"


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario and what is changed in it, by the keys of plays and renewals."""

    scenario: Scenario
    off: frozenset[str]
    lose: frozenset[str]
    dates: Mapping[str, date]

    @property
    def nothing(self) -> bool:
        """The plan as it stands."""
        return self.scenario is Scenario.BASE and not (self.off or self.lose or self.dates)

    def changes(self, facts: BridgeFacts) -> tuple[Change, ...]:
        """The changes that these facts know of; what closed meanwhile is passed over."""
        plays = {play.key: play for play in facts.plays}
        renewals = {renewal.key for renewal in facts.renewals}
        moved = [
            MoveDate(key, day)
            for key, day in sorted(self.dates.items())
            if key in plays and key not in self.off and plays[key].closes != day
        ]
        return (
            *moved,
            *(SwitchOff(key) for key in sorted(self.off) if key in plays),
            *(LoseRenewal(key) for key in sorted(self.lose) if key in renewals),
        )


def asked_in(query: QueryDict, *, may: Iterable[str]) -> Asked:
    """What the address asks for, of the keys this person may name; the rest is passed over."""
    allowed = set(may)
    named = query.get("scenario", "")
    dates = {}
    for name, value in query.items():
        key = name.removeprefix(DATE)
        if name.startswith(DATE) and key in allowed:
            day = _day(str(value))
            if day is not None:
                dates[key] = day
    return Asked(
        scenario=Scenario(named) if named in set(Scenario) else Scenario.BASE,
        off=frozenset(query.getlist("off")) & allowed,
        lose=frozenset(query.getlist("lose")) & allowed,
        dates=dates,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
