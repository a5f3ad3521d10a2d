"""The stale facts of a week: those kept when it was prepared that nobody has said anew since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sightline.planning.money import Money
from sightline.planning.weekly import StaleFact, weekly_parameters, worth_refreshing
from sightline.records.models import CellFact, Opinion, WalletEstimate
from sightline.records.queries.week.planned import WeekAccount
from sightline.records.queries.week.reading import Evidence, Reading, marked


@dataclass(frozen=True, slots=True)
class _Kept:
    """A fact that was stale when the week was prepared."""

    account: WeekAccount
    kind: str
    id: int
    said_on: date
    limit: int
    contact: int | None
    place: str
    money: Money

    def days_over(self, on: date) -> int:
        return (on - self.said_on).days - self.limit


def stale_facts(
    reading: Reading, kept: Mapping[int, Sequence[Mapping[str, Any]]]
) -> Iterator[StaleFact]:
    """The few facts worth refreshing that nobody refreshed since they were kept."""
    facts = []
    for one in _still_stale(reading, list(_kept_facts(reading, kept))):
        over = one.days_over(reading.on)
        if over < 1:
            continue
        facts.append(
            StaleFact(
                key=f"{one.kind}-{one.id}",
                account=str(one.account.id),
                title=_TITLES[one.kind].format(
                    who=marked(one.contact) if one.contact else "", place=one.place
                ),
                text=f"last said {(reading.on - one.said_on).days} days ago",
                stake=f"fact:{one.kind}-{one.id}",
                money=one.money,
                days_over=over,
                limit_days=one.limit,
            )
        )
        reading.known.evidence[f"fact:{one.kind}-{one.id}"] = Evidence(
            record=one.place,
            source="sightline",
            details=(("said", one.said_on),),
            contact_id=one.contact,
        )
    yield from worth_refreshing(facts, most=weekly_parameters(reading.parameters).most_facts)


_TITLES = {
    "strength": "Say again how strong the relationship with {who} is",
    "cell": "Confirm the cell {place}",
    "wallet": "Estimate again what they spend{place}",
}


def _kept_facts(
    reading: Reading, kept: Mapping[int, Sequence[Mapping[str, Any]]]
) -> Iterator[_Kept]:
    for head, facts in kept.items():
        account = next((one for one in reading.accounts if one.planning == head), None)
        if account is None or account.id != head:
            # a child alone does not show what is known of the whole family
            continue
        for fact in facts:
            money = reading.money(fact["minor"], fact["currency"])
            if money is not None:
                yield _Kept(
                    account=account,
                    kind=fact["kind"],
                    id=fact["id"],
                    said_on=date.fromisoformat(fact["said_on"]),
                    limit=fact["limit"],
                    contact=fact.get("contact"),
                    place=fact.get("place", ""),
                    money=money,
                )


def _still_stale(reading: Reading, facts: list[_Kept]) -> list[_Kept]:
    """Without what was said anew since. A query for each kind there is."""
    by_kind: dict[str, list[_Kept]] = {}
    for one in facts:
        by_kind.setdefault(one.kind, []).append(one)
    anew: set[tuple[str, int]] = set()
    for kind, some in by_kind.items():
        anew |= {(kind, pk) for pk in _NEWER[kind]([one.id for one in some])}
    return [one for one in facts if (one.kind, one.id) not in anew]


def _rated_anew(ids: list[int]) -> set[int]:
    here = Opinion.here.filter(pk__in=ids, superseded_at=None)
    return set(ids) - set(here.values_list("pk", flat=True))


def _cell_anew(ids: list[int]) -> set[int]:
    here = CellFact.objects.filter(pk__in=ids, ended_at=None)
    return set(ids) - set(here.values_list("pk", flat=True))


def _wallet_anew(ids: list[int]) -> set[int]:
    rows = list(
        WalletEstimate.objects.filter(pk__in=ids).values_list(
            "pk", "account_id", "unit_id", "category", "as_of"
        )
    )
    newest: dict[tuple[int, int | None, str], date] = {}
    all_of = WalletEstimate.objects.filter(
        account_id__in={account for _, account, _, _, _ in rows}, removed_at=None
    )
    for account, unit, category, as_of in all_of.values_list(
        "account_id", "unit_id", "category", "as_of"
    ):
        place = (account, unit, category)
        newest[place] = max(newest.get(place, as_of), as_of)
    still = {
        pk
        for pk, account, unit, category, as_of in rows
        if newest.get((account, unit, category)) == as_of
    }
    return set(ids) - still


_NEWER = {"strength": _rated_anew, "cell": _cell_anew, "wallet": _wallet_anew}
