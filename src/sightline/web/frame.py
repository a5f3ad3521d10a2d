"""The frame around every page: who is here, the rail, the theme, embedded or not, the banner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, ResolverMatch

from sightline.planning.permissions import Act, Category
from sightline.records.scoping import Person
from sightline.web import nav
from sightline.web.addresses import address
from sightline.web.gate import roles_may

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True, slots=True)
class Frame:
    """What base.html needs; nothing in it runs a query when it is drawn.

    `saw_url` is where a competitor that was seen is kept, `note_url` where selected words become an
    action; both empty for who writes no plan, the latter also on an account's own pages.
    """

    person: Person | None
    main: tuple[nav.Link, ...]
    foot: tuple[nav.Link, ...]
    pins: tuple[nav.Pin, ...]
    theme: str
    embedded: bool
    demonstration: bool
    shortcuts: bool
    path: str
    search_url: str
    saw_url: str
    note_url: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `frame`, built once per request."""
    return {"frame": frame_of(request)}


def frame_of(request: HttpRequest) -> Frame:
    """The frame of this request; built on first use and kept with it."""
    kept: Frame | None = getattr(request, "_sightline_frame", None)
    if kept is None:
        kept = _build(request)
        request._sightline_frame = kept  # type: ignore[attr-defined]
    return kept


def _build(request: HttpRequest) -> Frame:
    person: Person | None = getattr(request, "person", None)
    match = request.resolver_match
    namespace = _place(match)
    fragment = request.headers.get("HX-Request") == "true"
    bare = person is None or (fragment and request.headers.get("HX-Request-Type") == "partial")
    here = None if bare else person
    return Frame(
        person=person,
        main=nav.links(here, place="main", namespace=namespace) if here else (),
        foot=nav.links(here, place="foot", namespace=namespace) if here else (),
        pins=nav.pins(here) if here else (),
        theme=_theme(request, person),
        embedded=_embedded(request),
        demonstration=bool(getattr(settings, "SIGHTLINE_DEMONSTRATION", False)),
        shortcuts=person.shortcuts if person else False,
        path=request.get_full_path(),
        search_url=_search_url(),
        saw_url=_saw_url(here, match),
        note_url=_note_url(here, match),
    )


def _place(match: ResolverMatch | None) -> str:
    """The namespace whose entry is the current one: an account's pages belong to the portfolio."""
    namespace = match.namespaces[0] if match and match.namespaces else ""
    if match and "account_id" in match.kwargs and namespace != "marketing":
        return "portfolio"
    return namespace


def _theme(request: HttpRequest, person: Person | None) -> str:
    chosen = person.theme if person else request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def _embedded(request: HttpRequest) -> bool:
    """Inside another page's frame: said in the address, or by the browser itself."""
    return request.GET.get("embed") == "1" or request.headers.get("Sec-Fetch-Dest") == "iframe"


def _search_url() -> str:
    return _address("search:find")


def _saw_url(person: Person | None, match: ResolverMatch | None) -> str:
    """Of this account where the page is one of an account's; else the account is chosen first."""
    if person is None or not roles_may(person, Category.PLAN, Act.WRITE):
        return ""
    account = match.kwargs.get("account_id") if match else None
    if account is not None:
        return _address("whitespace:sighting", account)
    return f"{_address('plays:which')}?then=saw"


def _note_url(person: Person | None, match: ResolverMatch | None) -> str:
    if person is None or (match and "account_id" in match.kwargs):
        return ""
    if not roles_may(person, Category.PLAN, Act.WRITE):
        return ""
    return f"{_address('plays:which')}?then=note"


def _address(name: str, *keys: int) -> str:
    try:
        return address(name, *keys)
    except NoReverseMatch:
        return ""
