"""Every concept of path and rhythm reads its whole parameter file, and nothing else."""

from __future__ import annotations

import pytest

from sightline.planning.bridge import BridgeParameters
from sightline.planning.calibration import CalibrationParameters
from sightline.planning.challenges import ChallengeParameters
from sightline.planning.explanations import ExplanationParameters, Word
from sightline.planning.health import HealthParameters
from sightline.planning.metrics import MetricsParameters
from sightline.planning.parameters import load_defaults
from sightline.planning.playbooks import PlaybookParameters
from sightline.planning.priorities import PriorityParameters
from sightline.planning.reviews import ReviewParameters

SECTIONS = {
    "bridge": BridgeParameters,
    "calibration": CalibrationParameters,
    "challenges": ChallengeParameters,
    "explanations": ExplanationParameters,
    "health": HealthParameters,
    "metrics": MetricsParameters,
    "playbooks": PlaybookParameters,
    "priorities": PriorityParameters,
    "reviews": ReviewParameters,
}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_reads_its_whole_file(name: str) -> None:
    assert isinstance(load_defaults().section(SECTIONS[name], name), SECTIONS[name])


def test_words_for_and_against_are_each_others_inverse() -> None:
    ratios = load_defaults().section(ExplanationParameters, "explanations").likelihood_words
    assert set(ratios) == {word.value for word in Word}
    for word in ("strongly", "slightly"):
        assert ratios[f"{word}_for"] * ratios[f"{word}_against"] == pytest.approx(1)
    assert ratios["for"] * ratios["against"] == pytest.approx(1)


def test_a_review_takes_sixty_minutes() -> None:
    minutes = load_defaults().section(ReviewParameters, "reviews").minutes
    assert sum(minutes.values()) == 60


def test_health_weights_make_a_hundred() -> None:
    weights = load_defaults().section(HealthParameters, "health").weights
    assert sum(weights.values()) == 100
