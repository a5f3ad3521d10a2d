"""Calibration: by hand, never under thirty, and never per person."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.calibration import (
    By,
    CalibrationParameters,
    Prediction,
    calibrate,
    calibrate_by,
    calibrate_by_size,
)
from sightline.planning.parameters import load_defaults

PARAMETERS = load_defaults().section(CalibrationParameters, "calibration")


def said(probability: float, happened: bool | None, *, stage: str = "Proposal") -> Prediction:
    return Prediction(stage, "Core", probability, happened)


THIRTY = [said(0.8, n < 12) for n in range(15)] + [said(0.2, n < 3) for n in range(15)]


def test_scores_are_what_a_person_gets_by_hand() -> None:
    found = calibrate([*THIRTY, said(0.5, None)], parameters=PARAMETERS)
    assert (found.resolved, found.open) == (30, 1)
    assert found.brier == pytest.approx(0.16)
    assert found.base_rate == pytest.approx(0.5)
    assert found.skill == pytest.approx(1 - 0.16 / 0.25)
    assert found.log_loss == pytest.approx(-(0.8 * math.log(0.8) + 0.2 * math.log(0.2)))
    fifth = found.bins[4]
    assert (fifth.count, fifth.observed) == (15, 0.8)
    assert fifth.predicted == pytest.approx(0.8)
    assert [one.count for one in found.bins] == [0, 15, 0, 0, 15]


def test_under_thirty_resolved_it_says_too_few() -> None:
    found = calibrate(THIRTY[:29], parameters=PARAMETERS)
    assert (found.brier, found.skill, found.bins) == (None, None, ())
    assert found.reasons[0].code == "calibration.too_few"


def test_outcomes_that_were_all_alike_have_no_skill() -> None:
    found = calibrate([said(0.9, True)] * 30, parameters=PARAMETERS)
    assert found.skill is None
    assert found.reasons[0].code == "calibration.all_alike"


def test_it_is_split_by_stage_or_product_and_knows_no_person() -> None:
    mixed = [*THIRTY, *[dataclasses.replace(p, stage="Closing") for p in THIRTY[:5]]]
    found = calibrate_by(mixed, by=By.STAGE, parameters=PARAMETERS)
    assert found["Proposal"].brier is not None and found["Closing"].brier is None
    names = {field.name for field in dataclasses.fields(Prediction)}
    assert not names & {"person", "owner", "seller", "by"}
    assert {by.value for by in By} == {"stage", "product"}


def test_values_and_dates_are_scored_beside_it() -> None:
    late = [dataclasses.replace(p, days_late=n, value_ratio=0.5) for n, p in enumerate(THIRTY)]
    found = calibrate(late, parameters=PARAMETERS)
    assert (found.median_days_late, found.median_value_ratio) == (14.5, 0.5)


def sized(size: int | None) -> Prediction:
    return Prediction("Proposal", "Core", 0.5, True, size=size)


def test_bands_hold_about_equally_many_and_never_part_equal_sizes() -> None:
    told = [sized(n) for n in range(1, 91)] + [sized(None)] * 40
    bands = calibrate_by_size(told, parameters=PARAMETERS)
    assert [(one.least, one.most, one.found.resolved) for one in bands] == [
        (1, 30, 30),
        (31, 60, 30),
        (61, 90, 30),
    ]
    alike = calibrate_by_size([sized(7)] * 60 + [sized(9)] * 5, parameters=PARAMETERS)
    assert [(one.least, one.most, one.found.resolved) for one in alike] == [(7, 7, 60), (9, 9, 5)]
    assert "Too few" in alike[1].found.reasons[0].text
    assert calibrate_by_size([sized(None)], parameters=PARAMETERS) == ()


predictions = st.lists(st.builds(said, st.floats(0, 1), st.booleans()), min_size=30, max_size=60)


@given(predictions)
def test_scores_stay_on_their_scales_and_bins_hold_everything(given_ones: list[Prediction]) -> None:
    found = calibrate(given_ones, parameters=PARAMETERS)
    assert found.brier is not None and 0 <= found.brier <= 1
    assert found.log_loss is not None and 0 < found.log_loss <= -math.log(0.01)
    assert sum(one.count for one in found.bins) == len(given_ones)


@given(predictions)
def test_always_saying_the_base_rate_has_no_skill(given_ones: list[Prediction]) -> None:
    rate = sum(bool(p.happened) for p in given_ones) / len(given_ones)
    flat = [dataclasses.replace(p, probability=rate) for p in given_ones]
    found = calibrate(flat, parameters=PARAMETERS)
    assert found.skill is None or found.skill == pytest.approx(0, abs=1e-9)
