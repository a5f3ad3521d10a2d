"""Which cells to look at next, why, and how one is turned down: the reason is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import whitespace as verbs
from sightline.actions.whitespace import Saying
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.planning.whitespace import CellScore, PeerCounts, peer_evidence
from sightline.records.scoping import Person
from sightline.web.figures import Figure, Input
from sightline.web.gate import Request, may_open, needs
from sightline.web.htmx import go, say
from sightline.web.pages.whitespace.looks import words_of
from sightline.web.pages.whitespace.place import Work, cell_url, place_in, work_of
from sightline.web.pages.whitespace.present import line_names, unit_names
from sightline.wording import dates


@dataclass(frozen=True, slots=True)
class Suggested:
    """One cell to look at: where, how much, and the evidence."""

    key: str
    title: str
    url: str
    play_url: str
    decline_url: str
    state: str
    value: Money | None
    evidence: str
    why: Figure
    alike_url: str


@dataclass(frozen=True, slots=True)
class Turned:
    """One declined cell with why."""

    title: str
    reason: str
    who: str
    url: str


@dataclass(frozen=True, slots=True)
class Next:
    """The suggestions of a grid; `ranked` False where no ranking was made yet."""

    cells: tuple[Suggested, ...]
    declined: tuple[Turned, ...]
    ranked: bool
    as_of: str


def next_of(work: Work, person: Person | None) -> Next | None:
    """None where the person may see the grid, but not what stands behind a cell."""
    if not work.shell.rights.plan:
        return None
    told = work.grid.suggested
    units, lines = unit_names(work), line_names(work)

    def title(unit: str, line: str) -> str:
        return _("%(line)s in %(unit)s") % {"line": lines[line], "unit": units[unit]}

    cells = tuple(
        _cell(work, work.grid.scores[key], title(*key), person) for key in work.grid.suggestions
    )
    declined = tuple(
        Turned(
            title(*key),
            one.reason,
            ", ".join(part for part in (one.author, dates.day(one.on)) if part),
            reverse("whitespace:cell-suggest", args=[work.account_id, *key]),
        )
        for key, one in told.declined.items()
        if key in work.grid.scores
    )
    as_of = dates.day(told.as_of) if told.as_of is not None else ""
    return Next(cells, declined, bool(told.counts), as_of)


def counts_of(work: Work, score: CellScore) -> PeerCounts | None:
    """Peers of this very unit where the ranking knows it, else of all units."""
    own = work.grid.suggested.counts.get(score.cell.key)
    return own if own is not None else work.grid.peers.counts.get(score.cell.line)


def evidence_of(work: Work, score: CellScore) -> str:
    """The evidence in words; empty where nobody has the line."""
    counts = counts_of(work, score)
    found = peer_evidence(counts, parameters=work.numbers) if counts is not None else None
    return found.text if found is not None else ""


def _cell(work: Work, score: CellScore, title: str, person: Person | None) -> Suggested:
    unit, line = score.cell.key
    account = work.account_id
    return Suggested(
        key=f"{unit}-{line}",
        title=title,
        url=cell_url(account, unit, line),
        play_url=f"{reverse('plays:start', args=[account])}?cell={unit}-{line}",
        decline_url=reverse("whitespace:cell-decline", args=[account, unit, line]),
        state=words_of(score.state.state.value),
        value=score.likely,
        evidence=evidence_of(work, score),
        why=_inputs(work, score),
        alike_url=_alike_url(work, score, person),
    )


def _alike_url(work: Work, score: CellScore, person: Person | None) -> str:
    """Where the similar units are named; empty where nobody was compared with this very unit."""
    counts = work.grid.suggested.counts.get(score.cell.key)
    if counts is None or not counts.similar:
        return ""
    unit, line = score.cell.key
    asked = urlencode({"account": str(work.account_id), "unit": unit, "line": line})
    address = f"{reverse('analytics:behind', args=['alike'])}?{asked}"
    return address if may_open(person, address) else ""


def _inputs(work: Work, score: CellScore) -> Figure:
    """Every number that the suggestion rests on."""
    counts = counts_of(work, score)
    few = work.numbers.small_count
    inputs = []
    if counts is not None:
        share = {"n": _few(counts.having, few), "of": counts.similar}
        all_ = {"n": _few(counts.everyone_having, few), "of": counts.everyone}
        same = {"n": counts.shared, "of": counts.lines}
        inputs = [
            Input(_("Similar units that own it"), _("%(n)s of %(of)s") % share),
            Input(_("Lines in common"), _("%(n)s of %(of)s") % same),
            Input(_("Likeness, 0 to 1"), f"{counts.similarity:.2f}"),
            Input(_("All units that own it"), _("%(n)s of %(of)s") % all_),
        ]
    value = score.value
    return Figure(
        inputs=tuple(inputs),
        explanation=_("Ordered by the share of similar units that own it × likely value. %s")
        % (value.words if value is not None else ""),
        source=_("ledger version %s") % work.grid.suggested.version,
        as_of=work.grid.suggested.as_of,
        missing=() if value is not None else (_("value"),),
    )


def _few(count: int, least: int) -> str:
    return _("a few") if 0 < count < least else str(count)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def decline(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """Not this cell, and why."""
    work = work_of(request, account_id)
    place = place_in(work, unit, line)
    assert request.person is not None
    saying = Saying(request.person, work.shell.now, work.shell.today, None)
    try:
        verbs.decline_suggestion(place, request.POST.get("reason", ""), saying=saying)
    except NotAllowed:
        raise
    except PlanningError as error:
        say(request, str(error), tone="warn")
    else:
        say(request, _("Not suggested again."))
    return _back(request, account_id)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def again(request: Request, account_id: int, unit: str, line: str) -> HttpResponse:
    """It may be suggested again."""
    work = work_of(request, account_id)
    place = place_in(work, unit, line)
    assert request.person is not None
    saying = Saying(request.person, work.shell.now, work.shell.today, None)
    verbs.suggest_again(place, saying=saying)
    say(request, _("It may be suggested again."))
    return _back(request, account_id)


def _back(request: Request, account_id: int) -> HttpResponse:
    return go(request, f"{reverse('whitespace:show', args=[account_id])}#next")
