"""Questions, rivals and the board in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.planning.explanations import (
    SOMETHING_ELSE,
    STARTER_WORDS,
    Evidence,
    ExplanationParameters,
    OpenQuestion,
    Starter,
    Word,
    next_best_question,
    revealed,
    rivals_in_words,
    starting_priors,
    telling,
)
from sightline.planning.money import Money
from sightline.records.queries.plan_parts.explanations import Asked, ExplanationRow
from sightline.wording.chances import percent

FIRST_RIVALS = (Starter.DATA_ARTEFACT.value, Starter.REGRESSION_TO_MEAN.value, "")


@dataclass(frozen=True, slots=True)
class Rival:
    """One line of the short form, as it was typed or not yet."""

    number: int
    name: str
    speaks_for: str
    against: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question; `row` where it was answered. `change` is against the year before; `written` is
    what somebody typed and could not keep."""

    key: str
    line: str
    change: Money
    reason: str
    rivals: tuple[Rival, ...]
    row: ExplanationRow | None
    belief: str
    truth: str
    written: tuple[Rival, ...] = ()

    @property
    def to_write(self) -> tuple[Rival, ...]:
        """The rivals that the form starts from."""
        return self.written or self.rivals


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One observation with its word for every row, in the rows' order."""

    id: int
    words: str
    source: str
    asked: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One explanation: its words over the columns; `total` only once a belief is on record."""

    name: str
    label: str
    cells: tuple[str, ...]
    total: str
    believed: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Hypotheses in rows, evidence in columns. `hidden` counts evidence that tells nothing."""

    columns: tuple[BoardColumn, ...]
    rows: tuple[BoardRow, ...]
    said: tuple[str, ...]
    next_best: str
    hidden: int


def names() -> dict[str, str]:
    """Every explanation by its code, in the fixed order."""
    found = {starter.value: _(words) for starter, words in STARTER_WORDS.items()}
    return found | {SOMETHING_ELSE: _("Something else")}


def words() -> dict[str, str]:
    """How a piece of evidence bears on an explanation."""
    return {
        Word.STRONGLY_FOR.value: _("strongly for"),
        Word.FOR.value: _("for"),
        Word.SLIGHTLY_FOR.value: _("slightly for"),
        Word.NEUTRAL.value: _("neutral"),
        Word.SLIGHTLY_AGAINST.value: _("slightly against"),
        Word.AGAINST.value: _("against"),
        Word.STRONGLY_AGAINST.value: _("strongly against"),
    }


def open_question(asked: Asked, *, typed: Sequence[tuple[str, str, str]] = ()) -> ShownQuestion:
    """A question nobody has answered; a data artefact and regression to the mean stand first."""
    given = typed or tuple((name, "", "") for name in FIRST_RIVALS)
    return ShownQuestion(
        key=asked.key,
        line=asked.line,
        change=Money(asked.change, asked.currency),
        reason=asked.reason,
        rivals=rivals_of(given),
        row=None,
        belief="",
        truth="",
    )


def answered(row: ExplanationRow) -> ShownQuestion:
    """One that was answered, with its rivals to be written anew."""
    known = names()
    return ShownQuestion(
        key=row.key,
        line=row.line,
        change=Money(row.change, row.currency),
        reason=row.reason,
        rivals=rivals_of(row.rivals),
        row=row,
        belief=known.get(row.belief.explanation, "") if row.belief else "",
        truth=known.get(row.truth, ""),
    )


def board_of(
    row: ExplanationRow,
    evidence: Sequence[Evidence],
    questions: Sequence[OpenQuestion],
    *,
    price: float | None,
    parameters: ExplanationParameters,
) -> Board:
    """The board: the total is shown only because a belief was stated before it.

    `price` is the price part of the change, None where quantities are not known.
    """
    priors = starting_priors(price_share=price, parameters=parameters)
    labels = names()
    shown = telling(evidence, tuple(priors), parameters=parameters)
    chances: Mapping[str, float] = {}
    if row.belief is not None:
        chances = revealed(priors, evidence, belief=row.belief, parameters=parameters)
    best = next_best_question(chances or priors, questions, parameters=parameters)
    words_of = words()
    believed = row.belief.explanation if row.belief else ""
    return Board(
        columns=(
            *(BoardColumn(int(one.key), one.text, one.source, False) for one in shown),
            *(BoardColumn(int(one.key), one.text, "", True) for one in questions),
        ),
        rows=tuple(
            BoardRow(
                name=name,
                label=labels[name],
                cells=tuple(
                    words_of[bearing.get(name, Word.NEUTRAL).value]
                    for bearing in (
                        *(one.bearing for one in shown),
                        *(one.if_yes for one in questions),
                    )
                ),
                total=percent(chances[name]) if name in chances else "",
                believed=name == believed,
            )
            for name in (*priors, SOMETHING_ELSE)
        ),
        said=_said(chances, labels, evidence),
        next_best=best.question.text if best is not None and best.gain > 0 else "",
        hidden=len(evidence) - len(shown),
    )


def _said(
    chances: Mapping[str, float], labels: Mapping[str, str], evidence: Sequence[Evidence]
) -> tuple[str, ...]:
    """The likeliest in words, once something was observed: before, they all stand alike."""
    if not chances:
        return ()
    if not evidence:
        return (_("Nothing observed is on the board yet, so all stand alike."),)
    return tuple(one.text for one in rivals_in_words(chances, labels=labels))


def rivals_of(given: Sequence[tuple[str, str, str]]) -> tuple[Rival, ...]:
    """The lines of the short form."""
    return tuple(
        Rival(number, name, speaks_for, against)
        for number, (name, speaks_for, against) in enumerate(given, start=1)
    )
