"""What is held of named people, for Operations: periods, one person's file, erasing."""

from __future__ import annotations

import io

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import people_data as actions
from sightline.exchange.exports.person_file import write_person
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries import company, people_data
from sightline.records.queries.people_data import HeldPerson
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.privacy import present


@needs(Category.SETTINGS, Act.WRITE)
@require_safe
def show(request: Request) -> HttpResponse:
    """Periods, the search for a person (`?q=`), and the record of erasures."""
    assert request.person is not None
    words = request.GET.get("q", "")[:120]
    today = company.company_facts().today(timezone.now())
    context = {
        "page_title": _("People's data"),
        "page_note": _("What is kept of named people, how long, and what was erased"),
        "words": words,
        "found": people_data.find_people(request.person, words),
        "periods": present.periods(company.parameters_in_force(today)),
        "erasures": [(one, present.places(one.to_check)) for one in people_data.erasures()],
        "failed": people_data.failed_erasures(),
    }
    return render(request, "privacy/show.html", context)


@needs(Category.SETTINGS, Act.WRITE)
@require_safe
def person(request: Request, contact_id: int) -> HttpResponse:
    """What is held of one person, counted; never which words."""
    return _page(request, _held(request, contact_id))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def export(request: Request, contact_id: int) -> HttpResponse:
    """The person's file, to be handed to them; that it was made is journalled."""
    assert request.person is not None
    data = people_data.person_data(request.person, contact_id)
    if data is None:
        raise Http404(_("Nothing is held of this person."))
    actions.note_export(request.person, contact_id)
    file = io.BytesIO()
    write_person(file, data)
    response = HttpResponse(file.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="person-{contact_id}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def erase(request: Request, contact_id: int) -> HttpResponse:
    """Erase in one act, with `confirmed` and the `version` that was looked at."""
    assert request.person is not None
    held = _held(request, contact_id)
    version = request.POST.get("version", "")
    try:
        actions.ask_erasure(
            request.person,
            contact_id,
            seen_version=int(version) if version.isdecimal() else 0,
            confirmed=request.POST.get("confirmed") == "yes",
            now=timezone.now(),
        )
    except NotAllowed:
        raise
    except actions.StalePerson as stale:
        return _page(request, _held(request, contact_id), refusal=str(stale), status=409)
    except PlanningError as refused:
        return _page(request, held, refusal=str(refused), status=422)
    say(request, _("Hidden everywhere now; the rest is emptied in the next minutes."))
    return go(request, reverse("privacy:show"))


def _held(request: Request, contact_id: int) -> HeldPerson:
    assert request.person is not None
    held = people_data.held_person(request.person, contact_id)
    if held is None:
        raise Http404(_("Nothing is held of this person."))
    return held


def _page(
    request: Request, held: HeldPerson, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "page_title": held.name,
        "page_note": ", ".join(part for part in (held.title, held.account) if part),
        "held": held,
        "kinds": present.kinds(held.counts),
        "refusal": refusal,
    }
    return render(request, "privacy/person.html", context, status=status)
