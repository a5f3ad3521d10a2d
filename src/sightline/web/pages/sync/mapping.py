"""The mapping: what crosses, in which direction and whose word stands, with the org's describe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sightline.actions.sync import connections
from sightline.actions.sync.context import SyncProblem, context_of, shape_from
from sightline.agreement.merge import Owner, Way
from sightline.agreement.records import Deed
from sightline.agreement.rules import (
    CURRENCY,
    FieldRule,
    Problem,
    Rules,
    check_rules,
    rules_from,
)
from sightline.agreement.telling import TOLD, called, shown
from sightline.agreement.values import FieldShape, ObjectShape
from sightline.crm import push
from sightline.planning.permissions import Act, Category
from sightline.records.queries import sync as queries
from sightline.records.queries import sync_titles
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.sync import telling
from sightline.web.pages.sync.values import field_word

OWNERS = {
    Owner.CRM: gettext_lazy("the CRM's word"),
    Owner.PLAN: gettext_lazy("our word"),
    Owner.SHARED: gettext_lazy("a person decides"),
}
DEEDS = {
    Deed.CREATE: gettext_lazy("made there"),
    Deed.UPDATE: gettext_lazy("changed there"),
    Deed.DELETE: gettext_lazy("deleted there"),
}
# A dry run looks at so many rows of each object, and shows so many writes.
TRIED = 500
MOST_SHOWN = 50
DIRECTIONS = {
    Way.BOTH: gettext_lazy("both ways"),
    Way.IN: gettext_lazy("only in"),
    Way.OUT: gettext_lazy("only out"),
}


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of the form, with what describe says of theirs."""

    key: str
    ours: str
    theirs: str
    owner: str
    way: str
    create_only: bool
    shape: FieldShape | None
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One row that would be written: what it is called, and their fields with the new values."""

    object: str
    title: str
    deed: str
    values: tuple[tuple[str, Any], ...]


@needs(Category.SETTINGS, Act.WRITE)
@require_http_methods(["GET", "POST"])
def edit(request: Request, connection_id: int) -> HttpResponse:
    """Shows the mapping beside the org's describe; saves a new version of it."""
    facts = queries.connection(connection_id)
    if facts is None:
        raise Http404(_("There is no such connection."))
    version, plain = queries.mapping(connection_id)
    rules, seen, status, error = rules_from(plain), version, 200, ""
    told = telling.lines_of(rules)
    planned: list[PlannedLine] | None = None
    shapes = {name: shape_from(one) for name, one in queries.shapes(connection_id).items()}
    unknown: list[str] = []
    if request.method == "POST":
        before, asked = rules, telling.chosen(rules, request.POST, shapes, facts)
        rules, told = chosen(asked.rules, request.POST), asked.lines
        unknown = [*strange(before, rules, shapes), *([asked.error] if asked.error else [])]
        seen = _number(request.POST.get("version"))
    if unknown:
        status, error = 422, " ".join(unknown)
    elif request.method == "POST" and request.POST.get("try"):
        planned = tried(connection_id, rules)
    elif request.method == "POST":
        try:
            person = request.person
            assert person is not None
            connections.save_rules(connection_id, rules, seen=seen, actor_id=person.id)
        except SyncProblem as problem:
            status, error = 409, str(problem)
        else:
            say(request, _("The mapping is saved as version %(n)s.") % {"n": seen + 1})
            return go(request, reverse("sync:mapping-edit", args=[connection_id]))
    context: dict[str, Any] = {
        "page_title": _("What crosses"),
        "page_note": facts.name,
        "facts": facts,
        "version": seen if planned is not None else version,
        "planned": planned,
        "most": MOST_SHOWN,
        "looked_at": TRIED,
        "error": error,
        "stale": status == 409,
        "profile": rules.profile,
        "told": told,
        "unread": not shapes,
        "objects": lines(rules, shapes),
        "owners": OWNERS,
        "directions": DIRECTIONS,
    }
    return render(request, "sync/mapping.html", context, status=status)


def tried(connection_id: int, rules: Rules) -> list[PlannedLine]:
    """What would be written under these rules, as of the last read; nothing is kept or sent."""
    context = replace(context_of(connection_id), rules=rules)
    writes = push.planned(context, now=timezone.now(), anew=TRIED)
    named = sync_titles.remote_titles(connection_id, (one.id for one in writes[:MOST_SHOWN]))
    return [
        PlannedLine(
            object=one.object,
            title=called(one, named),
            deed=str(DEEDS[one.deed]),
            values=tuple(shown(rules, one, instead=_("not shown here")).items()),
        )
        for one in writes
    ]


def lines(rules: Rules, shapes: dict[str, ObjectShape]) -> list[dict[str, Any]]:
    """The form's tables, one for each object."""
    problems = check_rules(rules, shapes) if shapes else []  # an org not read yet hides nothing
    found = []
    for name, rule in rules.two_way.items():
        shape = shapes.get(name)
        about = [one for one in problems if one.object == name]
        known = {one.theirs for one in rule.fields}
        found.append(
            {
                "name": name,
                "label": shape.label if shape else name,
                "create": rule.create,
                "may_create": bool(rule.key_field or rule.natural),
                "known": [(one.name, one.label) for one in shape.fields.values()] if shape else [],
                "problems": [one for one in about if one.field not in known],
                "fields": [
                    FieldLine(
                        key=f"{name}.{one.ours}",
                        ours=field_word(one.ours),
                        theirs=one.theirs,
                        owner=one.owner,
                        way=one.way,
                        create_only=one.create_only,
                        shape=shape.fields.get(one.theirs) if shape else None,
                        problems=[each for each in about if each.field == one.theirs],
                    )
                    for one in rule.fields
                    if one.ours not in TOLD and not _kept_by_few(one, shape)
                ],
            }
        )
    return found


def _kept_by_few(one: FieldRule, shape: ObjectShape | None) -> bool:
    """Whether an org with one currency has no such field, and nobody there has to choose."""
    return one.theirs == CURRENCY and (shape is None or CURRENCY not in shape.fields)


def chosen(rules: Rules, given: Any) -> Rules:
    """The mapping with what the form says; what it does not name stays."""
    two_way = {}
    for name, rule in rules.two_way.items():
        fields = tuple(_chosen(one, f"{name}.{one.ours}", given) for one in rule.fields)
        create = given.get(f"{name}.create") == "1" if f"{name}.known" in given else rule.create
        two_way[name] = replace(rule, fields=fields, create=create)
    profile = str(given.get("profile", rules.profile)).strip()[:80]
    return replace(rules, two_way=two_way, profile=profile)


def strange(before: Rules, after: Rules, shapes: dict[str, ObjectShape]) -> list[str]:
    """What is wrong with fields that were chosen anew: the org does not show them, or two of ours
    would be one of theirs."""
    found = []
    for name, rule in after.two_way.items():
        shape, taken = shapes.get(name), [one.theirs for one in rule.fields]
        held = {one.ours: one.theirs for one in before.two_way[name].fields}
        for one in rule.fields:
            if one.theirs == held.get(one.ours) or one.ours in TOLD:
                continue
            if shape is not None and one.theirs not in shape.fields:
                said = _("The org shows no field %(field)s of %(object)s.")
                found.append(said % {"field": one.theirs, "object": name})
            elif taken.count(one.theirs) > 1:
                said = _("%(object)s.%(field)s is mapped twice.")
                found.append(said % {"field": one.theirs, "object": name})
    return found


def _chosen(one: FieldRule, key: str, given: Any) -> FieldRule:
    owner, way = given.get(f"{key}.owner", ""), given.get(f"{key}.way", "")
    theirs = str(given.get(f"{key}.theirs", "")).strip()[:80]
    once = given.get(f"{key}.once") == "1" if f"{key}.theirs" in given else one.create_only
    return replace(
        one,
        theirs=theirs or one.theirs,
        create_only=once,
        owner=Owner(owner) if owner in set(Owner) else one.owner,
        way=Way(way) if way in set(Way) else one.way,
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
