"""The tabs that every settings page has."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab."""

    label: str
    url: str


def settings_tabs(current: str) -> dict[str, object]:
    """Context of the tabs, with the address of the current page."""
    tabs = (
        Tab(_("Company"), reverse("settings:show")),
        Tab(_("Product lines"), reverse("settings:lines")),
        Tab(_("Stages"), reverse("settings:stages")),
        Tab(_("Where sold"), reverse("settings:families")),
        Tab(_("Categories"), reverse("settings:categories")),
        Tab(_("Method"), reverse("settings:method")),
        Tab(_("Challenge rules"), reverse("challenge_rules:show")),
        Tab(_("People"), reverse("people_admin:list")),
        Tab(_("People map"), reverse("stakeholders:choose")),
        Tab(_("Jobs"), reverse("jobs:list")),
        Tab(_("Demonstration"), reverse("settings:demonstration")),
    )
    return {"tabs": tabs, "tab": reverse(current)}
