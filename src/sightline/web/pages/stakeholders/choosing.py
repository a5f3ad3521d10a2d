"""Settings of the map: which fields are asked, which roles are offered, what scales are called."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sightline.actions import stakeholders as verbs
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries.stakeholders import map_choices
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.settings.tabs import settings_tabs
from sightline.web.pages.stakeholders.naming import ALWAYS
from sightline.wording import labels


@needs(Category.SETTINGS, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: Request) -> HttpResponse:
    """Show the choices, or save them all at once."""
    assert request.person is not None
    error, field = "", ""
    if request.method == "POST":
        try:
            version = request.POST.get("version", "")
            verbs.set_map_settings(
                request.person,
                _wanted(request),
                seen_version=int(version) if version.isdecimal() else 0,
            )
            say(request, _("Saved."))
            return go(request, reverse("stakeholders:choose"))
        except NotAllowed:
            raise
        except PlanningError as problem:
            error, field = str(problem), problem.field or ""
    context = {
        **settings_tabs("stakeholders:choose"),
        **_shown(request),
        "page_title": _("Settings"),
        "error": error,
        "error_field": field,
    }
    status = 200
    if error:
        status = 409 if not field else 422
    return render(request, "stakeholders/choose.html", context, status=status)


def _wanted(request: Request) -> verbs.MapChoices:
    post = request.POST
    names = {
        scale: {code: post.get(f"{scale}-{code}", "") for code in codes}
        for scale, codes in verbs.SCALES.items()
    }
    return verbs.MapChoices(
        fields=tuple(post.getlist("fields")), roles=tuple(post.getlist("roles")), names=names
    )


def _shown(request: Request) -> dict[str, object]:
    held = map_choices()
    post = request.POST if request.method == "POST" else None
    fields = {
        "wanted": _("Strength wanted"),
        "interests": _("Interests"),
        "standing": _("Political standing"),
        "style": _("How they decide"),
        "communication": _("How to speak with them"),
        "notes": _("Private notes"),
    }
    own = {
        "roles": {code: label.text for code, label in labels.BUYING_ROLES.items()},
        "strength": {str(at): text for at, text in enumerate(labels.STRENGTHS)},
        "stances": dict(labels.STANCES),
    }
    titles = {"roles": _("Buying roles"), "strength": _("Strength"), "stances": _("Stance")}
    on = set(post.getlist("fields")) if post else set(held.fields)
    used = set(post.getlist("roles")) if post else set(held.roles)
    scales = []
    for scale, codes in verbs.SCALES.items():
        rows = []
        for code in codes:
            name = f"{scale}-{code}"
            value = post.get(name, "") if post else held.names.get(scale, {}).get(code, "")
            row: dict[str, object] = {"name": name, "code": code, "value": value}
            row["own"] = _(own[scale][code])
            row |= {"switch": scale == "roles", "fixed": code in ALWAYS, "on": code in used}
            rows.append(row)
        scales.append({"title": titles[scale], "rows": rows})
    return {
        "fields": [(code, text, code in on) for code, text in fields.items()],
        "scales": scales,
        "version": post.get("version", "") if post else held.version,
    }
