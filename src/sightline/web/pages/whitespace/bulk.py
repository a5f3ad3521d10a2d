"""Many cells at once: choose in the table, see what would change, change it, take it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from sightline.actions.whitespace import Place, Saying
from sightline.actions.whitespace_bulk import Bulk, say_of_many, undo_batch
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.whitespace import CellScore, seen_of
from sightline.records.queries.account_grid import WHOLE
from sightline.web.gate import Request, needs
from sightline.web.htmx import SeeOther, go, render, say
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.whitespace.forms import amount_of
from sightline.web.pages.whitespace.looks import words_of
from sightline.web.pages.whitespace.place import Work, work_of
from sightline.web.pages.whitespace.present import line_names, unit_names
from sightline.wording.cells import look_of

SAYS = (
    ("open", gettext_lazy("Held by nobody")),
    ("competitor", gettext_lazy("Held by a competitor")),
    ("in_house", gettext_lazy("Done in-house")),
    ("applicable", gettext_lazy("Can be sold")),
    ("blocked", gettext_lazy("Blocked until")),
    ("not_applicable", gettext_lazy("Not a fit")),
    ("need", gettext_lazy("Need, 0 to 3")),
    ("value", gettext_lazy("Likely value a year")),
)


class BulkForm(forms.Form):
    """One thing to say: what, and the word, level, amount or reason that goes with it."""

    what = forms.ChoiceField(choices=SAYS)
    text = forms.CharField(max_length=200, required=False)
    day = forms.DateField(required=False)

    def said(self, currency: str) -> Bulk:
        """As the action takes it. Raises InvalidValue or UnreadableAmount."""
        what, text = self.cleaned_data["what"], self.cleaned_data["text"].strip()
        day = self.cleaned_data["day"]
        if what in ("open", "in_house"):
            return Bulk("holder", {"kind": "nobody" if what == "open" else what})
        if what == "competitor":
            return Bulk("holder", {"kind": what, "competitor": text, "ends": day})
        if what in ("applicable", "blocked", "not_applicable"):
            until = day if what == "blocked" else None
            return Bulk("eligibility", {"kind": what, "reason": text, "until": until})
        if what == "need":
            if text not in ("0", "1", "2", "3"):
                raise InvalidValue(_("Need is 0, 1, 2 or 3."), field="text")
            return Bulk("need", {"level": int(text)})
        money = amount_of(text, currency)
        if money is None:
            raise InvalidValue(_("Give the likely value."), field="text")
        amounts = (money.minor, money.minor, money.minor)
        return Bulk("value_hand", {"amounts": amounts, "currency": currency})


@needs(Category.PLAN, Act.WRITE)
@require_POST
def change(request: Request, account_id: int) -> HttpResponse:
    """The preview; with `sure` the change itself, in one step that can be taken back."""
    work = work_of(request, account_id)
    if not work.may_write:
        raise PermissionDenied(_("You may see this plan, but not change it."))
    scores = _chosen(request, work)
    if "play" in request.POST and scores:
        chosen = urlencode([("cell", f"{one.cell.unit}-{one.cell.line}") for one in scores])
        return SeeOther(f"{reverse('plays:start', args=[account_id])}?{chosen}")
    form = BulkForm(request.POST)
    refusal = ""
    if form.is_valid():
        try:
            bulk = form.said(work.grid.currency)
            if "sure" in request.POST and scores:
                return _apply(request, work, scores, bulk)
        except NotAllowed:
            raise
        except PlanningError as error:
            refusal = str(error)
    else:
        refusal = (
            _("That is no date.")
            if "day" in form.errors
            else _("Choose what to say of these cells.")
        )
    if not scores:
        refusal = _("Choose at least one cell.")
    return _preview(request, work, scores, form, refusal)


@needs(Category.PLAN, Act.WRITE)
@require_POST
def undo(request: Request, account_id: int, batch_id: int) -> HttpResponse:
    """What stood before stands again."""
    work = work_of(request, account_id)
    assert request.person is not None
    try:
        back = undo_batch(request.person, batch_id, now=work.shell.now)
    except InvalidValue as error:
        say(request, str(error), tone="warn")
    else:
        say(request, ngettext("%s cell is as before", "%s cells are as before", back) % back)
    return go(request, f"{reverse('whitespace:show', args=[account_id])}?as=table")


def _chosen(request: Request, work: Work) -> list[CellScore]:
    found = []
    for one in dict.fromkeys(request.POST.getlist("cell")):
        unit, _dash, line = one.rpartition("-")
        if not (unit == WHOLE or unit.isdecimal()):
            raise Http404(_("There is no such cell."))
        found.append(work.score(unit, line))
    return found


def _apply(request: Request, work: Work, scores: list[CellScore], bulk: Bulk) -> HttpResponse:
    assert request.person is not None
    planning = work.shell.scope.planning_id
    places = [
        Place(
            planning,
            None if score.cell.unit == WHOLE else int(score.cell.unit),
            int(score.cell.line),
        )
        for score in scores
    ]
    saying = Saying(request.person, work.shell.now, work.shell.today, None, source="bulk edit")
    batch = say_of_many(places, bulk, saying=saying)
    count = len(places)
    say(
        request,
        ngettext("%s cell changed", "%s cells changed", count) % count,
        undo=reverse("whitespace:bulk-undo", args=[work.account_id, batch]),
    )
    return go(request, f"{reverse('whitespace:show', args=[work.account_id])}?as=table")


def _preview(
    request: Request, work: Work, scores: list[CellScore], form: BulkForm, refusal: str
) -> HttpResponse:
    units, lines = unit_names(work), line_names(work)
    rows: list[dict[str, Any]] = [
        {
            "key": f"{score.cell.unit}-{score.cell.line}",
            "line": lines[score.cell.line],
            "unit": units[score.cell.unit],
            "now": words_of(look_of(seen_of(score))),
            "reason": score.state.reason.text,
        }
        for score in scores
    ]
    words = {code: str(said) for code, said in SAYS}
    context = {
        **frame_of(work.shell, _("Change many cells"), current="whitespace:show"),
        "rows": rows,
        "what": form.data.get("what", ""),
        "text": form.data.get("text", ""),
        "day": form.data.get("day", ""),
        "words": words.get(form.data.get("what", ""), ""),
        "refusal": refusal,
        "account_id": work.account_id,
        "says": SAYS,
    }
    return render(request, "whitespace/bulk.html", context, status=422 if refusal else 200)
