"""What CRM and ledger alone say about a week, and that it goes when its cause goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.renewals import RenewalFacts
from sightline.planning.weekly import (
    ActKind,
    Candidate,
    KnownFacts,
    NextStep,
    QuietContact,
    SingleThread,
    candidates_from,
)

ON = dt.date(2026, 11, 23)
MONEY = Money(18_000_000, "EUR")
RENEWAL = RenewalFacts("C1", "a", ON + dt.timedelta(days=100), MONEY)
PREPARED = replace(RENEWAL, goal="keep", owner="Lee", decider="P1")


def found(facts: KnownFacts) -> tuple[Candidate, ...]:
    return candidates_from(facts, on=ON, parameters=load_defaults())


def test_an_unprepared_contract_in_sight_asks_to_be_prepared() -> None:
    (act,) = found(KnownFacts(renewals=(RENEWAL,)))
    assert act.kind is ActKind.DECISION
    (ground,) = act.grounds
    assert ground.reason.code == "renewal_unprepared"
    assert ground.reason.text == (
        "contract ends in 100 days, no goal, no owner, nobody named who decides"
    )
    assert (ground.money, ground.lift, ground.days) == (MONEY, 0.10, 100)


def test_a_prepared_contract_between_milestones_asks_nothing() -> None:
    assert found(KnownFacts(renewals=(PREPARED,))) == ()


def test_a_prepared_contract_comes_up_in_the_week_of_its_milestone() -> None:
    at_90 = replace(PREPARED, ends_on=ON + dt.timedelta(days=95))
    (act,) = found(KnownFacts(renewals=(at_90,)))
    assert act.grounds[0].reason.code == "renewal_milestone"
    assert "90 days before the end" in act.grounds[0].reason.text


def test_contracts_out_of_sight_or_ended_ask_nothing() -> None:
    for days in (271, -1):
        renewal = replace(RENEWAL, ends_on=ON + dt.timedelta(days=days))
        assert found(KnownFacts(renewals=(renewal,))) == ()


STEP = NextStep("T1", "a", "O1", "Send the offer", ON - dt.timedelta(days=3), MONEY)


def test_an_overdue_step_says_by_how_much() -> None:
    (act,) = found(KnownFacts(next_steps=(STEP,)))
    assert (act.text, act.grounds[0].reason.text) == (
        "Send the offer",
        "next step overdue by 3 days",
    )


def test_a_step_of_this_week_is_due_and_a_later_one_is_not_asked() -> None:
    due = replace(STEP, due=ON + dt.timedelta(days=6))
    assert found(KnownFacts(next_steps=(due,)))[0].grounds[0].reason.code == "step_due"
    later = replace(STEP, due=ON + dt.timedelta(days=7))
    assert found(KnownFacts(next_steps=(later,))) == ()


def test_the_nearest_deadline_of_the_money_counts() -> None:
    closing = replace(STEP, due=ON + dt.timedelta(days=5), close_on=ON + dt.timedelta(days=2))
    assert found(KnownFacts(next_steps=(closing,)))[0].grounds[0].days == 2


def test_a_quiet_person_is_named_with_their_usual_gap() -> None:
    quiet = QuietContact("P1", "Ms Ito", "a", 71, 34, False, "acv:a", MONEY)
    (act,) = found(KnownFacts(quiet=(quiet,)))
    assert act.grounds[0].reason.text == "Ms Ito silent for 71 days, usually 34"
    assert act.kind is ActKind.CALL
    executive = found(KnownFacts(quiet=(replace(quiet, executive=True, usual_days=None),)))[0]
    assert executive.grounds[0].lift > act.grounds[0].lift
    assert executive.grounds[0].reason.text == "Ms Ito silent for 71 days"


def test_a_single_thread_asks_for_a_second_relationship() -> None:
    thread = SingleThread("renewal:C1", "Renewal 2027", "a", "Mr Sato", "C1", MONEY, None)
    (act,) = found(KnownFacts(threads=(thread,)))
    assert act.kind is ActKind.MEETING
    assert act.grounds[0].reason.text == "Renewal 2027 hangs on Mr Sato alone"
    assert act.grounds[0].days == 90
    dated = replace(thread, deadline=ON + dt.timedelta(days=20))
    assert found(KnownFacts(threads=(dated,)))[0].grounds[0].days == 20


def test_nothing_known_asks_nothing() -> None:
    assert found(KnownFacts()) == ()
