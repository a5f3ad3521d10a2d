"""Templates of plays: listed, opened with what came of them, written, and started on accounts."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sightline.actions import play_library as verbs
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.plays import PlayParameters, compare_runs
from sightline.records.queries import play_library as queries
from sightline.records.queries import stakeholders
from sightline.records.queries.company import company_facts, parameters_in_force
from sightline.records.queries.play_library import TemplateRow
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.library.forms import TemplateForm, initial_of, role_choices, role_codes
from sightline.web.pages.stakeholders.naming import Names
from sightline.web.writing import keep_form

CLOSE_IN = timedelta(days=120)


@needs(Category.PLAN, Act.WRITE)
@require_safe
def show(request: Request) -> HttpResponse:
    """Every template. `?account=` keeps the way back to an account's board."""
    account = request.GET.get("account", "")
    rows = queries.templates()
    context = {
        "page_title": _("Play library"),
        "rows": [row for row in rows if not row.retired],
        "retired": [row for row in rows if row.retired],
        "back": reverse("plays:show", args=[int(account)])
        if account.isdecimal() and len(account) < 19
        else "",
    }
    return render(request, "library/list.html", context)


@needs(Category.PLAN, Act.WRITE)
@require_safe
def template(request: Request, template_id: int) -> HttpResponse:
    """One template: its steps, where to start it, and what came of it."""
    return _template(request, _found(template_id))


def _template(
    request: Request, row: TemplateRow, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    assert request.person is not None
    company = company_facts()
    today = company.today(timezone.now())
    numbers = parameters_in_force(today).section(PlayParameters, "plays")
    runs = queries.runs_of(row, time_zone=company.time_zone)
    compared = compare_runs(runs.ran, alike=runs.alike, parameters=numbers)
    roles = dict(role_choices(_names(), needed=role_codes(row)))
    context = {
        "page_title": row.name,
        "row": row,
        "roles": [roles.get(role, role) for role in role_codes(row)],
        "runs": runs,
        "compared": compared if runs.since is not None else None,
        "accounts": queries.candidates(request.person, row)
        if row.line_id is not None and not row.retired
        else (),
        "refusal": refusal,
    }
    return render(request, "library/template.html", context, status=status)


@needs(Category.PLAN, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Request, template_id: int | None = None) -> HttpResponse:
    """A new template, or another wording of one."""
    row = _found(template_id) if template_id is not None else None
    initial = initial_of(row) if row is not None else None
    posted = request.POST if request.method == "POST" else None
    roles = role_choices(_names(), needed=role_codes(row) if row is not None else ())
    form = TemplateForm(queries.lines(), roles, posted, initial=initial)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            made, status = _write(request, form, template_id)
            if made is not None:
                say(request, _("Kept: %s") % form.cleaned_data["name"])
                return go(request, reverse("library:template", args=[made]))
    title = row.name if row is not None else _("New template")
    context = {"page_title": title, "form": form, "row": row}
    return render(request, "library/write.html", context, status=status)


def _write(request: Request, form: TemplateForm, template_id: int | None) -> tuple[int | None, int]:
    person = request.person
    assert person is not None
    return keep_form(
        form,
        lambda: verbs.write_template(
            person,
            form.text,
            template_id=template_id,
            seen_version=form.cleaned_data["version"] or 0,
            now=timezone.now(),
        ),
        stale=verbs.StaleTemplate,
    )


@needs(Category.PLAN, Act.WRITE)
@require_POST
def retire(request: Request, template_id: int) -> HttpResponse:
    """Not started any more; `again` takes it back."""
    _found(template_id)
    assert request.person is not None
    retired = "again" not in request.POST
    verbs.retire_template(request.person, template_id, retired=retired, now=timezone.now())
    say(request, _("Not started any more.") if retired else _("In the library again."))
    return go(request, reverse("library:show"))


@needs(Category.PLAN, Act.WRITE)
@require_POST
def start(request: Request, template_id: int) -> HttpResponse:
    """On many accounts in one step: each gets a play with its dated steps."""
    row = _found(template_id)
    assert request.person is not None
    chosen = [int(one) for one in request.POST.getlist("account") if one.isdecimal()]
    may = {one.id for one in queries.candidates(request.person, row)}
    if not set(chosen) <= may:
        raise Http404(_("There is no such account, or you may not plan it."))
    now = timezone.now()
    try:
        made = verbs.start_many(
            request.person,
            template_id,
            chosen,
            close_in=CLOSE_IN,
            now=now,
            on=company_facts().today(now),
        )
    except NotAllowed:
        raise
    except PlanningError as error:
        return _template(request, row, refusal=str(error), status=422)
    count = len(made)
    say(request, ngettext("Started on %s account", "Started on %s accounts", count) % count)
    return go(request, reverse("library:template", args=[template_id]))


def _names() -> Names:
    return Names(stakeholders.map_choices())


def _found(template_id: int) -> TemplateRow:
    row = next((one for one in queries.templates() if one.id == template_id), None)
    if row is None:
        raise Http404(_("There is no such template."))
    return row
