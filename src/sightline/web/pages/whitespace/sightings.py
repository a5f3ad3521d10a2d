"""Saw a competitor: where, who, done. Two taps where the cell is known."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sightline.actions import whitespace as verbs
from sightline.actions.whitespace import Saying
from sightline.planning.permissions import Act, Category
from sightline.records.queries.whitespace.said import competitors_by_use
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.whitespace.place import Work, cell_url, place_in, work_of
from sightline.web.pages.whitespace.present import unit_names

NAMES = 12
SOURCE = "saw a competitor"
SOURCE_LENGTH = 120


class SightingForm(forms.Form):
    """One line: where and who, and when their contract ends if that was said too."""

    unit = forms.ChoiceField(label=gettext_lazy("Where"))
    line = forms.ChoiceField(label=gettext_lazy("What for"))
    competitor = forms.CharField(max_length=200, label=gettext_lazy("Who"), required=False)
    ends = forms.DateField(
        required=False,
        label=gettext_lazy("Contract ends"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(max_length=500, required=False, label=gettext_lazy("Heard from"))

    def __init__(self, work: Work, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = unit_names(work)
        units = [(unit.key, names[unit.key]) for unit in work.grid.units if unit.key != "other"]
        none = [("", _("Choose"))]
        self.fields["unit"].choices = [*none, *units]  # type: ignore[attr-defined]
        lines = [(line.key, line.name) for line in work.grid.lines]
        self.fields["line"].choices = [*none, *lines]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """A name is typed, or tapped."""
        data = super().clean() or self.cleaned_data
        name = self.data.get("name") or data.get("competitor")
        if not name:
            self.add_error("competitor", _("Who was it?"))
        data["who"] = name
        return data


@needs(Category.PLAN, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def sighting(request: Request, account_id: int, unit: str = "", line: str = "") -> HttpResponse:
    """The form, with the cell filled in where it is known, and the names seen most as buttons."""
    work = work_of(request, account_id)
    if unit:
        work.score(unit, line)
    place_in(work, unit or work.grid.units[0].key, line or work.grid.lines[0].key)
    form = SightingForm(work, request.POST if request.method == "POST" else None)
    form.initial = {"unit": unit, "line": line}
    if request.method == "POST" and form.is_valid():
        return _keep(request, work, form.cleaned_data)
    context = {
        **frame_of(work.shell, _("Saw a competitor"), current="whitespace:show"),
        "form": form,
        "names": competitors_by_use(work.shell.scope.planning_id, most=NAMES),
        "back": cell_url(account_id, unit, line) if unit else _grid(account_id),
    }
    status = 422 if form.is_bound else 200
    return render(request, "whitespace/sighting.html", context, status=status)


def _keep(request: Request, work: Work, data: dict[str, object]) -> HttpResponse:
    assert request.person is not None
    place = place_in(work, str(data["unit"]), str(data["line"]))
    saying = Saying(
        request.person,
        work.shell.now,
        work.shell.today,
        None,
        confidence="low",
        source=str(data["note"]).strip()[:SOURCE_LENGTH] or SOURCE,
    )
    verbs.say_holder(
        place,
        "competitor",
        saying=saying,
        competitor=str(data["who"]),
        ends=data["ends"],  # type: ignore[arg-type]
        evidence=str(data["note"]),
        reported=True,
    )
    say(request, _("Kept: %s. It is asked again in 90 days.") % data["who"])
    return go(request, cell_url(work.account_id, str(data["unit"]), str(data["line"])))


def _grid(account_id: int) -> str:
    return reverse("whitespace:show", args=[account_id])
