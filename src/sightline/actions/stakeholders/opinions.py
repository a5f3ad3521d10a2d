"""What our people think of one of theirs: stance, strength, standing, style, interests, notes.

Two people may speak of one person at once: a save names the opinion it was made on, and only a
newer one of the same kind (for strength: of the same rater) refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from sightline.actions import asks, journal
from sightline.actions.stakeholders.access import on_map, require
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category, Part
from sightline.planning.stakeholders import Stance
from sightline.records.models import Contact, Opinion
from sightline.records.queries.stakeholders import arriving
from sightline.records.scoping import Person, may_on

Kind = Opinion.Kind
STRONGEST = 5
CODES: dict[str, frozenset[str]] = {
    Kind.STANCE: frozenset(Stance),
    Kind.STANDING: frozenset({"inner", "structure", "outside"}),
    Kind.STYLE: frozenset({"numbers", "vision", "people", "process"}),
}
WORDS = frozenset({Kind.COMMUNICATION, Kind.NOTE})
# Kinds of which each of ours has their own; of the others there is one for all.
OWN = frozenset({Kind.STRENGTH, Kind.NOTE})


class StaleOpinion(PlanningError):
    """Somebody else said something newer; `theirs` is that opinion, None where it was taken back."""

    code = "stale_opinion"

    def __init__(self, message: str, *, theirs: Opinion | None) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says it, of whom, when, and the id of the opinion they saw (0: none; None: unasked)."""

    person: Person
    account_id: int
    contact_id: int
    now: datetime
    seen: int | None = None


def say(
    saying: Saying,
    kind: str,
    value: str,
    *,
    reason: str | None = None,
    shared: bool | None = None,
) -> int:
    """Say a stance, a standing, a style, an interest, a communication note or a private note.

    An empty value takes back what was said. `reason` None keeps the one that was given. A note is
    its author's alone unless `shared` with the account's team; None keeps what was chosen.
    Answers the new opinion's id, 0 for none. Raises NotAllowed, InvalidValue, StaleOpinion.
    """
    chosen = _kind(kind, value)
    with transaction.atomic():
        _may(saying, chosen)
        contact = on_map(saying.account_id, saying.contact_id)
        values: dict[str, Any] = {"value": value.strip()[:200]}
        if chosen in WORDS:
            values = {"value": "", "reason": value.strip()}
        elif reason is not None:
            values["reason"] = reason.strip()
        if chosen == Kind.NOTE and shared is not None:
            values["shared"] = shared
        empty = not value.strip() or (chosen == Kind.STANCE and value == Stance.UNKNOWN)
        made = _replace(saying, contact, chosen, None if empty else values)
        if chosen == Kind.NOTE:
            _tell_named(saying, made, value)
        return made


def _tell_named(saying: Saying, made: int, text: str) -> None:
    """Who is named with @ in a note that the team shares hears of it; one's own stays one's own."""
    if Opinion.objects.filter(pk=made, shared=True).exists():
        place = f"note:{saying.contact_id}:{saying.person.id}"
        asks.mention(saying.person, saying.account_id, text, place=place, now=saying.now)


def rate(
    saying: Saying,
    level: int | None,
    *,
    evidence: str | None = None,
    wanted: int | None = None,
    keep_wanted: bool = True,
) -> int:
    """Say how strong the relationship is, 0 to 5, as the person sees it; None takes it back.

    Evidence carries 4 and 5 (docs/method/stakeholders.md). Answers the new rating's id.
    Raises NotAllowed, InvalidValue, MissingValue (no CRM user is linked) or StaleOpinion.
    """
    for one in (level, wanted):
        if one is not None and not 0 <= one <= STRONGEST:
            raise InvalidValue("Relationship strength is between 0 and 5.", field="strength")
    with transaction.atomic():
        _may(saying, Kind.STRENGTH)
        if saying.person.crm_user_id is None:
            raise MissingValue("Your sign-in is not linked to a CRM user yet.", field="strength")
        contact = on_map(saying.account_id, saying.contact_id)
        if level is None:
            return _replace(saying, contact, Kind.STRENGTH, None)
        values: dict[str, Any] = {"value": str(level)}
        if evidence is not None:
            values |= {"reason": evidence.strip(), "has_evidence": bool(evidence.strip())}
        if not keep_wanted or wanted is not None:
            values["wanted"] = wanted
        return _replace(saying, contact, Kind.STRENGTH, values)


def say_many(
    person: Person,
    account_id: int,
    contact_ids: Sequence[int],
    *,
    kind: str,
    value: str,
    now: datetime,
) -> int:
    """One stance, standing, style or own strength for several people at one moment; answers how
    many changed. All or none."""
    changed = 0
    with transaction.atomic():
        for contact_id in sorted(set(contact_ids)):
            saying = Saying(person, account_id, contact_id, now)
            before = _current(saying, Kind(kind)).values_list("pk", flat=True).first()
            if kind == Kind.STRENGTH:
                after = rate(saying, int(value) if value.isdecimal() else None)
            else:
                after = say(saying, kind, value)
            changed += (before or 0) != after
    return changed


def read_notes(
    person: Person, account_id: int, contact_id: int
) -> tuple[tuple[str, str, bool, bool], ...]:
    """Private notes the person may read (own, and shared ones): author, text, whether it is their
    own, whether it is shared. Every reading is journalled. Raises NotAllowed for who may read none, InvalidValue."""
    may_own = may_on(person, account_id, Category.PRIVATE_NOTES, Act.READ, part=Part.OWN_NOTES)
    may_shared = may_on(
        person, account_id, Category.PRIVATE_NOTES, Act.READ, part=Part.SHARED_NOTES
    )
    if not (may_own or may_shared):
        raise NotAllowed("You may not read notes here.", field=Category.PRIVATE_NOTES.value)
    mine, shared = Q(author_id=person.id), Q(shared=True)
    allowed = (mine if may_own else Q(pk__in=[])) | (shared if may_shared else Q(pk__in=[]))
    with transaction.atomic():
        contact = on_map(account_id, contact_id)
        if arriving(contact):
            allowed = mine  # what others noted stays at the customer they came from
        rows = list(
            Opinion.objects.filter(allowed, contact=contact, kind=Kind.NOTE, superseded_at=None)
            .select_related("author")
            .order_by("rated_at")
        )
        if rows:
            journal.record("read_notes", actor_id=person.id, account_id=account_id, subject=contact)
    return tuple(
        (one.author.name if one.author else "", one.reason, one.author_id == person.id, one.shared)
        for one in rows
    )


def _kind(kind: str, value: str) -> Opinion.Kind:
    if kind not in Kind.values or kind == Kind.STRENGTH:
        raise InvalidValue("That is nothing that can be said of a person.", field="kind")
    if value.strip() and value not in CODES.get(kind, {value}):
        raise InvalidValue("That is not on the scale.", field=kind)
    return Kind(kind)


def _may(saying: Saying, kind: Opinion.Kind) -> None:
    if kind == Kind.NOTE:
        require(saying.person, saying.account_id, Category.PRIVATE_NOTES, part=Part.OWN_NOTES)
        return
    require(saying.person, saying.account_id, Category.OPINIONS)


def _current(saying: Saying, kind: Opinion.Kind) -> Any:
    rows = Opinion.objects.filter(contact_id=saying.contact_id, kind=kind, superseded_at=None)
    if kind == Kind.STRENGTH:
        rows = rows.filter(rater_id=saying.person.crm_user_id)
    if kind == Kind.NOTE:
        rows = rows.filter(author_id=saying.person.id)
    return rows.order_by("-rated_at", "-pk")


def _replace(
    saying: Saying, contact: Contact, kind: Opinion.Kind, values: dict[str, Any] | None
) -> int:
    """End what holds and put the new one beside it, unless nothing differs."""
    last = _current(saying, kind).select_for_update().first()
    _guard(saying, last)
    if values is None and last is None:
        return 0
    if values is not None and last is not None:
        kept = {
            name: getattr(last, name) for name in ("reason", "has_evidence", "wanted", "shared")
        }
        values = {**kept, **values}
        if all(getattr(last, name) == value for name, value in values.items()):
            return int(last.pk)
    _current(saying, kind).update(superseded_at=saying.now)
    new = None
    if values is not None:
        new = Opinion.objects.create(
            contact=contact,
            kind=kind,
            rater_id=saying.person.crm_user_id,
            author_id=saying.person.id,
            rated_at=saying.now,
            **values,
        )
    # the journal holds keys: what was said stays in the one store of opinions
    journal.record(
        f"say_{kind.value}",
        actor_id=saying.person.id,
        account_id=saying.account_id,
        subject=contact,
        changes={"opinion": (last.pk if last else None, new.pk if new else None)},
    )
    if kind in (Kind.STANCE, Kind.STRENGTH):
        ask_for_plans(saying.account_id, by=saying.person.id)
    return new.pk if new else 0


def _guard(saying: Saying, last: Opinion | None) -> None:
    if saying.seen is None or saying.seen == (last.pk if last else 0):
        return
    if last is not None and last.author_id == saying.person.id:
        return  # their own other window: what they type last is what they mean
    raise StaleOpinion("Somebody said something newer of this person.", theirs=last)
