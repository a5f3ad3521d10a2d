"""One field of one person: parse, save through one action, answer with the version that stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import stakeholders as verbs
from sightline.actions.stakeholders import Saying
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries import stakeholders
from sightline.records.queries.stakeholders import Dossier
from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say, wants_fragment
from sightline.web.pages.stakeholders.desk import Desk, desk_of, undo_key, undo_url
from sightline.web.pages.stakeholders.panel import label_of, newest, offered_labels

LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Edit:
    """What was posted for one field. `seen` is what it was made on, None where not said."""

    desk: Desk
    contact_id: int
    field: str
    value: str
    seen: str | None
    now: datetime
    shared: bool = False

    def saying(self) -> Saying:
        """The edit as opinions take it."""
        seen = int(self.seen) if self.seen is not None and self.seen.isdecimal() else None
        desk = self.desk
        return Saying(desk.person, desk.account_id, self.contact_id, self.now, seen)

    @property
    def stands(self) -> str | None:
        """The value that was shown, for fields guarded by their value."""
        if self.seen is None or not self.seen.startswith("="):
            return None
        return self.seen.removeprefix("=")


def _role(edit: Edit) -> str:
    desk = edit.desk
    verbs.set_role(
        *(desk.person, desk.account_id, edit.contact_id, edit.value),
        seen=edit.stands,
        now=edit.now,
    )
    return f"={edit.value}"


def _stance(edit: Edit) -> str:
    return str(verbs.say(edit.saying(), "stance", edit.value))


def _reason(edit: Edit) -> str:
    held = newest(_facts(edit), "stance")
    if held is None:
        raise InvalidValue(_("Say the stance first."), field="reason")
    return str(verbs.say(edit.saying(), "stance", held.value, reason=edit.value))


def _strength(edit: Edit) -> str:
    return str(verbs.rate(edit.saying(), _level(edit.value)))


def _evidence(edit: Edit) -> str:
    return str(verbs.rate(edit.saying(), _own_level(edit), evidence=edit.value))


def _wanted(edit: Edit) -> str:
    wanted = _level(edit.value)
    return str(verbs.rate(edit.saying(), _own_level(edit), wanted=wanted, keep_wanted=False))


def _opinion(kind: str) -> Callable[[Edit], str]:
    def save(edit: Edit) -> str:
        return str(verbs.say(edit.saying(), kind, edit.value))

    return save


def _note(edit: Edit) -> str:
    return str(verbs.say(edit.saying(), "note", edit.value, shared=edit.shared))


def _manager(edit: Edit) -> str:
    chosen = offered_labels(edit.desk).get(edit.value) if edit.value else ""
    if chosen is None:
        raise InvalidValue(_("Nobody on this map is called that: choose from the list."))
    seen = edit.stands
    verbs.move_person(
        *(edit.desk.person, edit.desk.account_id, edit.contact_id),
        int(chosen) if chosen else None,
        seen=None if seen is None else int(seen or 0),
        now=edit.now,
    )
    return f"={chosen}"


def _fact(edit: Edit) -> str:
    desk = edit.desk
    verbs.set_fact(
        *(desk.person, desk.account_id, edit.contact_id, edit.field, edit.value),
        seen=edit.stands,
        now=edit.now,
        on=desk.shell.today,
    )
    return f"={edit.value}"


SAVES: dict[str, Callable[[Edit], str]] = {
    "role": _role,
    "stance": _stance,
    "reason": _reason,
    "strength": _strength,
    "evidence": _evidence,
    "wanted": _wanted,
    "interests": _opinion("interest"),
    "standing": _opinion("standing"),
    "style": _opinion("style"),
    "communication": _opinion("comm"),
    "note": _note,
    "manager": _manager,
    "unit": _fact,
    "second_unit": _fact,
    "status": _fact,
    "name": _fact,
    "title": _fact,
}


@needs(Category.PLAN, Act.WRITE)
@require_POST
def say_field(request: Request, account_id: int, contact_id: int, field: str) -> HttpResponse:
    """Save one field; 409 with both values where somebody said something newer."""
    desk = desk_of(request, account_id)
    desk.known(contact_id)
    if not desk.may_move or field not in SAVES:
        raise PermissionDenied(_("You may see this map, but not change it."))
    value = request.POST.get(field, "")[:LONGEST]
    shared = request.POST.get("shared") == "yes"
    seen, now = request.POST.get("version"), timezone.now()
    edit = Edit(desk, contact_id, field, value.strip(), seen, now, shared)
    try:
        version = SAVES[field](edit)
    except NotAllowed:
        raise
    except (verbs.StaleOpinion, verbs.StaleRole, verbs.StaleContact) as stale:
        return conflict_panel(request, _clash(edit, stale))
    except PlanningError as error:
        if wants_fragment(request):
            return HttpResponse(str(error), status=422, content_type="text/plain")
        say(request, str(error), tone="neg")
        return go(request, _panel_url(edit))
    back = undo_url(account_id, now)
    request.session[undo_key(account_id)] = back
    if not wants_fragment(request):
        say(request, _("Saved."), undo=back)
        return go(request, _panel_url(edit))
    answer = HttpResponse(status=204)
    answer["X-Sightline-Version"] = version
    return answer


def _panel_url(edit: Edit) -> str:
    return reverse("stakeholders:person", args=[edit.desk.account_id, edit.contact_id])


def _facts(edit: Edit) -> tuple[stakeholders.OpinionFact, ...]:
    found: Dossier | None = stakeholders.dossier(
        edit.desk.shell.scope, edit.contact_id, crm_user_id=edit.desk.person.crm_user_id
    )
    return found.opinions if found else ()


def _level(value: str) -> int | None:
    if not value:
        return None
    if not value.isdecimal():
        raise InvalidValue(_("Strength is a number from 0 to 5."))
    return int(value)


def _own_level(edit: Edit) -> int:
    own = newest(_facts(edit), "strength", mine=True)
    if own is None:
        raise InvalidValue(_("Rate the relationship first."))
    return int(own.value)


def _clash(
    edit: Edit, stale: verbs.StaleOpinion | verbs.StaleRole | verbs.StaleContact
) -> Conflict:
    """Both values, as posted and as read."""
    if isinstance(stale, verbs.StaleOpinion):
        return _opinion_clash(edit, stale)
    theirs = str(stale.theirs or "")
    version = f"={theirs}"
    shown = _shown(edit, theirs)
    if edit.field == "manager":
        above = edit.desk.by_key.get(theirs)
        theirs = shown = label_of(edit.desk, above) if above else ""
    return Conflict(
        heading=str(stale),
        url=_url(edit),
        name=edit.field,
        mine=edit.value,
        theirs=theirs,
        who=_("Now"),
        version=version,
        mine_shown=_shown(edit, edit.value) or "–",
        theirs_shown=shown or "–",
    )


def _opinion_clash(edit: Edit, stale: verbs.StaleOpinion) -> Conflict:
    held = stale.theirs
    text = "" if held is None else held.value
    if held is not None and edit.field in ("reason", "evidence", "communication", "note"):
        text = held.reason
    who = held.author.name if held is not None and held.author else _("Somebody else")
    return Conflict(
        heading=str(stale),
        url=_url(edit),
        name=edit.field,
        mine=edit.value,
        theirs=text,
        who=who,
        version=str(held.pk if held else 0),
        mine_shown=_shown(edit, edit.value) or "–",
        theirs_shown=_shown(edit, text) or "–",
        at=held.rated_at if held else None,
    )


def _url(edit: Edit) -> str:
    return reverse("stakeholders:say", args=[edit.desk.account_id, edit.contact_id, edit.field])


def _shown(edit: Edit, value: str) -> str:
    names = edit.desk.names
    choices = {
        "role": dict(names.roles(held=value)) if edit.field == "role" else {},
        "stance": dict(names.stances()),
        "strength": dict(names.strengths()),
        "unit": {str(one.key): one.name for one in edit.desk.offers.units}
        if edit.field == "unit"
        else {},
    }
    return str(choices.get(edit.field, {}).get(value, value))
