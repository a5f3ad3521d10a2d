"""`{% load tour %}{% on_tour %}`: the banner of the guided tour on the page of its present step.

The address alone carries the tour (`?tour=2`): nothing is kept, so nothing is left when it ends.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sightline.web.gate import may_open

register = template.Library()
PARAMETER = "tour"

# The page of each step, its name, and what to look at there.
STEPS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (
        "account:figures",
        _("The dip"),
        _("Look at the last twelve months beside the twelve before, and at the line that fell."),
    ),
    (
        "account:people",
        _("The lone champion"),
        _("Look at who carries the contact: most of it runs through one person."),
    ),
    (
        "plan:bridge",
        _("The gap"),
        _("Look at where the bars end against the target: the rest is the gap, in money."),
    ),
    (
        "plays:show",
        _("The play"),
        _("Look at what is open, how long it has stood still, and its next action."),
    ),
)


def step_url(number: int, account_id: int) -> str:
    """The page of a step, with the tour in its address; empty where it does not exist here."""
    try:
        return f"{reverse(STEPS[number - 1][0], args=[account_id])}?{PARAMETER}={number}"
    except NoReverseMatch:
        return ""


@register.inclusion_tag("start/on_tour.html", takes_context=True)
def on_tour(context: Context) -> dict[str, Any]:
    """The present step, and the ways back, on and out; nothing on any other page."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request is not None else None
    if request is None or match is None:
        return {}
    given = request.GET.get(PARAMETER, "")
    number = int(given) if given in {str(n) for n in range(1, len(STEPS) + 1)} else 0
    account = match.kwargs.get("account_id")
    if not number or account is None or match.view_name != STEPS[number - 1][0]:
        return {}
    onward = step_url(number + 1, account) if number < len(STEPS) else ""
    last = not onward or not may_open(getattr(request, "person", None), onward)
    return {
        "number": number,
        "of": len(STEPS),
        "title": STEPS[number - 1][1],
        "look": STEPS[number - 1][2],
        "back": step_url(number - 1, account) if number > 1 else "",
        "onward": "" if last else onward,
        "onward_title": "" if last else STEPS[number][1],
        "out": _without(request),
    }


def _without(request: HttpRequest) -> str:
    """The same page without the tour."""
    rest = request.GET.copy()
    rest.pop(PARAMETER, None)
    return request.path + (f"?{rest.urlencode()}" if rest else "")
