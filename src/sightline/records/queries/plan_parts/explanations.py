"""Off-trend revenue of a plan: the questions it opens today, and what was answered to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from sightline.planning.explanations import (
    Belief,
    Evidence,
    ExplanationParameters,
    OpenQuestion,
    TrendFacts,
    Word,
    question_for,
)
from sightline.planning.money import Money
from sightline.records.models import (
    AccountMeasures,
    CellMeasures,
    Explanation,
    ExplanationEvidence,
    ProductLine,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that revenue opens today and nobody has answered: money in `currency`."""

    key: str
    line_id: int
    line: str
    change: int
    before: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    """One question that somebody answered; `rivals` are (explanation, for, against) in words."""

    id: int
    key: str
    line_id: int
    line: str
    change: int
    before: int
    currency: str
    reason: str
    state: str
    rivals: tuple[tuple[str, str, str], ...]
    belief: Belief | None
    believed_by: str
    believed_at: datetime | None
    truth: str
    version: int


def questions_today(
    account_ids: tuple[int, ...],
    *,
    year: int,
    quarter: int,
    known: frozenset[str],
    parameters: ExplanationParameters,
) -> tuple[Asked, ...]:
    """Lines whose revenue is off its trend, the largest change first. Two queries.

    `known` are keys of questions already answered: each is asked once per line and quarter.
    """
    measured = list(
        AccountMeasures.objects.filter(account_id__in=account_ids).values_list("currency", "acv")
    )
    if not measured:
        return ()
    currency = measured[0][0]
    acvs = [acv for _, acv in measured if acv is not None]
    baseline = Money(sum(acvs), currency) if acvs else None
    rows = (
        CellMeasures.objects.filter(account_id__in=account_ids)
        .values_list("product_line_id", "product_line__name")
        .annotate(now=Sum("r12"), before=Sum("r12_before"))
        .order_by("product_line_id")
    )
    found = []
    for line_id, line, now, before in rows:
        question = question_for(
            TrendFacts(
                line=f"line:{line_id}",
                quarter=f"{year}Q{quarter}",
                planned=True,
                r12=Money(now or 0, currency),
                r12_before=Money(before or 0, currency),
                baseline=baseline,
            ),
            asked=known,
            parameters=parameters,
        )
        if question is not None:
            found.append(
                Asked(
                    question.key,
                    line_id,
                    line,
                    question.change.minor,
                    before or 0,
                    currency,
                    question.reason.text,
                )
            )
    return tuple(sorted(found, key=lambda one: (-abs(one.change), one.line)))


def explanations_of(plan_id: int) -> tuple[ExplanationRow, ...]:
    """Every question that was answered, the newest first. One query."""
    rows = (
        Explanation.objects.filter(plan_id=plan_id)
        .select_related("product_line", "believed_by")
        .order_by("-opened_on", "-pk")
    )
    return tuple(_row(row) for row in rows)


def board_of(
    explanation_id: int,
) -> tuple[tuple[Evidence, ...], tuple[OpenQuestion, ...]]:
    """The columns of a board and the questions still open. One query."""
    rows = ExplanationEvidence.objects.filter(
        explanation_id=explanation_id, removed_at=None
    ).order_by("pk")
    evidence, questions = [], []
    for row in rows:
        bearing = _bearing(row.bearing)
        if row.asked:
            questions.append(OpenQuestion(str(row.pk), row.words, bearing))
            continue
        source = row.source or f"evidence {row.pk}"
        evidence.append(
            Evidence(str(row.pk), row.words, source, bearing, float(Decimal(row.reliability)))
        )
    return tuple(evidence), tuple(questions)


def line_name(line_id: int) -> str:
    """A product line's name; empty where it is gone. One query."""
    return ProductLine.objects.filter(pk=line_id).values_list("name", flat=True).first() or ""


def _row(row: Explanation) -> ExplanationRow:
    belief = None
    if row.belief and row.look_again is not None and row.would_change:
        belief = Belief(row.belief, str(row.believed_by_id or ""), row.would_change, row.look_again)
    return ExplanationRow(
        id=row.pk,
        key=row.key,
        line_id=row.product_line_id,
        line=row.product_line.name,
        change=row.change,
        before=row.before,
        currency=row.currency,
        reason=row.reason,
        state=row.state,
        rivals=tuple((str(one), str(for_), str(against)) for one, for_, against in row.rivals),
        belief=belief,
        believed_by=row.believed_by.name if row.believed_by else "",
        believed_at=row.believed_at,
        truth=row.truth,
        version=row.version,
    )


def _bearing(kept: Mapping[str, str]) -> dict[str, Word]:
    return {name: Word(word) for name, word in kept.items() if word in set(Word)}


def day_of_quarter(on: date, *, quarters: tuple[tuple[date, date], ...]) -> int:
    """The number of the plan year's quarter that holds a day; 1 before the first."""
    for number, (first, last) in enumerate(quarters, start=1):
        if first <= on <= last:
            return number
    return 1
