"""Parameters: every number has unit, source and date; nothing unknown, nothing missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sightline.planning.accounts import AcvParameters
from sightline.planning.errors import BadParameters
from sightline.planning.parameters import (
    Override,
    Parameters,
    load_defaults,
    overrides_in_force,
    read_folder,
)
from sightline.planning.renewals import renewal_parameters
from sightline.planning.tiering import parameters as tiering_sections
from sightline.planning.weekly import weekly_parameters

ENTRY = 'value = {value}\nunit = "days"\nsource = "a test"\nsince = 2026-01-01\n'


@dataclass(frozen=True, slots=True)
class Example:
    days: int
    share: float
    table: Mapping[str, float]
    steps: tuple[int, ...]


def folder(path: Path, **values: str) -> Parameters:
    full = {"days": "90", "share": "0.5", "table": "{ a = 1.0, b = 2 }", "steps": "[1, 2]"} | values
    text = "\n".join(
        f"[{name}]\n" + ENTRY.format(value=value) for name, value in full.items() if value
    )
    (path / "example.toml").write_text(text, encoding="utf-8")
    return read_folder(path)


def test_shipped_parameters_have_units_and_sources() -> None:
    entries = load_defaults().entries.values()
    assert len(entries) > 40
    assert all(entry.unit and entry.source and entry.since for entry in entries)


def test_shipped_sections_fit_what_reads_them() -> None:
    defaults = load_defaults()
    assert defaults.section(AcvParameters, "acv").overrun_days == 90
    for read in (
        tiering_sections.tiering,
        tiering_sections.potential,
        tiering_sections.vulnerability,
        tiering_sections.attention,
        weekly_parameters,
        renewal_parameters,
    ):
        assert read(defaults) is read(defaults)


def test_a_section_is_built_by_type(tmp_path: Path) -> None:
    section = folder(tmp_path).section(Example, "example")
    assert section.table["b"] == 2.0
    assert section.steps == (1, 2)
    with pytest.raises(TypeError):
        section.table["b"] = 3.0  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"days": ""}, "example.days"),
        ({"extra": "1"}, "example.extra"),
        ({"days": '"ninety"'}, "example.days"),
        ({"days": "1.5"}, "example.days"),
        ({"days": "true"}, "example.days"),
        ({"table": "{ a = 'x' }"}, "example.table.a"),
        ({"steps": "3"}, "example.steps"),
    ],
)
def test_a_missing_unknown_or_wrong_entry_fails_by_name(
    tmp_path: Path, values: dict[str, str], key: str
) -> None:
    with pytest.raises(BadParameters) as refused:
        folder(tmp_path, **values).section(Example, "example")
    assert refused.value.field == key
    assert key in str(refused.value)


@pytest.mark.parametrize("line", ['unit = "days"', 'source = "a test"', "since = 2026-01-01"])
def test_an_entry_without_unit_source_or_date_is_refused(tmp_path: Path, line: str) -> None:
    text = "[days]\n" + ENTRY.format(value=1).replace(line, "")
    (tmp_path / "example.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadParameters, match=r"example\.days"):
        read_folder(tmp_path)


def test_a_file_may_group_and_date_its_entries(tmp_path: Path) -> None:
    text = 'as_of = 2026-02-02\n[rhythm.gap]\nvalue = 1.5\nunit = "times"\nsource = "a test"\n'
    (tmp_path / "example.toml").write_text(text, encoding="utf-8")
    entry = read_folder(tmp_path).entry("example.rhythm.gap")
    assert (entry.value, entry.since) == (1.5, dt.date(2026, 2, 2))


def test_an_override_changes_the_value_and_the_version() -> None:
    defaults = load_defaults()
    other = defaults.with_overrides({"tiering.capacity_tier_1": 7}, "trial")
    assert tiering_sections.tiering(other).capacity_tier_1 == 7
    assert tiering_sections.tiering(defaults).capacity_tier_1 == 5
    assert other.version.startswith("trial+")
    assert other.version != defaults.version


def test_the_same_values_have_the_same_version() -> None:
    defaults = load_defaults()
    there = defaults.with_overrides({"acv.overrun_days": 60})
    assert there.with_overrides({"acv.overrun_days": 90}).version == defaults.version
    assert defaults.with_overrides({"tiering.vulnerability_high": 50.0}).version == defaults.version


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("acv.nothing", 1),
        ("acv.overrun_days", "90"),
        ("acv.overrun_days", True),
        ("acv.overrun_days", 1.5),
        ("weekly.minutes", {"call": 30}),
        ("weekly.minutes", {"call": 30, "meeting": 90, "fact": 5, "decision": "long"}),
    ],
)
def test_an_override_of_an_unknown_key_or_another_type_is_refused(key: str, value: object) -> None:
    with pytest.raises(BadParameters) as refused:
        load_defaults().with_overrides({key: value})
    assert refused.value.field == key


def test_the_latest_override_that_has_begun_counts() -> None:
    key = "acv.overrun_days"
    dated = (
        Override(key, 60, dt.date(2026, 6, 1)),
        Override(key, 30, dt.date(2026, 1, 1)),
        Override(key, 10, dt.date(2027, 1, 1)),
    )
    assert overrides_in_force(dated, on=dt.date(2026, 12, 31)) == {key: 60}
    assert overrides_in_force(dated, on=dt.date(2026, 5, 31)) == {key: 30}
    assert overrides_in_force(dated, on=dt.date(2025, 12, 31)) == {}


def test_values_that_contradict_each_other_are_refused() -> None:
    other = load_defaults().with_overrides({"tiering.floor_share": 0.5})
    with pytest.raises(BadParameters, match="floor"):
        tiering_sections.tiering(other)
