"""From cells or a renewal to a play in one step: everything is proposed, one button makes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sightline.actions import plays as verbs
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.money import Money
from sightline.planning.permissions import Act, Category
from sightline.planning.plays import (
    Earliest,
    Link,
    Play,
    PlayParameters,
    earliest_close,
    possible_links,
    proposed_close,
    proposed_name,
)
from sightline.planning.whitespace import CellScore
from sightline.records.queries.company import parameters_in_force, rates
from sightline.records.queries.history import open_stages, stage_pasts
from sightline.records.queries.play_choices import PlayChoices, choices_of
from sightline.records.queries.plays import open_opportunities
from sightline.records.queries.whitespace.said import place_of
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account.shell import frame_of
from sightline.web.pages.plays.sources import (
    Source,
    from_renewal,
    offered_cells,
    offered_renewals,
    source_of,
    worth,
)
from sightline.web.pages.whitespace.forms import amount_of
from sightline.web.pages.whitespace.place import Work, work_of
from sightline.web.pages.whitespace.present import line_names, unit_names
from sightline.wording import dates
from sightline.wording.money import short_money


class StartForm(forms.Form):
    """What a play starts with; all of it is proposed."""

    name = forms.CharField(max_length=255, label=gettext_lazy("Name"))
    owner = forms.ChoiceField(required=False, label=gettext_lazy("Owner"))
    value = forms.CharField(max_length=24, required=False, label=gettext_lazy("Value a year"))
    target_close = forms.DateField(
        required=False,
        label=gettext_lazy("Target close date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    stage = forms.ChoiceField(required=False, label=gettext_lazy("Stage"))
    answers = forms.CharField(
        max_length=255,
        required=False,
        label=gettext_lazy("Customer priority it answers"),
        widget=forms.TextInput(attrs={"list": "priorities"}),
    )
    people = forms.MultipleChoiceField(required=False, label=gettext_lazy("Stakeholders it needs"))
    first_action = forms.CharField(
        max_length=255, required=False, label=gettext_lazy("First action")
    )
    action_due = forms.DateField(
        required=False,
        label=gettext_lazy("Due"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    template = forms.ChoiceField(required=False, label=gettext_lazy("Steps from the library"))
    crm = forms.CharField(max_length=40, required=False)

    def __init__(self, currency: str, choices: PlayChoices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        none = [("", _("nobody yet"))]
        self.fields["owner"].choices = [*none, *choices.owners]  # type: ignore[attr-defined]
        self.fields["people"].choices = choices.people  # type: ignore[attr-defined]
        no_stage = [("", _("an idea, no stage yet"))]
        self.fields["stage"].choices = [*no_stage, *choices.stages]  # type: ignore[attr-defined]
        no_steps = [("", _("none"))]
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            *no_steps,
            *choices.templates,
        ]

    def clean_value(self) -> int | None:
        """In minor units; empty is not known."""
        text = self.cleaned_data["value"]
        try:
            found = amount_of(text, self.currency)
        except PlanningError as error:
            raise forms.ValidationError(str(error)) from error
        return found.minor if found is not None else None


@needs(Category.PLAN, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request, account_id: int) -> HttpResponse:
    """`?cell=unit-line`, once for each cell, or `?renewal=contract`; without either it is chosen.

    `?deal=` names the open opportunity that the play is: it is linked, and its facts are proposed.
    """
    work = work_of(request, account_id)
    if not work.may_write:
        raise PermissionDenied(_("You may see this plan, but not change it."))
    source = source_of(request, work)
    if source is None:
        return _choose(request, work)
    scores = source.scores
    choices = choices_of(work.shell.scope.planning_id, reach=work.shell.scope.seen_ids)
    currency = work.grid.currency
    form: StartForm | None = None
    if request.method == "POST":
        form = StartForm(currency, choices, request.POST)
        if form.is_valid():
            answer = _make(request, work, source, form)
            if answer is not None:
                return answer
    deal = request.GET.get("deal", "")
    links = _links(work, scores, choices, deal=deal) if scores else ()
    if form is None:
        earliest = _earliest(work, choices)
        told = _of_deal(links, deal)
        proposed = _proposed(work, source, choices, earliest) | told
        form = StartForm(currency, choices, initial=proposed)
        if earliest is not None and not told:
            form.fields["target_close"].help_text = _hint(earliest)
    units, lines = unit_names(work), line_names(work)
    context = {
        **frame_of(work.shell, _("New play"), current="plays:show"),
        "form": form,
        "cells": [
            (f"{s.cell.unit}-{s.cell.line}", lines[s.cell.line], units[s.cell.unit], s)
            for s in scores
        ],
        "renewal": source.renewal,
        "worth": worth(source.renewal) if source.renewal is not None else None,
        "links": links,
        "in_crm": form["crm"].value() or ("idea" if links else "create"),
        "priorities": choices.priorities,
        "fantasy": [s for s in scores if s.fantasy],
        "account_id": account_id,
    }
    status = 422 if form.is_bound else 200
    return render(request, "plays/start.html", context, status=status)


def _choose(request: Request, work: Work) -> HttpResponse:
    """Nothing is named yet: the best cells and the next renewals stand to choose from."""
    context = {
        **frame_of(work.shell, _("New play"), current="plays:show"),
        "cells": offered_cells(work),
        "renewals": offered_renewals(work),
        "account_id": work.account_id,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "plays/choose.html", context, status=status)


def _numbers(work: Work) -> PlayParameters:
    return parameters_in_force(work.shell.today).section(PlayParameters, "plays")


def _earliest(work: Work, choices: PlayChoices) -> Earliest | None:
    """What the history of the proposed stage allows; None where the org has no stages."""
    if not choices.stages:
        return None
    stage = int(choices.stages[0][0])
    past = stage_pasts().get(stage)
    return earliest_close(
        least_days=past.earliest_days if past is not None else None,
        closings=past.closings if past is not None else 0,
        stages_left=open_stages().get(stage, 0),
        on=work.shell.today,
        parameters=_numbers(work),
    )


def _hint(earliest: Earliest) -> str:
    told = {"day": dates.day(earliest.day), "basis": earliest.basis}
    return _("Not before %(day)s by the history of the first stage: %(basis)s.") % told


def _proposed(
    work: Work, source: Source, choices: PlayChoices, earliest: Earliest | None
) -> dict[str, Any]:
    scores = source.scores
    cells = [score.cell.key for score in scores]
    likely = [score.likely for score in scores if score.likely is not None]
    whole = sum((one.minor for one in likely), 0)
    needs_said = [score.cell.need for score in scores if score.cell.need is not None]
    priorities = [need.priority for need in needs_said if need.priority]
    people = {score.found.access.person for score in scores} | {
        score.found.budget.person for score in scores
    }
    today, numbers = work.shell.today, _numbers(work)
    due = today + timedelta(days=numbers.first_action_days)
    proposed = {
        "name": proposed_name(cells, unit_names=unit_names(work), line_names=line_names(work)),
        "owner": choices.owner,
        "stage": choices.stages[0][0] if choices.stages else "",
        "value": f"{Money(whole, work.grid.currency).amount:,.0f}" if likely else "",
        "target_close": proposed_close(earliest, on=today, parameters=numbers).isoformat(),
        "answers": priorities[0] if priorities else "",
        "people": [one for one in people if one is not None],
        "first_action": _first(scores) if scores else "",
        "action_due": due.isoformat(),
    }
    if source.renewal is None:
        return proposed
    renewal = from_renewal(source.renewal, currency=work.grid.currency)
    return proposed | {name: value for name, value in renewal.items() if value}


def _first(scores: Sequence[CellScore]) -> str:
    """The next step that the weakest input asks for."""
    score = scores[0]
    if not score.mapped:
        return _("Find out who decides here")
    if score.budget.level == 0:
        return _("Find the economic buyer")
    if score.access.level == 0:
        return _("Get a first meeting in the unit")
    if score.need is None:
        return _("Ask what they need and by when")
    return _("Agree the next meeting with the decider")


def _of_deal(links: Sequence[Link], deal: str) -> dict[str, Any]:
    """What a play proposes that is this opportunity; nothing where it cannot be linked."""
    found = next((one.opportunity for one in links if one.opportunity.key == deal), None)
    if found is None:
        return {}
    proposed: dict[str, Any] = {"name": found.name, "crm": f"link:{deal}", "stage": ""}
    if found.amount is not None:
        proposed["value"] = f"{found.amount.amount:,.0f}"
    if found.close is not None:
        proposed["target_close"] = found.close.isoformat()
    return proposed


def _links(
    work: Work, scores: Sequence[CellScore], choices: PlayChoices, *, deal: str
) -> tuple[Link, ...]:
    """Opportunities that may be this play; a named one whatever its date."""
    shell, numbers = work.shell, _numbers(work)
    found, taken = open_opportunities(
        shell.scope.seen_ids, currency=work.grid.currency, rates=rates(), on=shell.today
    )
    play = Play(
        key="new",
        name="",
        created=shell.today,
        cells=tuple(score.cell.key for score in scores),
        target_close=None
        if deal
        else proposed_close(_earliest(work, choices), on=shell.today, parameters=numbers),
    )
    return possible_links(
        play,
        opportunities=found,
        taken=taken,
        parameters=numbers,
        unit_names=unit_names(work),
        line_names=line_names(work),
    )


def _make(request: Request, work: Work, source: Source, form: StartForm) -> HttpResponse | None:
    """Make it; None where a rule refuses, with the refusal on the form."""
    assert request.person is not None
    data = form.cleaned_data
    planning = work.shell.scope.planning_id
    cells, values = [], []
    for score in source.scores:
        found = place_of(planning, unit=score.cell.unit, line=score.cell.line)
        if found is None:
            raise Http404(_("There is no such cell."))
        cells.append(found)
        if score.likely is not None:
            values.append((found, score.likely.minor))
    new = verbs.NewPlay(
        name=data["name"],
        cells=tuple(cells),
        owner_id=int(data["owner"]) if data["owner"] else None,
        value=data["value"],
        currency=work.grid.currency,
        target_close=data["target_close"],
        answers=data["answers"],
        renewal_id=source.renewal.id if source.renewal is not None else None,
        people=tuple(int(one) for one in data["people"]),
        first_action=data["first_action"],
        action_due=data["action_due"],
        template_id=int(data["template"]) if data["template"] else None,
        stage_id=int(data["stage"]) if data["stage"] else None,
        values=tuple(values),
    )
    linked = data["crm"].removeprefix("link:")
    crm = verbs.InCrm(
        create=data["crm"] == "create", opportunity_id=int(linked) if linked.isdecimal() else None
    )
    try:
        made = verbs.start_play(
            request.person, planning, new, crm=crm, now=work.shell.now, on=work.shell.today
        )
    except NotAllowed:
        raise
    except PlanningError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None
    said = {"name": new.name, "value": ""}
    if new.value is not None:
        said["value"] = short_money(Money(new.value, new.currency))
    say(request, _("Play made: %(name)s %(value)s") % said)
    return go(request, f"{reverse('plays:show', args=[work.account_id])}#play-{made}")
