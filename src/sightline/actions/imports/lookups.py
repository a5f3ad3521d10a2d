"""What rows refer to, found a chunk at a time: by outside id, by name, by account and unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sightline.actions.imports.bulk import among_keys, held_outside, listed_outside
from sightline.actions.imports.targets import TARGETS, Target
from sightline.agreement.naming import company_key, sort_key
from sightline.records.models import (
    Account,
    Competitor,
    Contact,
    CrmUser,
    Product,
    ProductFamily,
    ProductLine,
    Stage,
    Unit,
)

Known = Callable[[str, Iterable[str]], set[str]]
Values = Mapping[str, Any]
_MOST_WORDS = 2_000


class Pending:
    """Stands for the key of a row that this import will make."""

    def __repr__(self) -> str:
        return "(new)"


PENDING = Pending()


class IncomingRow(Protocol):
    """A parsed row: its place in the import, its outside id, its values."""

    @property
    def n(self) -> int:
        """Its place in the target's order."""

    @property
    def key(self) -> str:
        """Its outside id."""

    @property
    def removed(self) -> bool:
        """Whether the source deleted it."""

    @property
    def values(self) -> dict[str, object]:
        """Staged values."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an import looks. `source_id` None: nothing of this source is there yet.

    With `any_source`, ids are looked for in every source and accounts also by name, as the
    files of a spreadsheet need. `staged` answers which ids the import itself will bring.
    """

    source_id: int | None
    staged: Known
    any_source: bool = False


def keys_of(target: Target, keys: Iterable[str], scope: Scope) -> dict[str, int]:
    """Primary keys by outside id (or, with `any_source`, an account's name)."""
    wanted = dict.fromkeys(key for key in keys if key)
    if not wanted:
        return {}
    if scope.source_id is None and not scope.any_source:
        return {}
    source = None if scope.any_source else scope.source_id
    found = held_outside(target.model, target.name, wanted, source_id=source)
    if scope.any_source:
        found |= keys_by_word(target, sorted(wanted.keys() - found.keys()))
    return found


def listed_keys(target: Target, listed: str) -> tuple[str, str]:
    """What a JSON list of outside ids names in any source: places, from 1, and keys, each as a JSON list.

    For lists of many thousands: an id of two sources is there twice, and the oldest row's key counts.
    """
    return listed_outside(target.model, target.name, listed)


def keys_by_word(target: Target, words: Sequence[str]) -> dict[str, int]:
    """Primary keys of what files may call by a name or an address, where only one bears it."""
    found: dict[str, int] = {}
    if target.name in _BY_WORD:
        # A database takes only so many values in one list.
        for start in range(0, len(words), _MOST_WORDS):
            found |= _BY_WORD[target.name](set(words[start : start + _MOST_WORDS]))
    return found


def _accounts_by_name(names: set[str]) -> dict[str, int]:
    """Accounts whose name stands alone; a name that two accounts bear finds neither."""
    by_key = {name: sort_key(name) for name in names}
    if not by_key:
        return {}
    found: dict[str, int] = {}
    twice: set[str] = set()
    rows = Account.objects.filter(sort_name__in=set(by_key.values()), removed_at=None)
    for pk, name in rows.values_list("pk", "sort_name"):
        if name in found:
            twice.add(name)
        found[name] = pk
    return {name: found[key] for name, key in by_key.items() if key in found and key not in twice}


def _people_by_word(words: set[str]) -> dict[str, int]:
    """Our people by e-mail or name, where only one bears it."""
    found = _alone(CrmUser.objects.filter(email__in=words).values_list("email", "pk"))
    return found | _alone(
        CrmUser.objects.filter(name__in=words - found.keys()).values_list("name", "pk")
    )


def _contacts_by_word(words: set[str]) -> dict[str, int]:
    """Contacts by e-mail, where only one bears it."""
    return _alone(
        Contact.objects.filter(email__in=words, removed_at=None).values_list("email", "pk")
    )


def _alone(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    twice: set[str] = set()
    for word, pk in rows:
        if word in found:
            twice.add(word)
        found[word] = pk
    return {word: pk for word, pk in found.items() if word not in twice}


_BY_WORD: dict[str, Callable[[set[str]], dict[str, int]]] = {
    "Account": _accounts_by_name,
    "Contact": _contacts_by_word,
    "User": _people_by_word,
}


def reference_maps(
    target: Target, rows: Sequence[IncomingRow], scope: Scope
) -> dict[str, dict[str, int | Pending]]:
    """For every reference of the target: outside id to key, or PENDING where it is staged."""
    maps: dict[str, dict[str, int | Pending]] = {}
    for ref in target.refs:
        wanted = {str(row.values[ref.value]) for row in rows if row.values.get(ref.value)}
        found: dict[str, int | Pending] = dict(keys_of(TARGETS[ref.target], wanted, scope))
        missing = wanted - found.keys()
        if missing:
            found |= dict.fromkeys(scope.staged(ref.target, missing), PENDING)
        maps[ref.column] = found
    return maps


def name_maps(target: Target, rows: Sequence[IncomingRow]) -> dict[str, dict[str, int]]:
    """For every value told by name: the name as it stands to the key, where it exists."""
    maps = {}
    for value, (column, kind) in target.named.items():
        wanted = {str(row.values[value]) for row in rows if row.values.get(value)}
        maps[column] = _NAMED[kind](wanted) if wanted else {}
    return maps


def _lines(names: set[str]) -> dict[str, int]:
    return dict(ProductLine.objects.filter(name__in=names).values_list("name", "pk"))


def _stages(names: set[str]) -> dict[str, int]:
    return dict(Stage.objects.filter(name__in=names).values_list("name", "pk"))


def _competitors(names: set[str]) -> dict[str, int]:
    keys = {name: company_key(name)[:200] for name in names}
    found = dict(Competitor.objects.filter(key__in=keys.values()).values_list("key", "pk"))
    return {name: found[key] for name, key in keys.items() if key in found}


_NAMED: dict[str, Callable[[set[str]], dict[str, int]]] = {
    "line": _lines,
    "stage": _stages,
    "competitor": _competitors,
}


def families() -> dict[str, int]:
    """Product families by name."""
    return dict(ProductFamily.objects.values_list("name", "pk"))


def lines_of_products(products: Iterable[int]) -> dict[int, int | None]:
    """The product line of each product."""
    return dict(Product.objects.filter(pk__in=set(products)).values_list("pk", "line_id"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account stands: the planning account, and the unit that it is there, if a child."""

    planning_account: int
    unit: int | None


def places(accounts: Iterable[int]) -> dict[int, Place]:
    """The place of each account in its family."""
    wanted = set(accounts)
    if not wanted:
        return {}
    rows = Account.objects.filter(pk__in=among_keys(wanted)).values_list(
        "pk", "planning_account_id", "as_unit__id"
    )
    return {pk: Place(planning or pk, unit) for pk, planning, unit in rows}


def child_accounts() -> list[tuple[int, int]]:
    """The accounts that are a unit of another's plan, each with that unit. One query."""
    return list(Unit.objects.exclude(linked_account=None).values_list("linked_account_id", "pk"))


UnitKey = tuple[int, int | None, str]


def units(keys: Iterable[UnitKey]) -> dict[UnitKey, int]:
    """Units by planning account, parent unit and name (compared without case)."""
    wanted: dict[UnitKey, list[UnitKey]] = {}
    for account, parent, name in keys:
        wanted.setdefault((account, parent, sort_key(name)), []).append((account, parent, name))
    if not wanted:
        return {}
    rows = Unit.objects.filter(
        account_id__in=among_keys({account for account, _, _ in wanted})
    ).values_list("pk", "account_id", "parent_id", "name")
    found: dict[UnitKey, int] = {}
    for pk, account, parent, name in rows.order_by("-pk"):
        found |= dict.fromkeys(wanted.get((account, parent, sort_key(name)), ()), pk)
    return found
