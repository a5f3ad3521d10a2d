"""The acts of a week as messages say them: account, act and minutes; no opinion, wallet or tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sightline.actions.monday import issue_link
from sightline.planning.notices import MessageParameters
from sightline.planning.weekly import Item
from sightline.records.queries.messages import person_by_id, quiet_actions
from sightline.records.queries.week.page import WeekFound, week_found
from sightline.records.queries.week.planned import own_user
from sightline.records.queries.week.reading import Evidence
from sightline.records.scoping import Person

SALT = "sightline.act"
STEP = "step:action-"
# In words of the reader's language, what `planning.notices.QUIET_ACTS` names.
QUIETLY = {
    "challenge": gettext_lazy("Answer what the plan argues"),
    "signal": gettext_lazy("Look into what was observed"),
    "fact": gettext_lazy("Say again what has grown old"),
    "priority": gettext_lazy("Answer a priority of theirs"),
}


@dataclass(frozen=True, slots=True)
class ActSaid:
    """One act: `link` opens a page that answers it, and changes nothing by being opened."""

    account: str
    act: str
    minutes: int
    link: str


@dataclass(frozen=True, slots=True)
class WeekSaid:
    """A person's week as mail and chat carry it. `page` is Monday's own address."""

    name: str
    monday: str
    acts: tuple[ActSaid, ...]
    page: str


def week_said(sign_in_id: int, *, now: datetime) -> WeekSaid | None:
    """The acts that open somebody's week; None where they have no week or nothing is asked."""
    person = person_by_id(sign_in_id)
    found = _week(person, now=now) if person is not None else None
    if person is None or found is None or not found.week.opening:
        return None
    names = {str(account.id): account.name for account in found.planned.accounts}
    days = found.parameters.section(MessageParameters, "messages").link_days
    acts, quiet = [], quiet_actions(step_of(item.act) for item in found.week.opening)
    for item in found.week.opening:
        link = issue_link(
            person.id,
            account_id=int(item.account),
            act=item.act,
            monday=found.monday,
            now=now,
            days=days,
        )
        said = act_title(item, found.known.evidence.get(item.act), quiet)
        acts.append(ActSaid(names[item.account], said, item.minutes, link_address(link)))
    page = address(reverse("monday:show"))
    return WeekSaid(person.name, f"{found.monday:%d %B %Y}".lstrip("0"), tuple(acts), page)


def act_said(person: Person, act: str, *, now: datetime) -> str:
    """What an act is, in words; empty where it is not asked any more."""
    found = _week(person, now=now)
    item = found.items.get(act) if found is not None else None
    if found is None or item is None or act in found.answers.given:
        return ""
    return act_title(item, found.known.evidence.get(act), quiet_actions([step_of(act)]))


def step_of(act: str) -> int:
    """The action behind an act; 0 where it is none."""
    key = act.removeprefix(STEP)
    return int(key) if act.startswith(STEP) and key.isdecimal() else 0


def act_title(item: Item, kept: Evidence | None, quiet: Mapping[int, str]) -> str:
    """What to do; a renewal says of what. The reasons stay in the house, as do those of what was
    passed on: `quiet` maps such actions to the kind of act they were."""
    kind = quiet.get(step_of(item.act)) or item.act.partition(":")[0]
    if kind == "step":
        return item.text.strip() or _("A task without a subject")
    if kind in QUIETLY:
        return str(QUIETLY[kind])
    text = _(item.text)
    if item.act.startswith("renewal:") and kept is not None and kept.record:
        return _("%(act)s: contract %(name)s") % {"act": text, "name": kept.record}
    return text


def link_address(link_id: int) -> str:
    """The signed address of a link."""
    return address(reverse("mail:act", args=[signing.dumps(link_id, salt=SALT)]))


def link_id_of(token: str) -> int | None:
    """The link behind a signed address; None where the signature is not ours."""
    try:
        found = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None


def address(path: str) -> str:
    """A path as people outside reach it."""
    return str(settings.SIGHTLINE_URL).rstrip("/") + path


def _week(person: Person, *, now: datetime) -> WeekFound | None:
    whose = own_user(person)
    return week_found(person, whose, now=now) if whose is not None else None
