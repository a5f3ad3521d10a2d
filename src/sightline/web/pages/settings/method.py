"""Every number of the method with its unit and source, and the company's own where it has one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import settings
from sightline.planning.errors import PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.reasons import dated
from sightline.records.queries.company import company_facts
from sightline.records.queries.settings import NumberRow, method_numbers, method_sections
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.settings.forms import NumberForm
from sightline.web.pages.settings.tabs import settings_tabs


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One number as drawn; `typed` and `errors` after a refused save."""

    path: str
    name: str
    unit: str
    source: str
    shipped: str
    own: str
    since: date | None
    reason: str
    by: str
    coming: str
    typed: Mapping[str, str]
    errors: tuple[str, ...]

    @property
    def in_force(self) -> str:
        """What the method counts with today."""
        return self.own or self.shipped


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """One concept's numbers; the first concept unless one is named."""
    return _page(request, request.GET.get("section", ""))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def set_own(request: Request) -> HttpResponse:
    """Sets the company's own value from a day on, with the reason."""
    person = request.person
    assert person is not None
    form = NumberForm(request.POST)
    path = request.POST.get("path", "")
    if form.is_valid():
        wanted = form.cleaned_data
        own = settings.OwnNumber(path, wanted["value"], wanted["since"], wanted["reason"])
        try:
            settings.set_number(person, own, now=timezone.now())
        except PlanningError as wrong:
            form.add_error(None, str(wrong))
    if form.errors:
        said = tuple(str(text) for texts in form.errors.values() for text in texts)
        section = path.rpartition(".")[0]
        return _page(request, section, wrong=(path, said), status=422)
    say(request, _("Saved. Figures are computed again."))
    return _back(request, path)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def drop_own(request: Request) -> HttpResponse:
    """Goes back to the shipped value."""
    person = request.person
    assert person is not None
    path = request.POST.get("path", "")
    try:
        settings.drop_number(person, path)
    except PlanningError as wrong:
        say(request, str(wrong), tone="warn")
    else:
        say(request, _("The shipped number counts again."))
    return _back(request, path)


def _back(request: Request, path: str) -> HttpResponse:
    query = urlencode({"section": path.rpartition(".")[0]})
    return go(request, f"{reverse('settings:method')}?{query}")


def _page(
    request: Request,
    section: str,
    *,
    wrong: tuple[str, tuple[str, ...]] = ("", ()),
    status: int = 200,
) -> HttpResponse:
    sections = method_sections()
    names = [name for name, _count in sections]
    if section and section not in names:
        raise Http404(_("The method has no numbers of that name."))
    chosen = section or names[0]
    today = company_facts().today(timezone.now())
    lines = [
        _line(row, request.POST if row.entry.key == wrong[0] else {}, wrong)
        for row in method_numbers(chosen, on=today)
    ]
    context = {
        "page_title": _("Settings"),
        "sections": [
            {"name": name, "words": _words(name), "own": count} for name, count in sections
        ],
        "chosen": chosen,
        "lines": lines,
        "today": today,
        **settings_tabs("settings:method"),
    }
    return render(request, "settings/method.html", context, status=status)


def _words(section: str) -> str:
    """people_data as People data; an abbreviation stays one."""
    words = section.replace("_", " ").replace(".", ": ")
    return words.upper() if section == "acv" else words[:1].upper() + words[1:]


def _line(
    row: NumberRow, typed: Mapping[str, str], wrong: tuple[str, tuple[str, ...]]
) -> NumberLine:
    entry = row.entry
    coming = ""
    if row.coming is not None:
        since, value = row.coming
        words = {"value": shown(value), "day": dated(since)}
        coming = _("%(value)s from %(day)s on") % words
    return NumberLine(
        path=entry.key,
        name=entry.name.replace("_", " "),
        unit=entry.unit,
        source=entry.source,
        shipped=shown(entry.value),
        own=shown(row.own) if row.own is not None else "",
        since=row.since,
        reason=row.reason,
        by=row.by,
        coming=coming,
        typed={name: str(value) for name, value in typed.items()},
        errors=wrong[1] if entry.key == wrong[0] else (),
    )


def shown(value: object) -> str:
    """A number of the method as it is written: 5, 0.25, ["a", "b"], {"call": 30}."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
