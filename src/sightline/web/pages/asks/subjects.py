"""What a question is about, in words and with the way to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy

KINDS = {
    "account": gettext_lazy("the account"),
    "figure": gettext_lazy("a figure"),
    "cell": gettext_lazy("a cell"),
    "person": gettext_lazy("a person"),
    "play": gettext_lazy("a play"),
    "action": gettext_lazy("a blocked action"),
}
FIGURES = {
    "acv": gettext_lazy("Recurring revenue a year"),
    "attention": gettext_lazy("Attention"),
    "bridge": gettext_lazy("Bridge to target"),
    "chance": gettext_lazy("Chance of reaching the target"),
    "gap": gettext_lazy("Gap to target"),
    "grr": gettext_lazy("Gross revenue retention"),
    "health": gettext_lazy("Health"),
    "landing": gettext_lazy("Expected landing"),
    "nrr": gettext_lazy("Net revenue retention"),
    "potential": gettext_lazy("Potential, 3 years"),
    "renewal": gettext_lazy("Next renewal"),
    "revenue": gettext_lazy("Revenue"),
    "target": gettext_lazy("Target"),
    "tier": gettext_lazy("Tier"),
    "usage": gettext_lazy("Usage"),
    "vulnerability": gettext_lazy("Vulnerability"),
    "wallet": gettext_lazy("Wallet share"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """`kind` in words, the thing's own name ("" where it has gone), and where it is ("" if no-
    where)."""

    kind: str
    name: str
    url: str

    @property
    def words(self) -> str:
        """The name, else the kind."""
        return self.name or self.kind


def subject(account_id: int, kind: str, key: str, name: str) -> Subject:
    """What a question is about; `name` as the records know it, figures are named here."""
    if kind == "figure":
        name = str(FIGURES.get(key, key.replace("-", " ").replace("_", " ").capitalize()))
    return Subject(str(KINDS[kind]), name, _place(account_id, kind, key) if name else "")


def _place(account_id: int, kind: str, key: str) -> str:
    if kind == "person":
        return reverse("stakeholders:person", args=[account_id, key])
    if kind == "cell":
        unit, _dash, line = key.partition("-")
        return reverse("whitespace:cell", args=[account_id, unit, line])
    if kind == "play":
        return f"{reverse('plays:show', args=[account_id])}#play-{key}"
    if kind == "action":
        return reverse("plays:activity", args=[account_id])
    if kind == "figure" and key in {"landing", "gap", "chance", "bridge", "target"}:
        return reverse("plan:bridge", args=[account_id])
    return reverse("account:show", args=[account_id])
