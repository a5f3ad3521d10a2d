"""A template as it is typed: its steps a line each, "day: what, who"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sightline.actions.play_library import TemplateText
from sightline.planning.stakeholders import BuyingRole
from sightline.records.queries.play_library import TemplateRow
from sightline.web.pages.stakeholders.naming import Names

# Templates written before roles had the map's names.
_ONCE = {"sponsor": BuyingRole.SPONSOR.value}
Named = tuple[str, str]
_STEP = re.compile(r"(?P<days>\d{1,3})\s*[:;]\s*(?P<name>[^|]+?)\s*(?:\|\s*(?P<role>.*))?")


class TemplateForm(forms.Form):
    """Everything of a template on one screen."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=120, label=gettext_lazy("Name"))
    trigger = forms.CharField(
        max_length=255, required=False, label=gettext_lazy("When to think of it")
    )
    fit = forms.CharField(max_length=255, required=False, label=gettext_lazy("Where it fits"))
    line = forms.ChoiceField(required=False, label=gettext_lazy("Product line"))
    steps = forms.CharField(
        required=False,
        max_length=8_000,
        label=gettext_lazy("Steps, a line each"),
        help_text=gettext_lazy("Days after the start, what is done, and who of ours does it"),
        widget=forms.Textarea(
            attrs={"rows": 6, "placeholder": "0: Meet the plant director | account manager"}
        ),
    )
    roles = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Roles it needs"),
        widget=forms.CheckboxSelectMultiple,
    )
    assets = forms.CharField(
        required=False,
        max_length=4_000,
        label=gettext_lazy("Assets: papers, demos, references"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, lines: Sequence[Named], roles: Sequence[Named], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [("", _("any")), *lines]  # type: ignore[attr-defined]
        self.fields["roles"].choices = list(roles)  # type: ignore[attr-defined]

    def clean_steps(self) -> tuple[tuple[str, int, str], ...]:
        """Each line as (what, days, who)."""
        found = []
        for number, text in enumerate(self.cleaned_data["steps"].splitlines(), start=1):
            if not text.strip():
                continue
            match = _STEP.fullmatch(text.strip())
            if match is None:
                told = {"n": number, "text": text.strip()[:40]}
                raise forms.ValidationError(
                    _("Line %(n)s, “%(text)s”: write it as 14: What is done | who") % told
                )
            found.append((match["name"], int(match["days"]), (match["role"] or "").strip()))
        return tuple(found)

    @property
    def text(self) -> TemplateText:
        """As the action takes it."""
        data = self.cleaned_data
        return TemplateText(
            name=data["name"],
            trigger=data["trigger"],
            fit=data["fit"],
            line_id=int(data["line"]) if data["line"] else None,
            steps=data["steps"],
            roles=tuple(data["roles"]),
            assets=data["assets"],
        )


def role_choices(names: Names, *, needed: Sequence[str] = ()) -> list[Named]:
    """The roles of the map in the company's own words, and those a template has beside them. A play
    needs nobody to block it."""
    offered = {code for code, _name in names.roles()} - {BuyingRole.BLOCKER.value}
    return [(one.value, names.role(one.value)) for one in BuyingRole if one in offered | {*needed}]


def role_codes(row: TemplateRow) -> tuple[str, ...]:
    """The roles a template needs, in the map's codes whatever they were called when it was kept."""
    return tuple(_ONCE.get(role, role) for role in row.roles)


def initial_of(row: TemplateRow) -> dict[str, Any]:
    """A template as its form shows it."""
    return {
        "version": row.version,
        "name": row.name,
        "trigger": row.trigger,
        "fit": row.fit,
        "line": str(row.line_id or ""),
        "steps": "\n".join(
            f"{days}: {name}" + (f" | {role}" if role else "") for name, days, role in row.steps
        ),
        "roles": list(role_codes(row)),
        "assets": row.assets,
    }
