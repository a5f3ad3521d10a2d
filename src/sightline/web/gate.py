"""The gate: every view says who may come in, and a view that says nothing is refused.

A view is declared with `@needs(category, act)`, `@signed_in` or `@public(reason)`. `needs` asks
whether the person's roles may do this to any account at all; which accounts is the business of
records' scoping and of the actions. `declared_urls` lists every address with its declaration, so
that the permission matrix can be generated and an unlisted page fails.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from sightline.planning.errors import NotAllowed
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.scoping import Person, person_of

logger = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
ATTRIBUTE = "sightline_gate"


class Request(HttpRequest):
    """A request behind the gate. `person` is None only in views declared public."""

    person: Person | None
    htmx: Any


@dataclass(frozen=True, slots=True)
class Declaration:
    """Who may enter a view: anyone (with the reason why), anyone signed in, or by permission."""

    kind: Literal["public", "signed_in", "needs", "elsewhere"]
    category: Category | None = None
    act: Act | None = None
    reason: str = ""

    def admits(self, person: Person | None) -> bool:
        """Whether the gate opens; `elsewhere` always does, its own guard decides."""
        if self.kind in {"public", "elsewhere"}:
            return True
        if person is None:
            return False
        if self.kind == "signed_in":
            return True
        assert self.category is not None and self.act is not None
        return roles_may(person, self.category, self.act)


@dataclass(frozen=True, slots=True)
class DeclaredUrl:
    """One address: its full name (`concept:thing-verb`), its route, and who may enter."""

    name: str
    route: str
    declaration: Declaration | None


_NAMESPACES: dict[str, Declaration] = {}


def needs(category: Category | str, act: Act | str) -> Callable[[View], View]:
    """The view is open to people one of whose roles may do `act` to `category` somewhere."""
    return _declaring(Declaration("needs", category=Category(category), act=Act(act)))


def signed_in(view: View) -> View:
    """The view is open to everyone who is signed in: it shows only what is the person's own."""
    return _declaring(Declaration("signed_in"))(view)


def public(reason: str) -> Callable[[View], View]:
    """The view is open to everybody, for a reason that is written down."""
    if not reason.strip():
        raise ValueError("a public view says why it is public")
    return _declaring(Declaration("public", reason=reason))


def guarded_elsewhere(namespace: str, reason: str) -> None:
    """Addresses of a namespace have their own guard (tokens of the API, single sign-on)."""
    _NAMESPACES[namespace] = Declaration("elsewhere", reason=reason)


def roles_may(person: Person, category: Category | str, act: Act | str) -> bool:
    """Whether any of the person's roles may do this to some account, or to the company."""
    open_to = relations_that_may(person.roles, category=Category(category), act=Act(act))
    return bool(open_to)


def declaration_of(view: Callable[..., Any], namespaces: Sequence[str] = ()) -> Declaration | None:
    """What a view declared; else what one of its namespaces did; else None (refused)."""
    declared = getattr(view, ATTRIBUTE, None)
    if isinstance(declared, Declaration):
        return declared
    return next((_NAMESPACES[name] for name in namespaces if name in _NAMESPACES), None)


def may_open(person: Person | None, address: str) -> bool:
    """Whether the gate lets the person into the page of this address; no for what is no page.

    What stands in the page may still be another person's: then the page says not found.
    """
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return False
    declaration = declaration_of(match.func, match.namespaces)
    return declaration is not None and declaration.admits(person)


def declared_urls() -> tuple[DeclaredUrl, ...]:
    """Every address of the site with its declaration, in the order of the URL table."""
    return tuple(_walk(get_resolver().url_patterns, prefix="", namespaces=()))


class GateMiddleware:
    """Puts `request.person` in place, speaks the person's time zone, and opens or refuses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers the request as the person it comes from."""
        person = _person(request)
        request.person = person  # type: ignore[attr-defined]
        if person is None or not person.time_zone:
            return _in_words(request, self.get_response(request))
        with timezone.override(person.time_zone):
            return _in_words(request, self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """None lets the view answer; otherwise the way to sign in, or a refusal."""
        match = request.resolver_match
        declaration = declaration_of(view, match.namespaces if match else ())
        if declaration is None:
            logger.error("%s declares nobody who may enter and is refused", request.path)
            raise PermissionDenied(_("This page has not been opened to anybody."))
        person: Person | None = request.person  # type: ignore[attr-defined]
        if declaration.admits(person):
            return None
        if person is None:
            return to_sign_in(request)
        raise PermissionDenied(_("None of your roles opens this page."))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """A refusal by a rule of the method is a 403 with its own words."""
        if not isinstance(error, NotAllowed):
            return None
        # errors draws pages, and pages need the gate: a circle at import, not at work
        from sightline.web import errors

        return errors.refused(request, PermissionDenied(str(error)))


def _in_words(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A form's own address, opened like a page, leads back to the page that holds the form.

    Somebody who enters the address again after a refused form would meet an empty answer else.
    """
    opened = request.method == "GET" and request.headers.get("HX-Request") != "true"
    if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not opened:
        return answer
    from sightline.web import errors

    return errors.only_a_form(request, answer)


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The way to sign in, and back again; a fragment's request turns the whole page there."""
    back = request.get_full_path()
    if request.headers.get("HX-Request") == "true":
        current = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = f"{current.path or '/'}{'?' + current.query if current.query else ''}"
        response = HttpResponse(status=401)
        response["HX-Redirect"] = _sign_in_address(back)
        return response
    return HttpResponseRedirect(_sign_in_address(back if request.method == "GET" else "/"))


def _sign_in_address(back: str) -> str:
    address = resolve_url(settings.LOGIN_URL)
    return address if back == "/" else f"{address}?{urlencode({'next': back})}"


def _person(request: HttpRequest) -> Person | None:
    user = request.user
    if not user.is_authenticated or not user.is_active:
        return None
    return person_of(user)


def _declaring(declaration: Declaration) -> Callable[[View], View]:
    def declare(view: View) -> View:
        setattr(view, ATTRIBUTE, declaration)
        return view

    return declare


def _walk(
    patterns: Sequence[URLPattern | URLResolver], *, prefix: str, namespaces: tuple[str, ...]
) -> Iterator[DeclaredUrl]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry.url_patterns, prefix=route, namespaces=inner)
        else:
            name = ":".join((*namespaces, entry.name or entry.lookup_str))
            yield DeclaredUrl(name, route, declaration_of(entry.callback, namespaces))
