"""What pages add to the frame: entries of the rail, sources of the search, pinned accounts.

A page package plugs in with a module `nav` beside its urls: `NAV`, `SEARCH` and `PINS` there are
found by themselves; each of the three may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from django.urls import NoReverseMatch

from sightline.planning.permissions import Act, Category
from sightline.records.scoping import Person
from sightline.web import pages
from sightline.web.addresses import address
from sightline.web.gate import roles_may

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Count:
    """A short figure behind an entry: `text` as shown, `title` said in full, `tone` warn or ''."""

    text: str
    title: str
    tone: Literal["", "warn"] = ""


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the rail, shown to people one of whose roles may do `act` to `category`.

    `place` is `main` or `foot`; `order` sorts within it (Monday 10, Portfolio 20, Accounts 30,
    Review room 40, Marketing 50, Signals 60; foot: Sync 10, Imports 20, Settings 30). `within`
    lists the URL namespaces under which the entry is the current one; empty: its own.
    """

    label: StrOrPromise
    icon: str
    url: str
    place: Literal["main", "foot"] = "main"
    order: int = 100
    category: Category | None = None
    act: Act = Act.READ
    count: Callable[[Person], Count | None] | None = None
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the search: where it leads, and the kind of thing it is, in words."""

    title: str
    url: str
    kind: str
    icon: str = "arrow"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned account: its name, its plan's address, and a hue from 1 to 6."""

    name: str
    url: str
    hue: int = 1


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the template draws it."""

    label: str
    icon: str
    href: str
    current: bool
    count: Count | None


SearchSource = Callable[[Person, str], Iterable[Found]]
PinSource = Callable[[Person], Iterable[Pin]]


@cache
def _modules() -> tuple[ModuleType, ...]:
    names = (f"{pages.__name__}.{entry.name}.nav" for entry in iter_modules(pages.__path__))
    return tuple(import_module(name) for name in sorted(names) if find_spec(name) is not None)


def entries() -> tuple[NavEntry, ...]:
    """Every page's entries, main before foot, each in its order."""
    found = [entry for module in _modules() for entry in getattr(module, "NAV", ())]
    return tuple(sorted(found, key=lambda entry: (entry.place == "foot", entry.order)))


def links(person: Person, *, place: str, namespace: str) -> tuple[Link, ...]:
    """The entries this person may use, with the current one marked."""
    return tuple(
        Link(
            label=str(entry.label),
            icon=entry.icon,
            href=href,
            current=namespace in (entry.within or (entry.url.split(":")[0],)),
            count=entry.count(person) if entry.count else None,
        )
        for entry in entries()
        if entry.place == place and _shown(entry, person) and (href := _address(entry))
    )


def pins(person: Person) -> tuple[Pin, ...]:
    """The accounts that the person pinned."""
    sources: list[PinSource] = [m.PINS for m in _modules() if hasattr(m, "PINS")]
    return tuple(pin for source in sources for pin in source(person))


def search(person: Person, words: str, *, limit: int = 12) -> tuple[Found, ...]:
    """The best lines of every source for what was typed, places of the rail first."""
    places = [
        Found(title=link.label, url=link.href, kind="Page", icon=link.icon)
        for place in ("main", "foot")
        for link in links(person, place=place, namespace="")
        if words.casefold() in link.label.casefold()
    ]
    sources: Sequence[SearchSource] = [
        source for module in _modules() for source in getattr(module, "SEARCH", ())
    ]
    others = [found for source in sources for found in source(person, words)]
    return tuple((places + others)[:limit])


def _shown(entry: NavEntry, person: Person) -> bool:
    return entry.category is None or roles_may(person, entry.category, entry.act)


def _address(entry: NavEntry) -> str | None:
    try:
        return address(entry.url)
    except NoReverseMatch:
        return None
