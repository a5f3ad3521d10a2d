"""What differs between two snapshots, in words: names are read now, nothing is read from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sightline.planning.money import Money
from sightline.planning.reviews import Area, Difference, Entry, Kind
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.company import company_facts
from sightline.records.queries.reviews import naming, snapshots
from sightline.records.queries.reviews.snapshots import Wording
from sightline.wording import dates
from sightline.wording.money import short_money

MONEY = frozenset(
    {"value", "target", "base", "landing", "gap", "single_threaded", "money", "rank"}
    | {"potential", "wallet"}
)
HIDDEN = frozenset({"currency", "rank", "source"})
NOTHING = "–"
FIELDS = {
    "state": gettext_noop("state"),
    "standing": gettext_noop("standing"),
    "value": gettext_noop("value"),
    "need": gettext_noop("need"),
    "in_target": gettext_noop("in the target"),
    "status": gettext_noop("is"),
    "unit": gettext_noop("unit"),
    "account": gettext_noop("account"),
    "reports_to": gettext_noop("reports to"),
    "roles": gettext_noop("roles"),
    "stance": gettext_noop("stance"),
    "strength": gettext_noop("strength"),
    "target": gettext_noop("target"),
    "source": gettext_noop("source"),
    "close": gettext_noop("closes"),
    "owner": gettext_noop("owner"),
    "outcome": gettext_noop("outcome"),
    "parked": gettext_noop("parked"),
    "stage": gettext_noop("stage"),
    "closed": gettext_noop("closed"),
    "won": gettext_noop("won"),
    "goal": gettext_noop("goal"),
    "risk": gettext_noop("risk"),
    "decider": gettext_noop("decides"),
    "look_again": gettext_noop("look again"),
    "base": gettext_noop("base"),
    "landing": gettext_noop("expected landing"),
    "gap": gettext_noop("gap"),
    "single_threaded": gettext_noop("single-threaded"),
    "chance_per_mille": gettext_noop("chance"),
    "challenges": gettext_noop("challenges"),
    "money": gettext_noop("amount"),
    "tier": gettext_noop("tier"),
    "potential": gettext_noop("potential"),
    "vulnerability": gettext_noop("vulnerability"),
    "wallet": gettext_noop("wallet"),
    "words": gettext_noop("wording"),
    "kind": gettext_noop("kind"),
    "leads_to": gettext_noop("leads to"),
}


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field with both values, as read."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One thing that differs: what it is, how, and its fields side by side.

    `delta` is the change in money where the thing has one.
    """

    area: str
    area_code: str
    kind: str
    tone: str
    title: str
    fields: tuple[ShownField, ...]
    delta: Money | None

    @property
    def line(self) -> str:
        """All in one line."""
        shown = "; ".join(f"{one.name} {one.before} → {one.after}" for one in self.fields[:3])
        return shown or self.kind


def shown_changes(
    found: Iterable[Difference],
    scope: AccountScope,
    *,
    plan_id: int | None = None,
    now: Iterable[Wording] = (),
) -> tuple[ShownChange, ...]:
    """Differences in words, money first, then by area. Units and people that the reader may not
    see are left out, and SWOT while it is switched off; opinions are named only to readers who may
    see them. `now` holds the wordings
    of a plan as it stands, which nobody kept yet."""
    units = naming.visible_units(scope)
    seen = frozenset(f"account:{pk}" for pk in scope.seen_ids)
    changes = _asked([one for one in found if _visible(one, units, seen)])
    keys = list({key for one in changes for key in _keys_in(one)})
    names = naming.names_of(keys, scope=scope)
    digests = {
        value
        for one in changes
        if one.area is Area.TEXT
        for _name, before, after in one.fields
        for value in (before, after)
        if isinstance(value, str)
    }
    texts = snapshots.wordings(plan_id, digests) if plan_id is not None and digests else {}
    texts |= {one.digest: one.text for one in now}
    shown = [_shown(one, names, texts, scope) for one in changes]
    return tuple(sorted((one for one in shown if one is not None), key=_order))


def _asked(changes: list[Difference]) -> list[Difference]:
    """Without what a plan is not asked now."""
    rest = [one for one in changes if not one.key.startswith("swot:")]
    if len(rest) == len(changes) or "swot" in company_facts().plan_fields:
        return changes
    return rest


def _order(one: ShownChange) -> tuple[int, int, str]:
    place = {"money": 0, "goals": 1, "grid": 2, "map": 3, "text": 4}[one.area_code]
    return (place, -abs(one.delta.minor) if one.delta else 0, one.title)


def _visible(one: Difference, units: frozenset[str] | None, seen: frozenset[str]) -> bool:
    if one.area is Area.MAP:
        held = one.after or one.before
        return held is not None and dict(held.fields).get("account") in seen
    if one.area is not Area.GRID or units is None:
        return True
    return one.key.split(":")[1] in units


def _keys_in(one: Difference) -> Iterator[str]:
    yield one.key
    for _name, before, after in one.fields:
        for value in (before, after):
            if isinstance(value, str) and ":" in value:
                yield value.partition("/")[0]


def _shown(
    one: Difference, names: Mapping[str, str], texts: Mapping[str, str], scope: AccountScope
) -> ShownChange | None:
    title = _title(one.key, names)
    if title is None:
        return None
    fields = tuple(
        field
        for name, before, after in one.fields
        for field in _field(one, name, before, after, names, texts, scope)
    )
    if one.kind is Kind.CHANGED and not fields:
        return None
    kind, tone = {
        Kind.ADDED: (_("added"), "pos"),
        Kind.REMOVED: (_("removed"), "neg"),
        Kind.CHANGED: (_("changed"), ""),
    }[one.kind]
    return ShownChange(
        _area(one.area),
        one.area.value,
        kind,
        tone,
        title,
        fields if one.kind is not Kind.REMOVED else (),
        _delta(one),
    )


def _field(
    one: Difference,
    name: str,
    before: object,
    after: object,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    scope: AccountScope,
) -> Iterator[ShownField]:
    if name in HIDDEN or (one.kind is not Kind.CHANGED and after in (None, False)):
        return
    if name in ("stance", "strength") and not scope.rights.opinions:
        return
    if (
        name in ("need", "standing", "value")
        and one.area is Area.GRID
        and not scope.rights.whitespace
    ):
        return
    if name in ("potential", "wallet", "vulnerability", "tier") and not scope.rights.wallet:
        return
    yield ShownField(
        field_name(name),
        _value(name, before, one.before, names, texts),
        _value(name, after, one.after, names, texts),
    )


def _title(key: str, names: Mapping[str, str]) -> str | None:
    """What a key stands for; None where it is not there or not to be seen any more."""
    fixed = {
        "target": _("Target"),
        "path": _("Path to the target"),
        "standing": _("Where the account stands"),
        "thesis": _("Growth thesis"),
    }
    if key in fixed:
        return fixed[key]
    kind, _colon, rest = key.partition(":")
    if kind == "cell":
        unit, _colon, line = rest.partition(":")
        line_name = names.get(f"line:{line}", _("a line"))
        unit_name = names.get(f"unit:{unit}", _("the account") if unit == "account" else "")
        return f"{line_name}, {unit_name}" if unit_name else line_name
    if kind == "bar":
        return bar_name(rest)
    if kind == "contact":
        return names.get(key, _("A person not shown"))
    if kind == "renewal_notes":
        return _("Notes on a renewal")
    return names.get(key)


def _value(
    name: str,
    value: object,
    entry: Entry | None,
    names: Mapping[str, str],
    texts: Mapping[str, str],
) -> str:
    if value is None or entry is None:
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return _number(name, value, entry)
    text = str(value)
    if name == "words":
        return texts.get(text, _("a wording not kept"))
    key = text.partition("/")[0]
    if ":" in text:
        return names.get(key, _("not shown"))
    if len(text) == 10 and text[4] == "-" and text[7] == "-":
        return dates.day(date.fromisoformat(text))
    return text.replace("+", ", ").replace("_", " ")


def _number(name: str, value: int, entry: Entry) -> str:
    currency = dict(entry.fields).get("currency")
    if name in MONEY and isinstance(currency, str):
        return short_money(Money(value, currency))
    if name == "chance_per_mille":
        return f"{value / 10:.0f}%"
    return str(value)


def _delta(one: Difference) -> Money | None:
    after = dict(one.after.fields) if one.after else {}
    before = dict(one.before.fields) if one.before else {}
    currency = after.get("currency") or before.get("currency")
    for name in ("landing", "value", "money", "target"):
        if name in after or name in before:
            new, old = after.get(name) or 0, before.get(name) or 0
            same = not (after and before) or after.get("currency") == before.get("currency")
            if same and isinstance(currency, str) and isinstance(new, int) and isinstance(old, int):
                return Money(new - old, currency) if new != old else None
            return None
    return None


def field_name(name: str) -> str:
    """A field of a snapshot in words."""
    return _(FIELDS[name]) if name in FIELDS else name.replace("_", " ")


def bar_name(code: str) -> str:
    """A bar of the bridge in words."""
    return {
        "baseline": _("Base"),
        "since": _("Changed since the first day"),
        "churn": _("Expected churn"),
        "uplift": _("Uplift on renewals"),
        "plays": _("Plays"),
        "won": _("Won"),
        "landing": _("Expected landing"),
        "gap": _("Uncovered gap"),
    }.get(code, code.replace("_", " ").capitalize())


def _area(area: Area) -> str:
    return {
        Area.GRID: _("Whitespace"),
        Area.MAP: _("People"),
        Area.GOALS: _("Goals and plays"),
        Area.MONEY: _("Money"),
        Area.TEXT: _("Text"),
    }[area]
