"""What people say of cells: holder, eligibility, need, access, budget, value; each guarded alone.

Two people may work on one cell at once: an edit names the fact it was made on, and only a newer
fact of the same kind refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from sightline.actions import journal, outbox
from sightline.agreement.naming import company_key
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.whitespace import EligibilityKind, HolderKind, Method
from sightline.records.models import (
    Cell,
    CellFact,
    Competitor,
    CrmUser,
    DeclinedSuggestion,
    Plan,
    ProductLine,
    Unit,
)
from sightline.records.scoping import Person, may_on

BY_PERSON = "said by a person"
CONFIDENCE = frozenset({"high", "medium", "low"})
Kind = CellFact.Kind


class StaleCell(PlanningError):
    """Somebody else said something newer of this cell; `theirs` is that fact."""

    code = "stale_cell"

    def __init__(self, message: str, *, theirs: CellFact | None) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a planning account; unit None is the account as a whole."""

    account_id: int
    unit_id: int | None
    line_id: int


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says it, when, how sure, from where, and which fact they saw (0: none yet).

    `seen` None does not ask: a sighting in one line is news, whatever was known.
    """

    person: Person
    now: datetime
    on: date
    seen: int | None
    confidence: str = "medium"
    source: str = BY_PERSON
    batch_id: int | None = None


def say_holder(
    place: Place,
    kind: str,
    *,
    saying: Saying,
    competitor: str = "",
    ends: date | None = None,
    evidence: str = "",
    reported: bool = False,
) -> int:
    """Who has the spend; a competitor needs a name. Answers the new fact's id.

    Raises NotAllowed, InvalidValue, MissingValue or StaleCell, as all verbs here do.
    """
    chosen = _one_of(HolderKind, kind, "holder")
    name = " ".join(competitor.split())
    if chosen is HolderKind.COMPETITOR and not name:
        raise MissingValue("A competitor who holds a cell needs a name.", field="competitor")
    rival = chosen is HolderKind.COMPETITOR
    with transaction.atomic():
        require_write(saying.person, place.account_id)
        values = {
            "choice": chosen.value,
            "competitor": _competitor(name) if rival else None,
            "until": ends if rival else None,
            "text": evidence.strip(),
            "reported": reported,
        }
        return _say(place, Kind.HOLDER, values, saying)


def say_eligibility(
    place: Place, kind: str, *, saying: Saying, until: date | None = None, reason: str = ""
) -> int:
    """Applicable, blocked until a day, or not applicable; the last two need a reason."""
    chosen = _one_of(EligibilityKind, kind, "eligibility")
    if chosen is not EligibilityKind.APPLICABLE and not reason.strip():
        raise MissingValue("A blocked or excluded cell needs a reason.", field="reason")
    blocked = chosen is EligibilityKind.BLOCKED
    values = {
        "choice": chosen.value,
        "until": until if blocked else None,
        "text": reason.strip() if chosen is not EligibilityKind.APPLICABLE else "",
    }
    return _guarded(place, Kind.ELIGIBILITY, values, saying)


def say_need(
    place: Place, level: int, *, saying: Saying, evidence: str = "", priority: str = ""
) -> int:
    """Need 0 to 3, with evidence and the customer priority it answers."""
    values = {"level": _level(level), "text": evidence.strip(), "priority": priority.strip()[:200]}
    return _guarded(place, Kind.NEED, values, saying)


def override_path(place: Place, part: str, level: int, *, reason: str, saying: Saying) -> int:
    """A person's own level for `access` or `budget`; it needs a reason."""
    if part not in (Kind.ACCESS.value, Kind.BUDGET.value):
        raise InvalidValue("Only access and budget are overridden.", field="part")
    if not reason.strip():
        raise MissingValue("An override needs a reason.", field="reason")
    values = {"level": _level(level), "text": reason.strip()}
    return _guarded(place, part, values, saying)


def say_value(
    place: Place, amounts: tuple[int, int, int], *, currency: str, saying: Saying, **how: str
) -> int:
    """Yearly value as low, likely, high in minor units. `method` hand, price or wallet; `words`
    how it was arrived at."""
    method = how.get("method", Method.HAND.value)
    kind = f"value_{method}"
    if kind not in {Kind.HAND.value, Kind.PRICE.value, Kind.WALLET.value}:
        raise InvalidValue("A value is entered by hand, price or wallet.", field="method")
    low, likely, high = amounts
    if not 0 <= low <= likely <= high:
        raise InvalidValue("A value runs from low over likely to high.", field="likely")
    values = {
        "low": low,
        "likely": likely,
        "high": high,
        "currency": currency,
        "text": how.get("words", "").strip() or "entered by hand",
    }
    return _guarded(place, kind, values, saying)


def take_back(place: Place, kind: str, *, saying: Saying) -> None:
    """Nobody says it any more: the computed level, or "not known", counts again."""
    if kind not in Kind.values:
        raise InvalidValue("There is no such fact.", field="kind")
    with transaction.atomic():
        require_write(saying.person, place.account_id)
        cell = locked_cell(place)
        held = CellFact.objects.filter(cell=cell, kind=kind, ended_at=None).first()
        _check_seen(held, saying)
        if held is None:
            return
        CellFact.objects.filter(pk=held.pk).update(
            ended_at=saying.now, emptied_in_id=saying.batch_id
        )
        _settle(cell, saying, f"take_back_{kind}", {kind: (_told(held), None)})


def set_cell_owner(place: Place, owner_id: int | None, *, saying: Saying) -> None:
    """Who of ours works this cell."""
    with transaction.atomic():
        require_write(saying.person, place.account_id)
        if owner_id is not None and not CrmUser.objects.filter(pk=owner_id).exists():
            raise InvalidValue("That person is not known.", field="owner")
        cell = locked_cell(place)
        if cell.owner_id == owner_id:
            return
        Cell.objects.filter(pk=cell.pk).update(owner_id=owner_id)
        _settle(cell, saying, "set_cell_owner", {"owner": (cell.owner_id, owner_id)})


def choose_method(place: Place, method: str, *, saying: Saying) -> None:
    """Which value counts; empty leaves it to the order of the method."""
    if method and method not in {one.value for one in Method}:
        raise InvalidValue("There is no such method.", field="method")
    with transaction.atomic():
        require_write(saying.person, place.account_id)
        cell = locked_cell(place)
        Cell.objects.filter(pk=cell.pk).update(chosen=method)
        _settle(cell, saying, "choose_value_method", {"chosen": (cell.chosen, method)})


def decline_suggestion(place: Place, reason: str, *, saying: Saying) -> None:
    """Not this cell, and why: it is not suggested again."""
    if not reason.strip():
        raise MissingValue("Say why in a few words: it is remembered.", field="reason")
    with transaction.atomic():
        require_write(saying.person, place.account_id)
        _known(place)
        where: dict[str, Any] = {
            "account_id": place.account_id,
            "unit_id": place.unit_id,
            "product_line_id": place.line_id,
        }
        told = {
            "reason": reason.strip()[:255],
            "declined_by_id": saying.person.id,
            "declined_at": saying.now,
        }
        DeclinedSuggestion.objects.update_or_create(**where, defaults=told)
        journal.record(
            "decline_suggestion",
            actor_id=saying.person.id,
            account_id=place.account_id,
            changes={"cell": (None, f"{place.unit_id or 'account'}:{place.line_id}")},
            note=reason.strip(),
        )


def suggest_again(place: Place, *, saying: Saying) -> None:
    """What was declined may be suggested again."""
    with transaction.atomic():
        require_write(saying.person, place.account_id)
        where: dict[str, Any] = {
            "account_id": place.account_id,
            "unit_id": place.unit_id,
            "product_line_id": place.line_id,
        }
        DeclinedSuggestion.objects.filter(**where).delete()
        cell = f"{place.unit_id or 'account'}:{place.line_id}"
        journal.record(
            "suggest_again",
            actor_id=saying.person.id,
            account_id=place.account_id,
            changes={"cell": (cell, None)},
        )


def ask_for_plans(account_id: int, *, by: int | None) -> None:
    """Ask that the running plans of an account are computed again."""
    for plan in Plan.objects.filter(account_id=account_id).exclude(state=Plan.State.CLOSED):
        outbox.request("refresh_plan", key=str(plan.pk), payload={"plan": plan.pk}, by=by)


def _guarded(place: Place, kind: str, values: Mapping[str, Any], saying: Saying) -> int:
    with transaction.atomic():
        require_write(saying.person, place.account_id)
        return _say(place, kind, values, saying)


def _say(place: Place, kind: str, values: Mapping[str, Any], saying: Saying) -> int:
    if saying.confidence not in CONFIDENCE:
        raise InvalidValue("How sure: high, medium or low.", field="confidence")
    cell = locked_cell(place)
    held = CellFact.objects.filter(cell=cell, kind=kind, ended_at=None).first()
    _check_seen(held, saying)
    if held is not None and _same(held, values, saying):
        return held.pk
    if held is not None:
        CellFact.objects.filter(pk=held.pk).update(ended_at=saying.now)
    made = CellFact.objects.create(
        cell=cell,
        kind=kind,
        source=saying.source,
        confidence=saying.confidence,
        author_id=saying.person.id,
        said_on=saying.on,
        said_at=saying.now,
        batch_id=saying.batch_id,
        **values,
    )
    if held is not None:
        CellFact.objects.filter(pk=held.pk).update(replaced_by=made)
    before = _told(held) if held is not None else None
    _settle(cell, saying, f"say_{kind}", {str(kind): (before, _told(made))})
    return made.pk


def _same(held: CellFact, values: Mapping[str, Any], saying: Saying) -> bool:
    """Whether nothing new is said. Saying the same on a later day confirms it, which is news."""
    alike = all(getattr(held, name) == value for name, value in values.items())
    marks = (held.said_on, held.confidence, held.source)
    return alike and marks == (saying.on, saying.confidence, saying.source)


def _check_seen(held: CellFact | None, saying: Saying) -> None:
    if saying.seen is not None and (held.pk if held else 0) != saying.seen:
        raise StaleCell("Somebody else changed this while you were typing.", theirs=held)


def _settle(cell: Cell, saying: Saying, verb: str, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """What every change of a cell leaves: its version, the journal, plans to compute again."""
    Cell.objects.filter(pk=cell.pk).update(version=cell.version + 1, changed_at=saying.now)
    journal.record(
        verb[:60],
        actor_id=saying.person.id,
        account_id=cell.account_id,
        subject=cell,
        changes=changes,
    )
    ask_for_plans(cell.account_id, by=saying.person.id)


def _told(fact: CellFact) -> dict[str, Any]:
    told = {
        "choice": fact.choice,
        "level": fact.level,
        "competitor": fact.competitor_id,
        "until": fact.until.isoformat() if fact.until else None,
        "low": fact.low,
        "likely": fact.likely,
        "high": fact.high,
        "text": fact.text,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def locked_cell(place: Place) -> Cell:
    """The cell's row, made where it is the first thing said of it; locked until the end."""
    where = {
        "account_id": place.account_id,
        "unit_id": place.unit_id,
        "product_line_id": place.line_id,
    }
    rows = Cell.objects.select_for_update().filter(**where)
    held = rows.first()
    if held is not None:
        return held
    _known(place)
    try:
        with transaction.atomic():
            return Cell.objects.create(**where)
    except IntegrityError:  # somebody else said the first thing in the same moment
        return rows.get()


def _known(place: Place) -> None:
    if not ProductLine.objects.filter(pk=place.line_id).exists():
        raise InvalidValue("There is no such product line.", field="line")
    if place.unit_id is None:
        return
    units = Unit.objects.filter(pk=place.unit_id, account_id=place.account_id, removed_at=None)
    if not units.exists():
        raise InvalidValue("There is no such unit in this account.", field="unit")


def _competitor(name: str) -> Competitor:
    """One name however it is spelled: case and spaces do not make another competitor."""
    key = company_key(name) or name.casefold()
    found, _ = Competitor.objects.get_or_create(key=key[:200], defaults={"name": name[:200]})
    return found


def require_write(person: Person, account_id: int) -> None:
    """Raises NotAllowed unless the person may change this account's plan."""
    if not may_on(person, account_id, Category.PLAN, Act.WRITE):
        raise NotAllowed("You may not change this plan.", field="plan")


def _level(level: int) -> int:
    if not 0 <= level <= 3:
        raise InvalidValue("Need, access and budget are between 0 and 3.", field="level")
    return level


def _one_of(kinds: Any, value: str, field: str) -> Any:
    try:
        return kinds(value)
    except ValueError:
        raise InvalidValue("That is none of the choices.", field=field) from None
