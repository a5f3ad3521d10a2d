"""Lists of people, and one person with everything an administrator changes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.records.queries.people_admin import OneSignIn, one_sign_in
from sightline.records.queries.sign_ins import all_sign_ins
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.people_admin.forms import ROLES, GrantForm
from sightline.web.pages.settings.tabs import settings_tabs


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show_all(request: Request) -> HttpResponse:
    """Every sign-in."""
    names = {code: str(words) for code, words in ROLES}
    people = [
        {"row": row, "roles": [names.get(role, role) for role in row.roles]}
        for row in all_sign_ins()
    ]
    context = {
        "page_title": _("Settings"),
        "people": people,
        **settings_tabs("people_admin:list"),
    }
    return render(request, "people_admin/list.html", context)


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request, sign_in_id: int) -> HttpResponse:
    """One sign-in."""
    return person_page(request, found_or_404(sign_in_id))


def found_or_404(sign_in_id: int) -> OneSignIn:
    """The sign-in, or Http404."""
    found = one_sign_in(sign_in_id)
    if found is None:
        raise Http404(_("There is no such sign-in."))
    return found


def person_page(
    request: Request,
    found: OneSignIn,
    *,
    problem: str = "",
    grant_form: GrantForm | None = None,
    choices: tuple[tuple[int, str], ...] = (),
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one sign-in; `link` is a fresh reset link, shown this once."""
    context: dict[str, Any] = {
        "page_title": found.row.name,
        "found": found,
        "roles": [
            {"code": code, "words": words, "held": code in found.row.roles} for code, words in ROLES
        ],
        "problem": problem,
        "grant_form": grant_form or GrantForm(),
        "choices": choices,
        "link": link,
        "now": timezone.now(),
        "is_reader": "reader" in found.row.roles,
        **settings_tabs("people_admin:list"),
    }
    return render(request, "people_admin/show.html", context, status=status)
