"""Candidates made short."""

from __future__ import annotations

from hypothesis import strategies as st

from sightline.planning.money import Money
from sightline.planning.reasons import because
from sightline.planning.weekly import ActKind, Candidate, Ground

MANY = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(ActKind),
        st.integers(0, 10**7),
        st.one_of(st.none(), st.integers(-5, 200)),
    ),
    max_size=14,
)
HOURS = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.25, 6.0, 40.0])


def ground(
    stake: str = "s",
    *,
    money: int = 10_000,
    lift: float = 0.1,
    days: int | None = 7,
    text: str = "a reason",
) -> Ground:
    return Ground(stake, Money(money, "EUR"), lift, days, because(text.replace(" ", "_"), text))


def candidate(
    act: str, *grounds: Ground, account: str = "a", kind: ActKind = ActKind.CALL
) -> Candidate:
    return Candidate(act, account, kind, f"Do {act}", grounds or (ground(f"stake of {act}"),))


def from_rows(rows: list[tuple[str, ActKind, int, int | None]]) -> list[Candidate]:
    return [
        candidate(
            f"act{place:02d}",
            ground(f"s{place}", money=money, days=days),
            account=account,
            kind=kind,
        )
        for place, (account, kind, money, days) in enumerate(rows)
    ]
