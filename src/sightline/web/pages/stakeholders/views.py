"""The map, the panel of one person or role, the search over people, and private notes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.agreement.naming import sort_key
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.stakeholders.asked import Asked
from sightline.web.pages.stakeholders.controls import controls_of
from sightline.web.pages.stakeholders.crm_words import added_words
from sightline.web.pages.stakeholders.desk import Desk, desk_of, undo_key
from sightline.web.pages.stakeholders.drawn import drawn_map
from sightline.web.pages.stakeholders.notes import notes_of
from sightline.web.pages.stakeholders.panel import offered_labels, panel_of
from sightline.web.pages.stakeholders.suggested import suggested
from sightline.web.pages.stakeholders.table import bulk_choices, table_of
from sightline.web.pages.stakeholders.wanted import wanted_panel

MOST_FOUND = 9
# Letters that are no other letter with a mark, so that taking marks off leaves them.
OWN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)


@needs(Category.FACTS, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """The map or, with `table`, the same people as a table."""
    desk = desk_of(request, account_id)
    if desk.asked.words and request.headers.get("HX-Target") == "map-found":
        return render(request, "stakeholders/found.html", _found(desk), partial="found")
    if request.headers.get("HX-Request") == "true":
        return drawing_answer(request, account_id, desk.asked, 200)
    return _page(request, desk)


@needs(Category.FACTS, Act.READ)
@require_safe
def person(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """One person: in the panel of the map, or the whole page with the panel open."""
    if request.headers.get("HX-Request") == "true":
        return panel_answer(request, account_id, contact_id, 200)
    desk = desk_of(request, account_id)
    desk = replace(desk, asked=replace(desk.asked, person=str(contact_id)))
    return _page(request, desk, contact_id)


@needs(Category.OPINIONS, Act.READ)
@require_safe
def wanted(request: Request, account_id: int, role: str) -> HttpResponse:
    """A role that nobody fills: in the panel of the map, or the whole page with the panel open."""
    desk = desk_of(request, account_id)
    context = wanted_panel(desk, role)
    if request.headers.get("HX-Request") == "true":
        context |= {"desk": desk.ready(), "account_id": account_id}
        return render(request, "stakeholders/wanted.html", context, partial="wanted")
    return _page(request, desk, panel=context)


@needs(Category.PRIVATE_NOTES, Act.READ)
@require_safe
def notes(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """Private notes, read on purpose: every reading is journalled."""
    desk = desk_of(request, account_id)
    desk.known(contact_id)
    if "notes" not in desk.names.choices.fields:
        raise PermissionDenied(_("Private notes are not switched on."))
    context = {
        **frame_of(desk.shell, _("Private notes"), current="stakeholders:show"),
        "desk": desk.ready(),
        "notes": notes_of(desk, contact_id),
    }
    return render(request, "stakeholders/notes.html", context, partial="notes")


def drawing_answer(request: Request, account_id: int, asked: Asked, status: int) -> HttpResponse:
    """The drawing alone, as asked for: what a move, a fold or another view puts in place."""
    desk = replace(desk_of(request, account_id), asked=asked)
    context = {"desk": desk.ready(), "drawn": drawn_map(desk), "account_id": account_id}
    return render(request, "stakeholders/drawing.html", context, partial="drawing", status=status)


def panel_answer(request: Request, account_id: int, contact_id: int, status: int) -> HttpResponse:
    """The panel of one person alone."""
    desk = desk_of(request, account_id)
    undo = request.session.get(undo_key(account_id), "")
    context = {"desk": desk.ready(), "account_id": account_id, "undo": undo}
    context |= _panel(desk, contact_id)
    return render(request, "stakeholders/panel.html", context, partial="panel", status=status)


def _page(
    request: Request,
    desk: Desk,
    contact_id: int | None = None,
    *,
    panel: dict[str, object] | None = None,
) -> HttpResponse:
    asked = desk.asked
    drawn = None if asked.table else drawn_map(desk)
    context: dict[str, object] = {
        **frame_of(desk.shell, _("Map"), current="stakeholders:show"),
        "desk": desk.ready(),
        "account_id": desk.account_id,
        "drawn": drawn,
        "table": table_of(desk) if asked.table else None,
        "groups": bulk_choices(desk) if asked.table and desk.may_move else (),
        "controls": controls_of(desk),
        "suggested": suggested(desk),
        "labels": offered_labels(desk) if desk.may_move else {},
        "undo": request.session.get(undo_key(desk.account_id), ""),
        "added_words": added_words(desk.writes) if desk.may_move else "",
        "hidden": not desk.opinions,
        "roles": desk.names.roles(),
        **_found(desk),
    }
    if contact_id is not None:
        context |= _panel(desk, contact_id)
    context |= panel or {}
    return render(request, "stakeholders/show.html", context)


def _panel(desk: Desk, contact_id: int) -> dict[str, object]:
    panel = panel_of(desk, contact_id)
    query = desk.asked.query(person="")
    following = ""
    if panel.next_key:
        following = reverse("stakeholders:person", args=[desk.account_id, int(panel.next_key)])
        following += f"?{query}" if query else ""
    return {
        "panel": panel,
        "next_url": following,
        "close_url": desk.asked.url(desk.account_id, person=""),
        "roles": desk.names.roles(),
        "notes_on": "notes" in desk.names.choices.fields,
    }


def _found(desk: Desk) -> dict[str, object]:
    """People whose name or title holds the words, names that begin with them first."""
    words = _plain(desk.asked.words)
    if not words:
        return {"found": (), "words": desk.asked.words}
    hits = []
    for one in desk.people.people:
        name = _plain(one.person.name)
        text = f"{name} {_plain(one.person.title)}"
        if all(word in text for word in words.split()):
            begins = any(part.startswith(words.split()[0]) for part in name.split())
            hits.append((not name.startswith(words), not begins, name, one))
    hits.sort(key=lambda hit: (*hit[:3], hit[3].person.key))
    found = [
        {
            "key": one.person.key,
            "name": one.person.name,
            "title": one.person.title,
            "url": desk.asked.url(
                desk.account_id, focus=one.person.key, words="", folded=(), table=False
            ),
        }
        for *_order, one in hits[:MOST_FOUND]
    ]
    return {"found": found, "words": desk.asked.words, "found_all": len(hits)}


def _plain(text: str) -> str:
    """Letters as somebody types them who has no other keyboard."""
    apart = unicodedata.normalize("NFKD", sort_key(text).translate(OWN_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
