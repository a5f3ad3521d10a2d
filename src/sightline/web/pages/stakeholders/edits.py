"""Moves, lines, roles in decisions, holders, new people, bulk edits and undo: plain form posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sightline.actions import stakeholders as verbs
from sightline.actions.stakeholders import Decision, NewPerson
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say, wants_fragment
from sightline.web.pages.stakeholders.asked import asked_for
from sightline.web.pages.stakeholders.desk import STAMP, Desk, desk_of, undo_key, undo_url
from sightline.web.pages.stakeholders.panel import offered_labels
from sightline.web.pages.stakeholders.views import drawing_answer, panel_answer

Done = Callable[[Desk, datetime], str]


@needs(Category.PLAN, Act.WRITE)
@require_POST
def move(request: Request, account_id: int) -> HttpResponse:
    """Somebody under another manager, by drag, by keys, or to the top with no manager."""

    def moved(desk: Desk, now: datetime) -> str:
        who, manager = _id(request, "person"), _id(request, "manager")
        one = desk.known(who or 0)
        seen = request.POST.get("seen", "")
        verbs.move_person(
            *(desk.person, account_id, int(one.person.key), manager),
            seen=int(seen) if seen.isdecimal() else None,
            now=now,
        )
        if manager is None:
            return _("%(person)s stands at the top now.") % {"person": one.person.name}
        above = desk.known(manager).person.name
        told = {"person": one.person.name, "manager": above}
        return _("%(person)s now reports to %(manager)s.") % told

    return _act(request, account_id, moved)


@needs(Category.OPINIONS, Act.WRITE)
@require_POST
def line(request: Request, account_id: int) -> HttpResponse:
    """Influence, conflict, a second manager, or the only way to somebody."""

    def drawn(desk: Desk, now: datetime) -> str:
        start = desk.known(_id(request, "start") or 0)
        end = desk.known(_named(desk, request, "end"))
        verbs.draw_line(
            *(desk.person, account_id, request.POST.get("kind", "")),
            start_id=int(start.person.key),
            end_id=int(end.person.key),
            now=now,
        )
        told = {"start": start.person.name, "end": end.person.name}
        return _("Line drawn from %(start)s to %(end)s.") % told

    return _act(request, account_id, drawn)


@needs(Category.OPINIONS, Act.WRITE)
@require_POST
def line_end(request: Request, account_id: int, line_id: int) -> HttpResponse:
    """Take a line away."""

    def ended(desk: Desk, now: datetime) -> str:
        verbs.end_line(desk.person, account_id, line_id, now=now)
        return _("Line taken away.")

    return _act(request, account_id, ended)


@needs(Category.OPINIONS, Act.WRITE)
@require_POST
def role(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """A role in one decision or play."""

    def held(desk: Desk, now: datetime) -> str:
        desk.known(contact_id)
        of = Decision(_id(request, "unit"), _id(request, "line"), _id(request, "play"))
        if of == Decision():
            raise InvalidValue(_("Choose the decision: a unit, a line, or a play."))
        verbs.hold_role(
            *(desk.person, account_id, contact_id, request.POST.get("role", "")),
            of=of,
            influence=_id(request, "influence"),
            now=now,
        )
        return _("Role kept.")

    return _act(request, account_id, held)


@needs(Category.OPINIONS, Act.WRITE)
@require_POST
def fill(request: Request, account_id: int, role: str) -> HttpResponse:
    """A role that nobody fills: somebody of the map takes it, or (with nobody) a placeholder."""

    def filled(desk: Desk, now: datetime) -> str:
        play, who = _id(request, "play"), _id(request, "person")
        if who is None:
            new = NewPerson(role=role, play_id=play)
            verbs.add_person(desk.person, account_id, new, now=now, on=desk.shell.today)
            return _("A placeholder stands on the map.")
        one = desk.known(who)
        verbs.hold_role(
            *(desk.person, account_id, who, role),
            of=Decision(play_id=play),
            influence=None,
            now=now,
        )
        told = {"person": one.person.name, "role": desk.names.role(role)}
        return _("%(person)s: %(role)s.") % told

    return _act(request, account_id, filled, whole=True)


@needs(Category.OPINIONS, Act.WRITE)
@require_POST
def role_end(request: Request, account_id: int, role_id: int) -> HttpResponse:
    """The role in that decision does not hold any more."""

    def ended(desk: Desk, now: datetime) -> str:
        verbs.end_role(desk.person, account_id, role_id, now=now)
        return _("Role taken away.")

    return _act(request, account_id, ended)


@needs(Category.OPINIONS, Act.WRITE)
@require_POST
def role_tell(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """Write a role to the CRM as a contact role of an opportunity."""

    def told(desk: Desk, now: datetime) -> str:
        desk.known(contact_id)
        verbs.tell_role(
            *(desk.person, account_id, contact_id, _id(request, "opportunity") or 0),
            request.POST.get("role", ""),
        )
        return _("The CRM gets this contact role at the next exchange.")

    return _act(request, account_id, told)


@needs(Category.OPINIONS, Act.WRITE)
@require_POST
def holder(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """One of ours holds the relationship, or (with `end`) does not any more."""

    def kept(desk: Desk, now: datetime) -> str:
        desk.known(contact_id)
        ends = "end" in request.POST
        verb = verbs.let_go if ends else verbs.hold
        verb(desk.person, account_id, contact_id, _id(request, "holder") or 0, now=now)
        return _("Not held any more.") if ends else _("Held.")

    return _act(request, account_id, kept)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def add(request: Request, account_id: int) -> HttpResponse:
    """A new person, a placeholder, a guest, somebody put back, or an address of a mail."""

    def added(desk: Desk, now: datetime) -> str:
        post = request.POST
        guest, back, seen = _id(request, "guest"), _id(request, "back"), _id(request, "seen")
        if guest is not None:
            verbs.add_guest(desk.person, account_id, guest, now=now)
            return _("Put on the map.")
        if back is not None:
            verbs.put_back(desk.person, account_id, back, now=now)
            return _("Put back on the map.")
        if seen is not None and "forget" in post:
            verbs.forget_seen(desk.person, account_id, seen)
            return _("This address is not suggested again.")
        if seen is not None:
            verbs.add_seen(desk.person, account_id, seen, now=now, on=desk.shell.today)
            return _("Put on the map.")
        manager = post.get("manager", "").strip()
        new = NewPerson(
            name=post.get("name", ""),
            title=post.get("title", ""),
            email=post.get("email", ""),
            unit_id=_id(request, "unit"),
            manager_id=_named(desk, request, "manager") if manager else None,
            role=post.get("role", ""),
        )
        verbs.add_person(desk.person, account_id, new, now=now, on=desk.shell.today)
        return _("Put on the map.")

    return _act(request, account_id, added)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def take_off(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """Take somebody off the map."""

    def taken(desk: Desk, now: datetime) -> str:
        one = desk.known(contact_id)
        verbs.take_off(desk.person, account_id, contact_id, now=now)
        return _("%(person)s is off the map.") % {"person": one.person.name}

    return _act(request, account_id, taken, whole=True)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def bulk(request: Request, account_id: int) -> HttpResponse:
    """One stance, own strength, role, holder or manager for everybody ticked; one undo."""

    def changed(desk: Desk, now: datetime) -> str:
        keys = [int(key) for key in request.POST.getlist("tick") if key in desk.by_key]
        if not keys:
            raise InvalidValue(_("Tick the people first."))
        kind, _sep, value = request.POST.get("what", "").partition(":")
        _bulk(desk, kind, value, keys, now)
        told = ngettext("%(n)s person changed.", "%(n)s people changed.", len(keys))
        return told % {"n": len(keys)}

    return _act(request, account_id, changed, whole=True)


def _bulk(desk: Desk, kind: str, value: str, keys: list[int], now: datetime) -> None:
    person, account = desk.person, desk.account_id
    if kind in ("stance", "strength"):
        verbs.say_many(person, account, keys, kind=kind, value=value, now=now)
        return
    acts: dict[str, Callable[[int], object]] = {
        "role": lambda key: verbs.set_role(person, account, key, value, seen=None, now=now),
        "holder": lambda key: verbs.hold(person, account, key, int(value or 0), now=now),
        "manager": lambda key: verbs.move_person(
            person, account, key, int(value) if value.isdecimal() else None, now=now
        ),
        "off": lambda key: verbs.take_off(person, account, key, now=now),
    }
    if kind not in acts:
        raise InvalidValue(_("Choose what to change."))
    verbs.for_each(keys, acts[kind])


@needs(Category.PLAN, Act.WRITE)
@require_POST
def undo(request: Request, account_id: int, stamp: str) -> HttpResponse:
    """Take back what the person did at one moment."""

    def undone(desk: Desk, now: datetime) -> str:
        try:
            at = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
        except ValueError:
            raise InvalidValue(_("There is nothing to undo.")) from None
        verbs.take_back(desk.person, account_id, at, now=now)
        return _("Undone.")

    return _act(request, account_id, undone, whole=True, undoes=True)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def reviewed(request: Request, account_id: int) -> HttpResponse:
    """The team went through the map today."""

    def noted(desk: Desk, now: datetime) -> str:
        verbs.review_map(desk.person, account_id, now=now)
        return _("From now on changes are told since today.")

    return _act(request, account_id, noted, whole=True, undoes=True)


def _act(
    request: Request, account_id: int, act: Done, *, whole: bool = False, undoes: bool = False
) -> HttpResponse:
    """Do it, say what came of it with its undo, and answer with what shows it."""
    desk = desk_of(request, account_id)
    if not desk.may_move:
        raise PermissionDenied(_("You may see this map, but not change it."))
    now, status = timezone.now(), 200
    try:
        told = act(desk, now)
        back = undo_url(account_id, now)
        request.session[undo_key(account_id)] = "" if undoes else back
        say(request, told, undo="" if undoes else back)
    except NotAllowed:
        raise
    except PlanningError as error:
        status = 409 if isinstance(error, verbs.StaleContact) else 422
        say(request, str(error), tone="neg")
    if whole or not wants_fragment(request):
        return go(request, _back(request, account_id))
    where = urlsplit(request.headers.get("HX-Current-URL", ""))
    asked = asked_for(QueryDict(where.query))
    if "panel" in request.POST and request.POST["panel"].isdecimal():
        return panel_answer(request, account_id, int(request.POST["panel"]), status)
    return drawing_answer(request, account_id, asked, status)


def _back(request: Request, account_id: int) -> str:
    """Where the person came from, when it is a page of this map; else the map."""
    here = reverse("stakeholders:show", args=[account_id])
    came = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    same = url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()})
    where = urlsplit(came)
    if not same or not where.path.startswith(here):
        return here
    return f"{where.path}?{where.query}" if where.query else where.path


def _id(request: Request, name: str) -> int | None:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) <= 18 else None


def _named(desk: Desk, request: Request, name: str) -> int:
    """A person chosen by key (drag, keys) or by name from the list."""
    value = request.POST.get(name, "").strip()
    if value.isdecimal() and value in desk.by_key:
        return int(value)
    key = offered_labels(desk).get(value)
    if key is None:
        raise InvalidValue(_("Nobody on this map is called that: choose from the list."))
    return int(key)
