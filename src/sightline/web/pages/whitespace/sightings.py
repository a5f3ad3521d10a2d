"""Saw a competitor: one line from anywhere, two taps; or where, who, done."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from sightline.actions import whitespace as verbs
from sightline.actions.whitespace import Saying
from sightline.planning.permissions import Act, Category
from sightline.planning.whitespace import Heard, heard, named
from sightline.records.queries.company import company_facts
from sightline.records.queries.own_plans import own_plans
from sightline.records.queries.whitespace.said import competitors_by_use
from sightline.web.gate import Request, needs
from sightline.web.htmx import SeeOther, go, render, say
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.whitespace.place import Work, cell_url, place_in, work_of
from sightline.web.pages.whitespace.present import line_names, unit_names

NAMES = 12
NAMES_KNOWN = 1_000
ACCOUNTS = 2_000
MOST_WORDS = 300
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
    if request.method == "POST":
        return _taken(request, work, request.POST)
    said = request.GET.get("said", "")[:MOST_WORDS]
    form = SightingForm(work)
    form.initial = _told(_heard(work, said)) if said else {"unit": unit, "line": line}
    return _asked(request, work, form, said)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def saw(request: Request) -> HttpResponse:
    """One line from anywhere: the account is named in it, or asked for with the line kept."""
    assert request.person is not None
    said = request.POST.get("said", "").strip()[:MOST_WORDS]
    today = company_facts().today(timezone.now())
    names = {str(pk): name for pk, name in own_plans(request.person, on=today, most=ACCOUNTS)}
    account = named(said, names) if len(names) != 1 else next(iter(names))
    if account is None:
        return SeeOther(f"{reverse('plays:which')}?{urlencode({'then': 'saw', 'said': said})}")
    work = work_of(request, int(account))
    place_in(work, work.grid.units[0].key, work.grid.lines[0].key)
    return _taken(request, work, request.POST)


def _taken(request: Request, work: Work, posted: QueryDict) -> HttpResponse:
    """Kept where all of it is said; else what is known stands in the form, which asks the rest."""
    said = posted.get("said", "").strip()[:MOST_WORDS]
    data = posted.copy()
    if said:
        for name, value in _told(_heard(work, said)).items():
            if not data.get(name):
                data[name] = value
    form = SightingForm(work, data)
    return (
        _keep(request, work, form.cleaned_data)
        if form.is_valid()
        else _asked(request, work, form, said)
    )


def _heard(work: Work, said: str) -> Heard:
    rivals = competitors_by_use(work.shell.scope.planning_id, most=NAMES_KNOWN)
    return heard(
        said,
        units={key: name for key, name in unit_names(work).items() if key != "other"},
        lines=line_names(work),
        rivals={name: name for name in rivals},
        beside=work.shell.head.name,
    )


def _told(found: Heard) -> dict[str, str]:
    return {
        "unit": found.unit or "",
        "line": found.line or "",
        "competitor": found.who,
        "note": found.source,
    }


def _asked(request: Request, work: Work, form: SightingForm, said: str) -> HttpResponse:
    unit, line = form.initial.get("unit", ""), form.initial.get("line", "")
    context = {
        **frame_of(work.shell, _("Saw a competitor"), current="whitespace:show"),
        "form": form,
        "names": competitors_by_use(work.shell.scope.planning_id, most=NAMES),
        "back": cell_url(work.account_id, unit, line) if unit and line else _grid(work.account_id),
        "said": said,
        "here": bool(unit and line and not said),
        "action": reverse("whitespace:sighting", args=[work.account_id]),
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
    told = {
        "who": data["who"],
        "line": line_names(work)[str(data["line"])],
        "unit": unit_names(work)[str(data["unit"])],
    }
    say(request, _("Kept: %(who)s, %(line)s in %(unit)s. It is asked again in 90 days.") % told)
    return go(request, cell_url(work.account_id, str(data["unit"]), str(data["line"])))


def _grid(account_id: int) -> str:
    return reverse("whitespace:show", args=[account_id])
