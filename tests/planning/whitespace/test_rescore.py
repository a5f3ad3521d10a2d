"""Scoring what changed gives the same as scoring everything; suggestions keep to their filters."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.whitespace import (
    CellFacts,
    PeerCounts,
    State,
    rank_suggestions,
    rescore_cells,
    score_cells,
    worth_of,
)
from tests.planning.whitespace.makers import ON, P, deal, eligible, held, need, path, worth

KEYS = [(f"u{unit}", f"l{line}") for unit in range(3) for line in range(3)]


@st.composite
def fact(draw: st.DrawFn, key: tuple[str, str]) -> CellFacts:
    value = draw(st.none() | st.integers(0, 50))
    return CellFacts(
        *key,
        holder=draw(st.sampled_from([None, held("nobody"), held("in_house")])),
        eligibility=draw(st.sampled_from([None, eligible("not_applicable")])),
        need=draw(st.none() | st.builds(need, st.integers(0, 3))),
        estimates=() if value is None else (worth(value),),
        in_plays=draw(st.sampled_from([(), ("p",)])),
        peer_share=draw(st.sampled_from([None, 0.5])),
    )


@given(st.data())
def test_scoring_what_changed_is_scoring_everything(data: st.DataObject) -> None:
    before = [data.draw(fact(key)) for key in KEYS]
    levels = st.integers(0, 3)
    paths = {key: path(data.draw(levels), data.draw(levels)) for key in KEYS}
    scores = {
        score.cell.key: score for score in score_cells(before, paths=paths, on=ON, parameters=P)
    }
    changed = [data.draw(fact(key)) for key in data.draw(st.sets(st.sampled_from(KEYS)))]
    kept = worth_of(scores.values())
    found = rescore_cells(scores, changed, worth=kept, currency="EUR", on=ON, parameters=P)
    other = found.scores
    after = {cell.key: cell for cell in (*before, *changed)}
    whole = score_cells([after[key] for key in KEYS], paths=paths, on=ON, parameters=P)
    assert {**scores, **other} == {score.cell.key: score for score in whole}
    assert found.worth == worth_of(whole)


def counts(having: int, similar: int = 12) -> PeerCounts:
    return PeerCounts("Line", similar, having, 0, 40, 17, 2, 3, 0.6)


@given(st.data())
def test_what_is_suggested_is_open_and_nobody_declined_it(data: st.DataObject) -> None:
    cells = [data.draw(fact(key)) for key in KEYS]
    paths = {key: path(1, 1) for key in KEYS}
    scores = score_cells(cells, paths=paths, on=ON, parameters=P)
    told = {key: counts(data.draw(st.integers(0, 12))) for key in KEYS}
    declined = data.draw(st.sets(st.sampled_from(KEYS)))
    by_key = {score.cell.key: score for score in scores}
    ranked = rank_suggestions(scores, counts=told, declined=declined, parameters=P)
    found = [by_key[one.key] for one in ranked]
    for score in found:
        assert score.cell.key not in declined
        assert score.state.state is not State.NOT_APPLICABLE
        assert not score.cell.in_plays and score.need != 0
        assert told[score.cell.key].having > 0
    worths = [told[one.cell.key].having * one.likely.minor if one.likely else -1 for one in found]
    assert worths == sorted(worths, reverse=True)


def test_an_open_deal_or_a_sold_line_is_not_suggested() -> None:
    plain = CellFacts("u", "a", holder=held("nobody"), estimates=(worth(9),))
    open_deal = replace(plain, line="b", pipeline=deal(5))
    scores = score_cells(
        [plain, open_deal],
        paths={one.key: path(1, 1) for one in (plain, open_deal)},
        on=ON,
        parameters=P,
    )
    told = {("u", "a"): counts(6), ("u", "b"): counts(12)}
    found = rank_suggestions(scores, counts=told, declined=(), parameters=P)
    assert [one.key for one in found] == [("u", "a")]
