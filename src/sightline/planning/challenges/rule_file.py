"""An administrator's own rules, read from a TOML file. Nothing in it is evaluated as code.

A rule names what it is about, conditions on that thing's fields, a title and a way out; fields and
comparisons come from fixed lists. Format and examples: docs/how-to/challenge-rules.md.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import operator
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sightline.planning.challenges.facts import (
    CellFacts,
    ChallengeParameters,
    PlanFacts,
    PlayFacts,
    RenewalFacts,
    ThreadFacts,
)
from sightline.planning.challenges.finding import Finding, find
from sightline.planning.challenges.rules import RULES, Rule
from sightline.planning.errors import PlanningError
from sightline.planning.money import Money


class BadRule(PlanningError):
    """A rule file does not read; the message names the rule and the entry."""

    code = "bad_rule"


_ABOUT: Mapping[str, tuple[type, Callable[[PlanFacts], Sequence[object]]]] = {
    "play": (PlayFacts, lambda plan: plan.plays),
    "renewal": (RenewalFacts, lambda plan: plan.renewals),
    "cell": (CellFacts, lambda plan: plan.cells),
    "thread": (ThreadFacts, lambda plan: plan.threads),
}
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
}
_DAYS: Mapping[str, Callable[[int, int], bool]] = {
    "days_ago_at_least": lambda ago, days: ago >= days,
    "days_ahead_at_most": lambda ago, days: 0 <= -ago <= days,
}
_KIND_OF: Mapping[type, str] = {str: "text", bool: "yes_no", int: "number", float: "number"}
_CODE = re.compile(r"own_[a-z0-9_]{1,40}\Z")
_KEYS = frozenset({"code", "title", "about", "when", "money", "plan_says", "facts_say", "way_out"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a field; all conditions of a rule must hold."""

    field: str
    test: str
    value: object

    def holds(self, thing: object, *, today: dt.date) -> bool:
        """Whether it holds. An unknown field value never does, except for `missing`."""
        found = getattr(thing, self.field)
        absent = found is None or found == ()
        if self.test == "missing":
            return absent is self.value
        if absent:
            return False
        if self.test == "is":
            return bool(found == self.value)
        if self.test in _DAYS:
            days = int(self.value)  # type: ignore[call-overload]
            return _DAYS[self.test]((today - found).days, days)
        return _COMPARE[self.test](_number(found), float(self.value))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule as read; calling it gives its findings, like a shipped one."""

    code: str
    title: str
    about: str
    when: tuple[Condition, ...]
    money: str | None
    says: tuple[str, str, str]

    def __call__(self, plan: PlanFacts, *, parameters: ChallengeParameters) -> Iterator[Finding]:
        """Every time it fires."""
        del parameters
        for thing in _ABOUT[self.about][1](plan):
            if all(condition.holds(thing, today=plan.today) for condition in self.when):
                money = getattr(thing, self.money) if self.money else None
                yield find(
                    self.code,
                    about=thing.key,  # type: ignore[attr-defined]
                    money=money,
                    says=self.says,
                    evidence={c.field: getattr(thing, c.field) for c in self.when},
                )


def read_rules(text: str) -> dict[str, tuple[str, Rule]]:
    """Code to title and rule, ready for `challenges_of(extra=...)`. Raises BadRule by name."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRule(f"This is not TOML: {error}") from error
    rows = table.pop("rule", [])
    if table or not isinstance(rows, list):
        raise BadRule("A rule file holds [[rule]] entries only.", field=next(iter(table), "rule"))
    rules: dict[str, tuple[str, Rule]] = {}
    for row in rows:
        rule = rule_of(row)
        if rule.code in rules:
            raise BadRule(f"{rule.code} stands twice.", field=rule.code)
        rules[rule.code] = (rule.title, rule)
    return rules


def rule_of(row: object) -> OwnRule:
    """One entry of the file as a rule. Raises BadRule by name."""
    if not isinstance(row, dict) or set(row) - _KEYS or (_KEYS - {"money"}) - set(row):
        raise BadRule(f"A rule needs {', '.join(sorted(_KEYS - {'money'}))} and may have money.")
    code, about = row["code"], row["about"]
    if not isinstance(code, str) or not _CODE.match(code) or code in RULES:
        raise BadRule(f"{code!r}: a code starts with own_, in small letters.", field="code")
    if not isinstance(about, str) or about not in _ABOUT:
        raise BadRule(f"{code}: about is one of {', '.join(_ABOUT)}.", field=code)
    fields = _fields(_ABOUT[about][0])
    money = row.get("money")
    if money is not None and (not isinstance(money, str) or fields.get(money) != "money"):
        raise BadRule(f"{code}: {money!r} is not an amount of a {about}.", field=code)
    words = [row["title"], row["plan_says"], row["facts_say"], row["way_out"]]
    if not all(isinstance(word, str) and 0 < len(word) <= 300 for word in words):
        raise BadRule(f"{code}: title and sentences are texts of 1 to 300 letters.", field=code)
    conditions = tuple(_condition(code, item, fields) for item in _listed(code, row["when"]))
    says = (words[1], words[2], words[3])
    return OwnRule(code, words[0], about, conditions, money, says)


def _listed(code: str, when: object) -> list[object]:
    if not isinstance(when, list) or not when:
        raise BadRule(f"{code}: when needs at least one condition.", field=code)
    return when


def _condition(code: str, item: object, fields: Mapping[str, str]) -> Condition:
    if not isinstance(item, dict) or len(item) != 2 or "field" not in item:
        raise BadRule(f"{code}: a condition is a field and one comparison.", field=code)
    name = item["field"]
    test, value = next((key, value) for key, value in item.items() if key != "field")
    kind = fields.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadRule(f"{code}: {name!r} is not one of {', '.join(sorted(fields))}.", field=code)
    if not _fits(kind, test, value):
        raise BadRule(f"{code}: {name} cannot be compared with {test} = {value!r}.", field=code)
    return Condition(name, test, value)


def _fits(kind: str, test: str, value: object) -> bool:
    """Whether a comparison makes sense for a kind of field and its value has the right type."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if test == "missing":
        return isinstance(value, bool)
    if test == "is":
        return _KIND_OF.get(type(value)) == kind
    if test in _DAYS:
        return kind == "date" and type(value) is int and value >= 0
    return test in _COMPARE and kind in ("number", "money") and number


def _fields(cls: type) -> dict[str, str]:
    """The fields of a thing that rules may look at, by kind of value; money in major units."""
    kinds = {"str": "text", "int": "number", "float": "number", "bool": "yes_no"}
    kinds |= {"dt.date": "date", "Money": "money", "PathToCell": "text"}
    found = {}
    for field in dataclasses.fields(cls):
        named = str(field.type).removesuffix(" | None")
        kind = kinds.get(named) or ("list" if named.startswith("tuple[str") else None)
        if kind is not None and field.name not in ("money_key",):
            found[field.name] = kind
    return found


def _number(value: object) -> float:
    return float(value.amount) if isinstance(value, Money) else float(value)  # type: ignore[arg-type]
