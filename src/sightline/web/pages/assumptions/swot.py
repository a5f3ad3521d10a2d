"""Strengths, weaknesses, opportunities, threats: shown and asked only where it is switched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.records.queries.plan_parts import swot
from sightline.records.queries.plan_parts.swot import Lead, Led, SwotRow
from sightline.web.pages.account.shell import Shell
from sightline.web.pages.assumptions.forms import SwotForm

PLACES = {
    "play": "plays:show",
    "opportunity": "plays:show",
    "contract": "account:renewals",
    "priority": "priorities:show",
}
HERE = {"risk": "#risks", "assumption": "#assumptions", "objective": "#objectives"}


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item with what it leads to; `url` is empty where nothing of it can be opened."""

    row: SwotRow
    kind: str
    tone: str
    lead: str
    name: str
    url: str
    reached: bool
    nowhere: bool


@dataclass
class Swot:
    """The section: items, and the form as it is or as it came back. `item_id` is the one that the
    form changes, 0 for a new one; `differs` what somebody changed meanwhile."""

    items: tuple[ShownItem, ...]
    form: SwotForm
    item_id: int = 0
    version: int = 0
    differs: tuple[tuple[str, str], ...] = ()


def switched_on(shell: Shell) -> bool:
    """Whether Operations asks for it."""
    return "swot" in shell.company.plan_fields


def swot_on(shell: Shell) -> None:
    """404 where it is not asked for."""
    if not switched_on(shell):
        raise Http404(_("This is not asked of plans here."))


def section(
    shell: Shell, *, typed: QueryDict | None = None, item_id: int = 0, version: int = 0
) -> Swot:
    """The section as it stands; 404 where the item to change is gone. About fourteen queries."""
    assert shell.plan is not None
    rows = swot.swot_of(shell.plan.id)
    leads = swot.leads_of(shell.scope, shell.plan.id)
    initial: dict[str, object] = {}
    if item_id and typed is None:
        row = next((one for one in rows if one.id == item_id), None)
        if row is None:
            raise Http404(_("There is no such item."))
        initial = {"kind": row.kind, "words": row.words, "leads_to": row.leads_to}
        version = row.version
    words = lead_words()
    offered = [(one.key, f"{words[one.kind]}: {one.name}") for one in leads]
    form = SwotForm(typed, leads=offered, initial=initial)
    return Swot(_shown(rows, leads, shell), form, item_id, version)


def lead_words() -> Mapping[str, str]:
    """What an item may lead to, by kind of key."""
    return {
        "play": _("Play"),
        "opportunity": _("Deal"),
        "contract": _("Renewal"),
        "priority": _("Priority"),
        "objective": _("Objective"),
        "assumption": _("Assumption"),
        "risk": _("Risk"),
    }


def differing(
    form: SwotForm, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Fields in which what somebody saved meanwhile is not what was typed: label and theirs."""
    found = []
    for name, field in form.fields.items():
        if name in theirs and theirs[name] != mine[name]:
            choices = {str(key): str(word) for key, word in getattr(field, "choices", ())}
            found.append((str(field.label), choices.get(theirs[name], str(theirs[name]))))
    return tuple(found)


def _shown(rows: Sequence[SwotRow], leads: Sequence[Lead], shell: Shell) -> tuple[ShownItem, ...]:
    names = {one.key: one.name for one in leads}
    gone = [row.leads_to for row in rows if row.leads_to not in names]
    later = swot.led_to(gone, seen=shell.scope.seen_ids) if gone else {}
    led = {key: Led(name) for key, name in names.items()} | dict(later)
    return tuple(_item(row, led.get(row.leads_to), shell.scope.account_id) for row in rows)


def _item(row: SwotRow, led: Led | None, account_id: int) -> ShownItem:
    kind, tone = {
        "strength": (_("Strength"), "pos"),
        "weakness": (_("Weakness"), "warn"),
        "opportunity": (_("Opportunity"), "accent"),
        "threat": (_("Threat"), "neg"),
    }[row.kind]
    about = row.leads_to.partition(":")[0]
    name, url = "", ""
    if led is not None:
        name = _("something of another unit") if led.hidden else led.name
        place = PLACES.get(about)
        url = reverse(place, args=[account_id]) if place else HERE[about]
    return ShownItem(
        row=row,
        kind=kind,
        tone=tone,
        lead=lead_words()[about],
        name=name,
        url="" if led is not None and led.hidden else url,
        reached=led is not None and led.reached,
        nowhere=led is None,
    )
