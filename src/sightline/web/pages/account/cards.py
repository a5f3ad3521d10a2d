"""One of their people as a card of the map, and what a screen reader says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.drawing.org_map import Node
from sightline.planning.stakeholders import BuyingRole, PersonView, Stance, Status
from sightline.records.queries.account_people import AccountPeople, KnownPerson
from sightline.wording import dates, labels

ROLE_ORDER: tuple[BuyingRole, ...] = (
    BuyingRole.BLOCKER,
    BuyingRole.ECONOMIC_BUYER,
    BuyingRole.CHAMPION,
    BuyingRole.SPONSOR,
    *BuyingRole,
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of a map in the reader's language, looked up once for hundreds of people."""

    roles: Mapping[BuyingRole, str]
    stances: Mapping[Stance, str]
    statuses: Mapping[Status, tuple[str, str]]
    strength: str
    stance: str
    last: str
    never: str
    thread: str


def _own_role(code: str) -> str:
    return _(labels.BUYING_ROLES[code].text)


def _own_stance(code: str) -> str:
    return _(labels.STANCES[code])


def spoken(
    *,
    role: Callable[[str], str] = _own_role,
    stance: Callable[[str], str] = _own_stance,
) -> Spoken:
    """The words with what a company calls roles and stances, else the product's own."""
    return Spoken(
        roles={one: role(one.value) for one in BuyingRole},
        stances={one: stance(one.value) for one in Stance},
        statuses={one: status_words(one) for one in Status},
        strength=_("strength %s of 5"),
        stance=_("stance: %s"),
        last=_("last two-way contact %s"),
        never=_("no two-way contact"),
        thread=_("1 thread"),
    )


def status_words(status: Status) -> tuple[str, str]:
    """A status in words, with its tone."""
    return {
        Status.ACTIVE: (_("here"), ""),
        Status.QUIET: (_("gone quiet"), "warn"),
        Status.NEW: (_("new"), "accent"),
        Status.MOVED: (_("moved"), "neg"),
        Status.LEFT: (_("left"), "neg"),
    }[status]


def node_of(
    one: KnownPerson,
    view: PersonView,
    found: AccountPeople,
    above: Mapping[str, str | None],
    chosen: Mapping[str, KnownPerson],
    *,
    said: Spoken,
    only: str,
) -> Node:
    """One person as the map draws them, for the reader that `view` was made for."""
    role = main_role(view.roles or ())
    manager = above.get(view.key) or ""
    flag, tone = _flag(one, said, only=only == view.key)
    return Node(
        key=view.key,
        name=view.name,
        title=view.title,
        described=_described(one, view, said, flag),
        manager=manager if manager in chosen else "",
        role=said.roles[BuyingRole(role)] if role else "",
        role_tone=labels.BUYING_ROLES[role].tone if role else "",
        strength=view.level,
        stance=view.stance.value if view.stance is not None else "",
        ours=initials([found.ours[key] for key in one.known.holders if key in found.ours]),
        flag=flag,
        flag_tone=tone,
        state="" if one.person.here else "gone",
    )


def _flag(one: KnownPerson, said: Spoken, *, only: bool) -> tuple[str, str]:
    if only:
        return said.thread, "warn"
    if one.status.status in (Status.QUIET, Status.LEFT, Status.MOVED):
        return said.statuses[one.status.status]
    return "", "warn"


def _described(one: KnownPerson, view: PersonView, said: Spoken, flag: str) -> str:
    parts = [view.name, view.title]
    parts += [said.roles[role] for role in view.roles or ()]
    if view.level is not None:
        parts.append(said.strength % view.level)
    if view.stance is not None:
        parts.append(said.stance % said.stances[view.stance])
    last = one.log.last_two_way
    parts.append(said.last % dates.day(last) if last else said.never)
    return ", ".join(part for part in (*parts, flag) if part) + "."


def main_role(roles: Sequence[BuyingRole]) -> str:
    """The role a card shows, of several; empty where there is none."""
    if not roles:
        return ""
    return str(next(role for role in ROLE_ORDER if role in roles))


def initials(names: Sequence[str]) -> str:
    """At most two of our people by their initials."""
    short = ["".join(word[0] for word in name.split()[:2]) for name in names[:2]]
    return ", ".join(short) + ("…" if len(names) > 2 else "")
