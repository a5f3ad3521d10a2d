"""Whether a play is whole, and if not, what is missing; which column of the board it stands in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money
from sightline.planning.plays.facts import Column, Play, PlayParameters, Stage
from sightline.planning.reasons import Reason, because

Place = TypeVar("Place", bound=Hashable)
URGENT = frozenset({"play.no_owner", "play.no_date", "play.no_person", "play.no_action"})


def missing_parts(play: Play) -> tuple[Reason, ...]:
    """What a play needs to be whole and has not got; empty for a whole play."""
    parts = (
        (not play.cells and not play.renewal, "play.no_cell", "a cell or a renewal"),
        (not play.owner, "play.no_owner", "an owner"),
        (play.value is None, "play.no_value", "a value"),
        (play.target_close is None, "play.no_date", "a target close date"),
        (not play.people, "play.no_person", "the stakeholders it needs"),
        (not play.answers, "play.no_answer", "the customer problem or priority it answers"),
        (not play.next_action, "play.no_action", "a next action"),
    )
    return tuple(because(code, f"needs {text}") for lacks, code, text in parts if lacks)


def is_whole(play: Play) -> bool:
    """Whether nothing is missing."""
    return not missing_parts(play)


def incomplete_too_long(
    play: Play, *, on: dt.date, parameters: PlayParameters
) -> tuple[Reason, ...]:
    """Owner, date, person or next action still missing seven days after the play was made; parked
    plays are left alone."""
    if play.parked or (on - play.created).days < parameters.grace_days:
        return ()
    return tuple(one for one in missing_parts(play) if one.code in URGENT)


def board_column(play: Play, *, stages: Mapping[str, Stage]) -> Column:
    """Where the play stands: parked, else idea without an opportunity, else by its stage.

    A mapped stage says so itself. Without a mapping the first open stage is qualified, later open
    ones are in motion, won is landed and closed otherwise is lost. A stage nobody knows is
    qualified: the opportunity exists, and no more is certain.
    """
    if play.parked:
        return Column.PARKED
    if play.opportunity is None:
        return Column.IDEA
    stage = stages.get(play.stage or "")
    return Column.QUALIFIED if stage is None else stage_column(stage, stages=stages.values())


def stage_column(stage: Stage, *, stages: Iterable[Stage]) -> Column:
    """The column of one stage among the organisation's own."""
    if stage.column is not None:
        return stage.column
    if stage.closed:
        return Column.LANDED if stage.won else Column.LOST
    first = min((one.order for one in stages if not one.closed), default=stage.order)
    return Column.QUALIFIED if stage.order <= first else Column.IN_MOTION


def expected_value(amount: Money | None, *, probability: float | None) -> Money | None:
    """Amount × probability; None where either is not known."""
    if amount is None or probability is None:
        return None
    if not 0 <= probability <= 1:
        raise InvalidValue("A probability is between 0 and 1.", field="probability")
    return amount.times(probability)


def split_over_cells(
    amount: Money, *, cells: Sequence[Place], values: Mapping[Place, Money]
) -> dict[Place, Money]:
    """A play's amount over its cells by their likely value; the shares add up to the last cent.

    A cell without a value weighs as much as the mean of the others; with no value at all, or all
    zero, the shares are equal. The same cell twice counts once.
    """
    unique = list(dict.fromkeys(cells))
    if not unique:
        return {}
    known = [values[cell].minor for cell in unique if cell in values]
    mean = sum(known) / len(known) if known else 1.0
    weights = [float(values[cell].minor) if cell in values else mean for cell in unique]
    return dict(zip(unique, amount.split(weights), strict=True))
