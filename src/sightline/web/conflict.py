"""A conflict panel's content: two values for one field, who wrote the other, and when."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from sightline.web.htmx import render


@dataclass(frozen=True, slots=True)
class Conflict:
    """What ui/conflict.html draws; `url` takes the choice, `name` is the field's name.

    `mine` and `theirs` are posted values, the `_shown` ones are for reading. `version` is the
    one that the other value has, so that the choice is saved on top of it.
    """

    heading: str
    url: str
    name: str
    mine: str
    theirs: str
    who: str
    version: str
    mine_shown: str = ""
    theirs_shown: str = ""
    source: str = ""
    at: datetime | None = None
    compare_url: str = ""


def on_top(form: forms.Form, version: int) -> None:
    """Let a bound form, shown again with what was typed, be saved on top of that version."""
    data: Any = copy(form.data)
    data[form.add_prefix("version")] = str(version)
    form.data = data


def conflict_panel(request: HttpRequest, found: Conflict) -> HttpResponse:
    """409 with the panel: in place for a fragment, as a page of its own for a plain post."""
    return render(
        request,
        "errors/conflict.html",
        {"found": found, "page_title": found.heading},
        partial="panel",
        status=409,
    )
