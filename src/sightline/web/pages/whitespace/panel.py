"""One cell opened: its facts as forms, the computed path with reasons, rank, and why here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sightline.planning.money import Money
from sightline.planning.whitespace import (
    CellScore,
    Method,
    Origin,
    Scored,
    Standing,
    contradictions,
    stale_facts,
)
from sightline.records.queries.whitespace.choices import (
    CellChoices,
    Confirmed,
    cell_choices,
    confirmed,
)
from sightline.records.queries.whitespace.said import PastFact, history_of
from sightline.web.figures import Figure, Input
from sightline.web.pages.challenges.beside import Beside, beside
from sightline.web.pages.whitespace.forms import ELIGIBLE, HOLDERS, SURE
from sightline.web.pages.whitespace.looks import classes_of, shown_in, words_of
from sightline.web.pages.whitespace.origins import origin_values, origin_words, read_of
from sightline.web.pages.whitespace.place import Work, cell_url
from sightline.web.pages.whitespace.present import line_names, unit_names
from sightline.web.pages.whitespace.suggestions import evidence_of
from sightline.wording.cells import look_of
from sightline.wording.money import money_range, short_money

KINDS = ("holder", "need", "value", "access", "budget", "eligibility")


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact as its form: what stands, who said it, and what an answer of the server adds."""

    kind: str
    url: str
    version: int
    values: Mapping[str, str]
    said: str
    stale: str
    errors: Mapping[str, str]
    clash: str = ""
    saved: bool = False
    computed: int | None = None
    reason: str = ""
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """The opened cell."""

    title: str
    unit: str
    line: str
    url: str
    here: str
    look: str
    classes: str
    shown: str
    state: str
    reason: str
    questions: tuple[str, ...]
    facts: Mapping[str, FactView]
    rank: Money | None
    standing: str
    standing_words: str
    why: Figure
    value: str
    peers: str
    deals: tuple[tuple[str, str], ...]
    read: tuple[tuple[str, str, str], ...]
    past: tuple[PastFact, ...]
    holders: tuple[tuple[str, str], ...]
    eligible: tuple[tuple[str, str], ...]
    sure: tuple[tuple[str, str], ...]
    may_write: bool
    sees_people: bool
    play_url: str
    currency: str
    choices: CellChoices
    owner: str
    methods: tuple[tuple[str, str], ...]
    method: str
    seen: tuple[int, ...]
    confirmed: Confirmed | None
    argued: tuple[Beside, ...]


def panel_of(
    work: Work, unit: str, line: str, *, answered: FactView | None = None, past: bool = False
) -> Panel:
    """Everything the panel draws; `answered` replaces the fact that was just posted."""
    score = work.score(unit, line)
    state, seen = score.state, work.grid.seen[unit, line]
    facts = {kind: fact_view(work, score, kind) for kind in KINDS}
    if answered is not None:
        facts[answered.kind] = answered
    said = work.grid.said.get((unit, line))
    account = work.account_id
    return Panel(
        title=_title(work, unit, line),
        unit=unit,
        line=line,
        url=cell_url(account, unit, line),
        here=f"{unit}/{line}",
        look=look_of(seen),
        classes=classes_of(seen),
        shown=shown_in(seen, show="state"),
        state=words_of(look_of(seen)),
        reason=state.reason.text,
        questions=tuple(one.text for one in contradictions(score.cell, on=work.grid.on)),
        facts=facts,
        rank=score.rank,
        standing=score.standing.value,
        standing_words=standing_words(score.standing),
        why=why_here(work, score),
        value=_value_words(score),
        peers=evidence_of(work, score),
        deals=_deals(work, score),
        read=read_of(score.cell),
        past=history_of(said.cell_id) if past and said is not None else (),
        holders=_choices(HOLDERS),
        eligible=_choices(ELIGIBLE),
        sure=_choices(SURE),
        may_write=work.may_write,
        sees_people=work.shell.rights.opinions,
        play_url=f"{reverse('plays:start', args=[account])}?cell={unit}-{line}",
        currency=work.grid.currency,
        choices=_offered(work) if past and work.may_write else CellChoices(),
        owner=score.cell.owner or "",
        methods=_methods(score),
        method=score.cell.chosen.value if score.cell.chosen else "",
        seen=tuple(one.id for one in said.facts.values()) if said is not None else (),
        confirmed=confirmed(said.cell_id) if past and said is not None else None,
        argued=beside(work.shell, {f"cell:{unit}:{line}"}) if past else (),
    )


def _title(work: Work, unit: str, line: str) -> str:
    told = {"line": line_names(work)[line], "unit": unit_names(work)[unit]}
    return _("%(line)s in %(unit)s") % told


def _offered(work: Work) -> CellChoices:
    return cell_choices(work.shell.scope.planning_id, reach=work.shell.scope.seen_ids)


def _methods(score: CellScore) -> tuple[tuple[str, str], ...]:
    """The values to choose from, where there is more than one."""
    known = {one.method: one for one in score.cell.estimates}
    if len(known) < 2:
        return ()
    return tuple(
        (method.value, f"{_METHODS[method]}: {short_money(known[method].likely)}")
        for method in Method
        if method in known
    )


_METHODS = {
    Method.HAND: gettext_lazy("By hand"),
    Method.PRICE: gettext_lazy("Price × quantity"),
    Method.WALLET: gettext_lazy("From the wallet"),
    Method.COMPARABLE: gettext_lazy("From comparable units"),
}


def fact_view(work: Work, score: CellScore, kind: str) -> FactView:
    """One fact as it stands."""
    unit, line = score.cell.key
    said = work.grid.said.get((unit, line))
    stored = "value_hand" if kind == "value" else kind
    if kind == "value" and score.value is not None and score.value.method is Method.PRICE:
        stored = "value_price"
    values, origin = _VALUES[kind](score)
    scored: Scored | None = None
    if kind in ("access", "budget"):
        scored = score.access if kind == "access" else score.budget
    old = stale_facts(score.cell, money=None, on=work.grid.on, parameters=work.numbers)
    stale = next((one.reason.text for one in old if one.kind == kind), "")
    hidden = scored is not None and not work.shell.rights.opinions
    return FactView(
        kind=kind,
        url=reverse(f"whitespace:{kind}-say", args=[work.account_id, unit, line]),
        version=said.seen(stored) if said is not None else 0,
        values=origin_values(origin) | values,
        said=origin_words(origin),
        stale=stale,
        errors={},
        computed=scored.level if scored is not None else None,
        reason=(_("hidden: it rests on opinions") if hidden else scored.reason.text)
        if scored is not None
        else "",
        overridden=scored.overridden if scored is not None else False,
    )


def standing_words(standing: Standing) -> str:
    """Why a cell's value may not be counted; empty where it is."""
    return {
        Standing.FANTASY: _("Fantasy: no path. Left out of every sum."),
        Standing.NO_PATH: _("No path yet. Left out of sums."),
        Standing.PATH_UNKNOWN: _("Path unknown: nobody is mapped here. Left out of sums."),
        Standing.NO_VALUE: _("No value yet. Left out of sums."),
        Standing.NO_NEED: _("Need not asked. Left out of sums."),
    }.get(standing, "")


def why_here(work: Work, score: CellScore) -> Figure:
    """Every input of the rank, with what is missing named."""
    value = score.value
    share = f"{score.need_share:.0%}" if score.need_share is not None else ""
    need = str(score.need) if score.need is not None else _("not asked; %s of peers") % share
    inputs = [Input(_("Likely value a year"), short_money(value.likely))] if value else []
    if score.need_share is not None:
        inputs.append(Input(_("Need"), need))
    inputs += [
        Input(_("Access"), str(score.access.level)),
        Input(_("Budget"), str(score.budget.level)),
    ]
    missing = [] if value else [_("value")]
    missing += [] if score.need_share is not None else [_("need")]
    missing += [] if score.mapped else [_("path: nobody is mapped")]
    hidden = not work.shell.rights.opinions
    words = [one.text for one in score.reasons] if not hidden else []
    explanation = _("Rank = likely value × need × the lower of access and budget, each 0 to 3.")
    return Figure(
        inputs=tuple(inputs),
        explanation=". ".join([explanation.rstrip("."), *words]) + ".",
        as_of=work.grid.on,
        marks=("estimate",) if value is not None and value.method is not Method.PRICE else (),
        missing=tuple(missing),
    )


def _value_words(score: CellScore) -> str:
    value = score.value
    if value is None:
        return ""
    span = money_range(value.low, value.high)
    return _("%(span)s, likely %(likely)s: %(words)s") % {
        "span": span,
        "likely": short_money(value.likely),
        "words": value.words,
    }


def _deals(work: Work, score: CellScore) -> tuple[tuple[str, str], ...]:
    """Where each open deal stands on the board, and what of it is the cell's."""
    board = reverse("plays:show", args=[work.account_id])
    return tuple(
        (
            f"{board}#{deal.key.replace(':', '-')}",
            short_money(deal.share) if deal.share else _("no amount"),
        )
        for deal in score.cell.deals
    )


def _choices(pairs: Iterable[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    return tuple((code, str(words)) for code, words in pairs)


Values = tuple[dict[str, str], Origin | None]


def _holder(score: CellScore) -> Values:
    fact = score.cell.holder
    if fact is None:
        return {"kind": ""}, None
    return {
        "kind": fact.kind.value,
        "competitor": fact.competitor or "",
        "ends": fact.contract_end.isoformat() if fact.contract_end else "",
    }, fact.origin


def _eligibility(score: CellScore) -> Values:
    fact = score.cell.eligibility
    if fact is None:
        return {"kind": ""}, None
    return {
        "kind": fact.kind.value,
        "until": fact.until.isoformat() if fact.until else "",
        "reason": fact.reason,
    }, fact.origin


def _need(score: CellScore) -> Values:
    fact = score.cell.need
    if fact is None:
        return {"level": ""}, None
    priority = fact.priority or ""
    return {
        "level": str(fact.level),
        "evidence": fact.evidence,
        "priority": priority,
    }, fact.origin


def _value(score: CellScore) -> Values:
    fact = score.value
    if fact is None:
        return {}, None
    by_hand = fact.method in (Method.HAND, Method.PRICE)
    values = {
        name: f"{amount.amount:,.0f}"
        for name, amount in (("low", fact.low), ("likely", fact.likely), ("high", fact.high))
        if by_hand
    }
    values["words"] = fact.words if by_hand else ""
    values["from"] = fact.words
    return values, fact.origin


def _access(score: CellScore) -> Values:
    fact = score.cell.access
    return ({"level": str(fact.level), "reason": fact.reason}, fact.origin) if fact else ({}, None)


def _budget(score: CellScore) -> Values:
    fact = score.cell.budget
    return ({"level": str(fact.level), "reason": fact.reason}, fact.origin) if fact else ({}, None)


_VALUES = {
    "holder": _holder,
    "eligibility": _eligibility,
    "need": _need,
    "value": _value,
    "access": _access,
    "budget": _budget,
}
