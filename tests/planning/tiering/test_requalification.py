"""Requalification: when a tier is asked again, and what is laid beside it."""

from __future__ import annotations

import datetime as dt

from sightline.planning.parameters import load_defaults
from sightline.planning.tiering import (
    Due,
    TierDecision,
    TierEvent,
    TierSnapshot,
    requalification_due,
    side_by_side,
)

TODAY = dt.date(2026, 11, 21)
DECIDED = dt.date(2026, 6, 1)


def due(
    tier: int | None,
    computed: int,
    *,
    differs_since: dt.date | None = None,
    events: tuple[TierEvent, ...] = (),
    override: str | None = None,
) -> Due:
    decision = None if tier is None else TierDecision(tier, DECIDED, override)
    return requalification_due(
        decision,
        computed=computed,
        differs_since=differs_since,
        events=events,
        today=TODAY,
        parameters=load_defaults(),
    )


def codes(found: Due) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_tier_1_comes_round_after_six_months() -> None:
    found = due(1, 1)
    assert (found.on, codes(found)) == (dt.date(2026, 12, 1), ["tier_1_round"])
    assert not found.is_due(TODAY)
    assert found.is_due(dt.date(2026, 12, 1))


def test_others_come_round_only_where_the_tiers_differ() -> None:
    assert due(2, 2) == Due(None, ())
    assert not due(3, 3).is_due(dt.date(2099, 1, 1))
    found = due(2, 1)
    assert (found.on, codes(found)) == (dt.date(2026, 12, 1), ["tier_differs"])


def test_a_late_difference_is_asked_when_it_shows() -> None:
    assert due(2, 1, differs_since=dt.date(2027, 2, 1)).on == dt.date(2027, 2, 1)
    assert due(1, 2, differs_since=dt.date(2027, 2, 1)).on == dt.date(2026, 12, 1)


def test_an_override_lapses_even_when_nothing_else_asks() -> None:
    found = due(2, 2, override="new owner in spring")
    assert (found.on, codes(found)) == (dt.date(2026, 12, 1), ["override_lapses"])


def test_an_event_after_the_decision_asks_early() -> None:
    merger = TierEvent("merger", dt.date(2026, 9, 1), "Two customers merged")
    old = TierEvent("sponsor_left", dt.date(2026, 5, 1), "Their sponsor left")
    found = due(3, 3, events=(old, merger))
    assert (found.on, codes(found)) == (merger.on, ["event_merger"])
    assert due(3, 3, events=(old,)).on is None


def test_an_account_never_decided_is_due_at_once() -> None:
    assert due(None, 3).on == TODAY


def snapshot(**change: float | None) -> TierSnapshot:
    known: dict[str, float | None] = {
        "potential_index": 80.0,
        "importance": 50.0,
        "vulnerability": 30.0,
        "wallet_share": 0.4,
    }
    figures = known | change
    return TierSnapshot(
        TODAY,
        2,
        potential_index=figures["potential_index"],
        importance=figures["importance"],
        vulnerability=figures["vulnerability"],
        wallet_share=figures["wallet_share"],
    )


def test_what_moved_is_shown_largest_first() -> None:
    page = side_by_side(
        snapshot(vulnerability=62.0, wallet_share=0.35),
        before=snapshot(),
        crm_tier="Gold",
        decision=TierDecision(1, DECIDED),
        exposure={"Small": 0.1, "Large": 0.3},
    )
    assert [(move.what, move.before, move.now) for move in page.moved] == [
        ("vulnerability", 30.0, 62.0),
        ("wallet_share", 0.4, 0.35),
    ]
    assert (page.crm_tier, page.computed, page.decided, page.agrees) == ("Gold", 2, 1, False)
    assert list(page.exposure) == ["Large", "Small"]


def test_what_became_known_is_a_move_and_not_a_change_from_zero() -> None:
    page = side_by_side(snapshot(), before=snapshot(importance=None), crm_tier=None, decision=None)
    assert [(move.what, move.before) for move in page.moved] == [("importance", None)]
    assert page.decided is None


def test_the_first_computation_has_nothing_to_compare_with() -> None:
    assert side_by_side(snapshot(), before=None, crm_tier=None, decision=None).moved == ()
