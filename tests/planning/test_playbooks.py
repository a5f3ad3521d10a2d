"""Playbooks start once per trigger, count before they run, and end when their cause does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.parameters import load_defaults
from sightline.planning.playbooks import (
    AccountFacts,
    ContactChange,
    ContractEnd,
    OwnerRule,
    Playbook,
    PlaybookParameters,
    Start,
    Step,
    Trigger,
    dry_run,
    exit_reason,
    starts_today,
)

PARAMETERS = load_defaults().section(PlaybookParameters, "playbooks")
TODAY = dt.date(2027, 3, 1)
STEPS = (Step("Call", "call", 0), Step("Offer", "meeting", 14, OwnerRule.RENEWAL_OWNER))
RENEWAL = Playbook("renewal", 1, Trigger.RENEWAL, STEPS)
ACCOUNT = AccountFacts(
    "a",
    3,
    "FY2027Q1",
    contracts=(ContractEnd("c", TODAY + dt.timedelta(days=90)),),
    owners={"account_owner": "dana"},
)


def starts(
    *accounts: AccountFacts,
    books: tuple[Playbook, ...] = (RENEWAL,),
    started: set[str] | None = None,
) -> list[Start]:
    return list(
        starts_today(
            accounts,
            playbooks=books,
            started=started or set(),
            today=TODAY,
            parameters=PARAMETERS,
        )
    )


def test_steps_are_dated_from_the_start_and_go_to_who_holds_the_role() -> None:
    (start,) = starts(ACCOUNT)
    assert [(a.due, a.owner) for a in start.actions] == [
        (TODAY, "dana"),
        (TODAY + dt.timedelta(days=14), None),
    ]


@pytest.mark.parametrize(
    ("trigger", "fires", "silent"),
    [
        (
            Trigger.RENEWAL,
            {"contracts": (ContractEnd("c", TODAY + dt.timedelta(days=90)),)},
            {"contracts": (ContractEnd("c", TODAY + dt.timedelta(days=91)),)},
        ),
        (
            Trigger.RENEWAL,
            {"contracts": (ContractEnd("c", TODAY),)},
            {"contracts": (ContractEnd("c", TODAY, settled=True),)},
        ),
        (Trigger.ADOPTION_DROP, {"usage_change": -0.2}, {"usage_change": -0.19}),
        (Trigger.REVENUE_DROP, {"revenue_change": -0.2}, {"revenue_change": None}),
        (Trigger.CASE_SURGE, {"serious_cases": 3}, {"serious_cases": 2}),
        (
            Trigger.CONTACT_JOINED,
            {"joined": (ContactChange("p", TODAY - dt.timedelta(days=30)),)},
            {"joined": (ContactChange("p", TODAY - dt.timedelta(days=31)),)},
        ),
        (
            Trigger.CONTACT_LEFT,
            {"left": (ContactChange("p", TODAY),)},
            {"joined": (ContactChange("p", TODAY),)},
        ),
        (Trigger.ONBOARDING, {"won_on": TODAY}, {"won_on": TODAY + dt.timedelta(days=1)}),
    ],
)
def test_a_trigger_fires_at_its_threshold_and_not_before(
    trigger: Trigger, fires: dict[str, object], silent: dict[str, object]
) -> None:
    book = Playbook("b", 1, trigger, STEPS)
    empty = replace(ACCOUNT, contracts=())
    assert len(starts(replace(empty, **fires), books=(book,))) == 1  # type: ignore[arg-type]
    assert starts(replace(empty, **silent), books=(book,)) == []  # type: ignore[arg-type]


def test_a_playbooks_own_threshold_stands_before_the_default() -> None:
    early = replace(RENEWAL, threshold=120)
    far = replace(ACCOUNT, contracts=(ContractEnd("c", TODAY + dt.timedelta(days=120)),))
    assert starts(far) == []
    assert len(starts(far, books=(early,))) == 1


accounts = st.lists(
    st.builds(
        AccountFacts,
        key=st.uuids().map(str),
        tier=st.sampled_from([None, 1, 2, 3]),
        period=st.just("FY2027Q1"),
        contracts=st.lists(
            st.builds(
                ContractEnd,
                st.sampled_from("xyz"),
                st.dates(dt.date(2027, 1, 1), dt.date(2027, 9, 1)),
            ),
            max_size=3,
            unique_by=lambda contract: contract.key,
        ).map(tuple),
        usage_change=st.none() | st.floats(-1, 1),
    ),
    max_size=5,
    unique_by=lambda account: account.key,
)
BOOKS = (RENEWAL, Playbook("use", 1, Trigger.ADOPTION_DROP, STEPS))


@given(accounts)
def test_running_again_starts_nothing_again_even_in_a_new_version(
    given_accounts: list[AccountFacts],
) -> None:
    first = starts(*given_accounts, books=BOOKS)
    keys = [start.trigger_key for start in first]
    assert len(keys) == len(set(keys))
    newer = tuple(replace(book, version=2) for book in BOOKS)
    assert starts(*given_accounts, books=newer, started=set(keys)) == []
    assert all(start.account in {a.key for a in given_accounts if a.tier == 3} for start in first)


def test_a_paused_playbook_and_an_account_without_a_tier_start_nothing() -> None:
    assert starts(ACCOUNT, books=(replace(RENEWAL, paused=True),)) == []
    assert starts(replace(ACCOUNT, tier=None)) == []


def test_a_dry_run_counts_and_reads_accounts_one_at_a_time() -> None:
    alive = 0

    def stream() -> Iterator[AccountFacts]:
        nonlocal alive
        for number in range(5_000):
            alive += 1
            yield replace(ACCOUNT, key=str(number))

    found = starts_today(
        stream(), playbooks=(RENEWAL,), started=set(), today=TODAY, parameters=PARAMETERS
    )
    next(found)
    assert alive == 1
    counted = dry_run(found)
    assert (counted.starts, counted.actions, counted.without_owner) == (4_999, 9_998, 4_999)
    assert counted.reason.text == "Would start 4,999 today."


def test_a_run_ends_when_its_cause_goes_and_not_because_nothing_is_known() -> None:
    (start,) = starts(ACCOUNT)

    def ends(account: AccountFacts, book: Playbook = RENEWAL, key: str = start.trigger_key) -> bool:
        return exit_reason(book, account, trigger=key, parameters=PARAMETERS) is not None

    assert not ends(ACCOUNT)
    assert ends(replace(ACCOUNT, contracts=(replace(ACCOUNT.contracts[0], settled=True),)))
    assert ends(replace(ACCOUNT, tier=1))
    use = BOOKS[1]
    assert not ends(replace(ACCOUNT, usage_change=None), use, "use|a|FY2027Q1")
    assert not ends(replace(ACCOUNT, usage_change=-0.3), use, "use|a|FY2027Q1")
    assert ends(replace(ACCOUNT, usage_change=-0.1), use, "use|a|FY2027Q1")


def test_a_playbook_needs_steps_and_none_before_it_starts() -> None:
    with pytest.raises(MissingValue):
        Playbook("b", 1, Trigger.RENEWAL, ())
    with pytest.raises(InvalidValue):
        Step("Early", "call", -1)
