"""What changed on a map since a day: the last review of the map or its plan, unless asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from sightline.planning.signals import SignalKind
from sightline.planning.stakeholders import Change, MapState, map_changes
from sightline.records.queries import account_people, stakeholders
from sightline.records.queries.account_people import AccountPeople
from sightline.records.queries.signals_kept import told_since
from sightline.web.pages.stakeholders.desk import Desk

WITHOUT_REVIEW = timedelta(days=90)
KINDS = {
    SignalKind.CONTACT_TITLE.value: Change.TITLE,
    SignalKind.CONTACT_BOUNCED.value: Change.BOUNCED,
}
KEPT: Mapping[Change, Callable[[], str]] = {
    Change.TITLE: lambda: _("%s has another title"),
    Change.BOUNCED: lambda: _("Mail to %s comes back"),
}
OPINIONS = frozenset({Change.ROLES, Change.STANCE, Change.STRENGTH})


@dataclass(frozen=True, slots=True)
class Changes:
    """Since when, a short word by person, and the sentences."""

    since: date
    flags: Mapping[str, str]
    sentences: tuple[str, ...]


def since_of(desk: Desk) -> date:
    """The day asked for, else the last review of the map or the plan, else ninety days back."""
    if desk.asked.since is not None:
        return desk.asked.since
    last = stakeholders.last_review(desk.shell.scope)
    if last is not None:
        return timezone.localtime(last).date()
    return desk.shell.today - WITHOUT_REVIEW


def changes_of(desk: Desk) -> Changes:
    """Both maps compared person by person; opinions only for those who see them."""
    since = since_of(desk)
    before = account_people.account_people(
        desk.shell.scope, on=since, at_stake=False, parameters=desk.parameters, back=True
    )
    found = map_changes(_state(before), after=_state(desk.people))
    words = {
        Change.LEFT: _("left"),
        Change.MOVED: _("moved"),
        Change.TITLE: _("new title"),
        Change.BOUNCED: _("mail returns"),
        Change.QUIET: _("gone quiet"),
        Change.JOINED: _("new here"),
        Change.REMOVED: _("taken off"),
        Change.MANAGER: _("new manager"),
        Change.ROLES: _("role changed"),
        Change.STANCE: _("stance changed"),
        Change.STRENGTH: _("strength changed"),
    }
    told = [one for one in found if desk.opinions or one.change not in OPINIONS]
    flags: dict[str, str] = {}
    for one in told:
        flags.setdefault(one.person, words[one.change])
    sentences = [one.reason.text for one in told]
    for key, change in _kept(desk, since, {(one.person, one.change) for one in told}):
        flags.setdefault(key, words[change])
        sentences.append(KEPT[change]() % desk.by_key[key].person.name)
    return Changes(since, flags, tuple(sentences))


def _kept(
    desk: Desk, since: date, told: Collection[tuple[str, Change]]
) -> Iterator[tuple[str, Change]]:
    """What no map of a past day shows: a title the CRM changed, and mail that came back. Told when
    it happened, and kept as a signal."""
    scope = desk.shell.scope
    for contact, kind in told_since(scope.planning_id, since, seen=scope.seen_ids):
        one = str(contact), KINDS.get(kind)
        if one[1] is not None and one not in told and one[0] in desk.by_key:
            yield one[0], one[1]


def _state(found: AccountPeople) -> MapState:
    return MapState(
        people={one.person.key: one.person for one in found.people},
        levels={one.person.key: one.known.level for one in found.people},
        statuses={one.person.key: one.status.status for one in found.people},
    )
