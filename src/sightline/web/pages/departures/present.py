"""The departure test in words: figures, what becomes of each play, renewal and cell, and the map."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing.org_map import Node, Words, org_map
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.planning.stakeholders import (
    Outcome,
    Person,
    Side,
    StakeKind,
    StakeOutcome,
    Stance,
    Who,
    managers,
    theirs,
)
from sightline.records.queries.standing import WHOLE
from sightline.web.figures import Figure, Input
from sightline.web.pages.departures.work import Work, code
from sightline.wording import labels
from sightline.wording.chances import percent
from sightline.wording.money import full_money, short_money

MOST_ON_MAP = 24
NAMES = 3
ORDER = (Outcome.LOST, Outcome.SINGLE, Outcome.WEAKER, Outcome.HOLDS, Outcome.NO_PATH)
CHANGED = frozenset({Outcome.LOST, Outcome.SINGLE, Outcome.WEAKER})
ICONS = {
    StakeKind.PLAY: "play",
    StakeKind.RENEWAL: "clock",
    StakeKind.CELL: "grid",
    StakeKind.OWNED: "house",
}
TONES = {
    Outcome.LOST: "neg",
    Outcome.SINGLE: "warn",
    Outcome.WEAKER: "warn",
    Outcome.HOLDS: "accent",
    Outcome.NO_PATH: "",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """Somebody taken away, and the page without that."""

    name: str
    note: str
    code: str
    back: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who may be taken away."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure: what it is called, how it reads, a note, its tone and its inside."""

    label: str
    value: str
    note: str
    tone: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class StakeRow:
    """What becomes of one play, renewal or cell."""

    name: str
    text: str
    icon: str
    kind: str
    outcome: str
    tone: str
    money: Money | None
    counted: bool


@dataclass(frozen=True, slots=True)
class ShownTest:
    """The test: who is gone, the figures, the stakes that change and those that hold, the map."""

    heading: str
    chips: tuple[Chip, ...]
    theirs: tuple[Choice, ...]
    ours: tuple[Choice, ...]
    figures: tuple[Shown, ...]
    changed: tuple[StakeRow, ...]
    rest: tuple[StakeRow, ...]
    drawing: Drawing | None
    stakes: int
    currency: str
    clear: str


def shown_test(work: Work) -> ShownTest:
    """Everything that the upper half of the page says."""
    rows = sorted(work.result.stakes, key=_dearest)
    shown = [(one, _row(one, work)) for one in rows]
    people = sorted((one for one in work.facts.own.people if one.here), key=_by_name)
    return ShownTest(
        heading=_heading(work),
        chips=tuple(_chip(who, work) for who in work.leavers),
        theirs=tuple(
            Choice(code(theirs(one.key)), f"{one.name}, {one.title}" if one.title else one.name)
            for one in people
            if theirs(one.key) not in work.leavers
        ),
        ours=tuple(
            Choice(f"o{key}", name)
            for key, name in work.facts.ours.items()
            if (Side.OURS, key) not in work.leavers
        ),
        figures=_figures(work) if work.leavers else (),
        changed=tuple(row for one, row in shown if _tells(one)),
        rest=tuple(row for one, row in shown if not _tells(one)),
        drawing=_drawing(work) if work.leavers else None,
        stakes=len(rows),
        currency=work.setting.currency,
        clear=work.address(()),
    )


def _tells(one: StakeOutcome) -> bool:
    """Whether it changes; a cell whose money a play or renewal holds is told by that one."""
    return one.outcome in CHANGED and one.counted


def _by_name(one: Person) -> tuple[str, str]:
    return (one.name.casefold(), one.key)


def _dearest(one: StakeOutcome) -> tuple[int, int, str]:
    money = one.stake.money.minor if one.stake.money is not None else -1
    return (ORDER.index(one.outcome), -money, one.stake.key)


def _heading(work: Work) -> str:
    names = [work.name(who) for who in work.leavers]
    if not names:
        return _("If somebody left")
    if len(names) == 1:
        return _("If %s left") % names[0]
    first = ", ".join(names[:-1])
    return _("If %(first)s and %(last)s left together") % {"first": first, "last": names[-1]}


def _chip(who: Who, work: Work) -> Chip:
    person = work.facts.people.get(who[1]) if who[0] is Side.THEIRS else None
    note = person.title if person is not None else _("one of ours")
    rest = tuple(one for one in work.leavers if one != who)
    return Chip(work.name(who), note, code(who), work.address(rest))


def _figures(work: Work) -> tuple[Shown, ...]:
    result = work.result
    lost = [one for one in result.stakes if one.outcome is Outcome.LOST and one.counted]
    single = [one for one in result.stakes if one.outcome is Outcome.SINGLE and one.counted]
    return (
        _money_figure(_("Loses its path"), result.lost, lost, "neg"),
        _money_figure(_("Left on one thread"), result.on_one_thread, single, "warn"),
        _share_figure(work),
        _people_figure(work),
    )


def _money_figure(label: str, money: Money, found: list[StakeOutcome], tone: str) -> Shown:
    missing = tuple(one.stake.label for one in found if one.stake.money is None)
    inputs = tuple(
        Input(one.stake.label, full_money(one.stake.money))
        for one in found
        if one.stake.money is not None
    )
    figure = Figure(
        inputs=inputs,
        explanation=_(
            "Plays and renewals at their amount, cells at a year of theirs; a play or renewal "
            "holds the money of the cells it covers."
        ),
        missing=missing,
    )
    nothing = not found
    value = short_money(money) if inputs or nothing else _("not known")
    return Shown(label, value, _counts(found), tone if found else "", figure)


def _counts(found: list[StakeOutcome]) -> str:
    """2 plays, 1 renewal, 3 cells."""
    kinds = [one.stake.kind for one in found]
    plays, renewals = kinds.count(StakeKind.PLAY), kinds.count(StakeKind.RENEWAL)
    cells, owned = kinds.count(StakeKind.CELL), kinds.count(StakeKind.OWNED)
    parts = [
        ngettext("%s play", "%s plays", plays) % plays if plays else "",
        ngettext("%s renewal", "%s renewals", renewals) % renewals if renewals else "",
        ngettext("%s open cell", "%s open cells", cells) % cells if cells else "",
        ngettext("%s owned line", "%s owned lines", owned) % owned if owned else "",
    ]
    return ", ".join(part for part in parts if part) or _("nothing")


def _share_figure(work: Work) -> Shown:
    label = _("Dependency")
    share = work.share
    if share is None:
        why = _("Nobody here is known to us yet, so there is no relationship to lose.")
        return Shown(label, _("not known"), "", "", Figure(explanation=why))
    inputs = tuple(
        Input(work.name(who), percent(work.weights.share(who) or 0.0)) for who in work.leavers
    )
    why = _("Role weight × effective strength of everybody lost with them, ÷ that of everybody.")
    return Shown(
        label, percent(share), _("of all relationship weight"), "", Figure(inputs, explanation=why)
    )


def _people_figure(work: Work) -> Shown:
    """People who stay and could be reached only through those who go."""
    gone = work.result.without_path
    here = sum(one.here for one in work.facts.own.people)
    names = [work.name(theirs(key)) for key in gone]
    figure = Figure(
        inputs=tuple(Input(name, _("no other way")) for name in names),
        explanation=_("People who stay, but whom we could reach only through those who go."),
    )
    value = _("%(some)s of %(all)s") % {"some": len(gone), "all": here}
    note = listed(names) if names else _("everybody else stays in reach")
    return Shown(_("People without a path"), value, note, "warn" if names else "", figure)


def listed(names: list[str]) -> str:
    """Karin Holm, Rob Jansen and 2 more."""
    if len(names) <= NAMES:
        return ", ".join(names)
    more = {"names": ", ".join(names[:NAMES]), "more": len(names) - NAMES}
    return _("%(names)s and %(more)s more") % more


def stake_name(one: StakeOutcome, work: Work) -> str:
    """A cell by line and unit, anything else by its own name."""
    stake = one.stake
    if stake.kind in (StakeKind.CELL, StakeKind.OWNED):
        unit = stake.decisions[0][0]
        if unit == WHOLE:
            return stake.label
        return _("%(line)s in %(unit)s") % {
            "line": stake.label,
            "unit": work.facts.units.get(unit, ""),
        }
    if stake.kind is StakeKind.RENEWAL and (not stake.label or stake.label.isdecimal()):
        return _("Renewal %s") % stake.label
    return stake.label


def _row(one: StakeOutcome, work: Work) -> StakeRow:
    kinds = {
        StakeKind.PLAY: _("Play"),
        StakeKind.RENEWAL: _("Renewal"),
        StakeKind.CELL: _("Open cell"),
        StakeKind.OWNED: _("Owned"),
    }
    outcomes = {
        Outcome.LOST: _("path lost"),
        Outcome.SINGLE: _("single thread"),
        Outcome.WEAKER: _("weaker"),
        Outcome.HOLDS: _("holds"),
        Outcome.NO_PATH: _("no path before"),
    }
    kind = kinds[one.stake.kind]
    told = {"kind": kind, "text": _outcome_words(one, work)}
    return StakeRow(
        name=stake_name(one, work),
        text=_("%(kind)s; %(text)s") % told,
        icon=ICONS[one.stake.kind],
        kind=kind,
        outcome=outcomes[one.outcome],
        tone=TONES[one.outcome],
        money=one.stake.money,
        counted=one.counted,
    )


def _outcome_words(one: StakeOutcome, work: Work) -> str:
    carriers = [work.name(theirs(key)) for key in one.could_carry]
    before, after = one.access
    if one.outcome is Outcome.NO_PATH:
        return _("nobody we know well enough is linked to it")
    if one.outcome is Outcome.LOST:
        return _("access %s becomes 0, nobody left could carry it") % before
    if one.outcome is Outcome.HOLDS:
        return _("%s could carry it") % listed(carriers) if carriers else _("nobody is needed")
    said = {"names": listed(carriers), "before": one.threads[0], "after": one.threads[1]}
    if one.outcome is Outcome.SINGLE:
        return _("holds through %(names)s; threads %(before)s become 1") % said
    if after < before:
        weaker = {"names": listed(carriers), "before": before, "after": after}
        return _("access %(before)s becomes %(after)s, %(names)s could carry it") % weaker
    return _("threads %(before)s become %(after)s, %(names)s could carry it") % said


def _drawing(work: Work) -> Drawing | None:
    """Those who go, those left without a path, whom the stakes rest on, and who leads to them."""
    above = managers([one for one in work.facts.own.people if one.here or one.placeholder])
    chosen = _on_map(work, above)
    if not chosen:
        return None
    nodes = [_node(one, work, above, chosen) for one in chosen.values()]
    words = Words(
        title=_("Part of the map"),
        count=_("{count} people"),
        columns=(_("Person"), _("Title"), _("Reports to"), _("Role"), _("Strength"), _("Stance")),
    )
    return org_map(nodes, key="departure", words=words)


def _on_map(work: Work, above: dict[str, str | None]) -> dict[str, Person]:
    people = work.facts.people
    gone = [key for side, key in work.leavers if side is Side.THEIRS]
    held = [
        key
        for key in above
        if any((Side.OURS, one) in work.leavers for one in work.facts.held[key].holders)
    ]
    stakes = [
        key for one in work.result.stakes if one.outcome in CHANGED for key in one.could_carry
    ]
    linked = [
        key for one in work.result.stakes if one.outcome in CHANGED for key in one.stake.people
    ]
    wanted = dict.fromkeys([*gone, *work.result.without_path, *held, *linked, *stakes])
    chosen: dict[str, Person] = {}
    for key in wanted:
        trail: list[str] = []
        current: str | None = key
        while current is not None and current in above and current not in chosen:
            trail.append(current)
            current = above[current]
        if trail and len(chosen) + len(trail) <= MOST_ON_MAP:
            chosen |= {one: people[one] for one in reversed(trail)}
    return chosen


def _node(one: Person, work: Work, above: dict[str, str | None], chosen: dict[str, Person]) -> Node:
    manager = above.get(one.key) or ""
    role = one.roles[0].role.value if one.roles else ""
    label = labels.BUYING_ROLES[role] if role else None
    gone = theirs(one.key) in work.leavers
    lost = one.key in work.result.without_path
    after = work.ways.without(work.leavers)
    cut = not gone and work.ways.level(one.key) > 0 and after.level(one.key) == 0
    flag = _("no path left") if lost else _("nobody holds it") if cut else ""
    state = "gone" if gone else "lost" if lost or cut else ""
    said = [
        one.name,
        one.title,
        _(label.text) if label else "",
        flag or (_("gone") if gone else ""),
    ]
    stance = one.stance
    return Node(
        key=one.key,
        name=one.name,
        title=one.title,
        described=", ".join(part for part in said if part),
        manager=manager if manager in chosen else "",
        role=_(label.text) if label else "",
        role_tone=label.tone if label else "",
        strength=work.facts.held[one.key].level,
        stance=stance.value if stance in set(Stance) else "unknown",
        flag=flag,
        flag_tone="neg",
        state=state,
        href=reverse("departures:show", args=[work.account_id]) + f"?who=t{one.key}",
    )
