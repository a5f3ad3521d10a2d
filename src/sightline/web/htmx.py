"""Page or fragment from one template, and the words that travel with it.

`render` is how every view answers: a plain request gets the whole page, an htmx request the named
part of the same template. Templates are drawn under a guard that refuses SQL: what a page needs
is read before, as plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import get_ident
from typing import Any, Never

from django.contrib import messages
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.context import make_context
from django.template.loader import get_template
from django.utils.cache import patch_vary_headers

from sightline.web.frame import frame_of


class SeeOther(HttpResponseRedirect):
    """303: what came of a post is read elsewhere."""

    status_code = 303


class QueryInTemplate(RuntimeError):
    """A template asked the database; the view must hand over evaluated values."""


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or for an htmx request the `partial` of it (with any queued messages).

    `status` 422 is a form with errors, 409 a conflict panel: htmx swaps both. A history restore
    always gets the whole page.
    """
    frame_of(request)
    fragment = partial is not None and wants_fragment(request)
    with no_queries():
        if fragment:
            body = _drawn(f"{template}#{partial}", context or {}, request)
            body += _drawn("frame/toasts.html#arriving", {}, request)
        else:
            body = _drawn(template, context or {}, request)
    response = HttpResponse(body, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
    return response


def _drawn(template: str, told: Mapping[str, Any], request: HttpRequest) -> str:
    """One template as text. What was told of it is let go at once: the engine's context holds
    itself, so thousands of values would wait for a search for garbage, in the middle of some
    later answer."""
    page: Any = get_template(template)
    context = make_context(dict(told), request, autoescape=page.backend.engine.autoescape)
    try:
        return str(page.template.render(context))
    finally:
        context.dicts.clear()


def wants_fragment(request: HttpRequest) -> bool:
    """Whether the asking page replaces a part of itself."""
    headers = request.headers
    asked = headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") != "full"
    return asked and headers.get("HX-History-Restore-Request") != "true"


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Turn the whole page to `address`, which is one of ours: after a plain post or a fragment's.

    A plain request gets 303, so that going back never posts twice.
    """
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return SeeOther(address)


def say(request: HttpRequest, text: str, *, tone: str = "pos", undo: str = "") -> None:
    """Queue a message for the person; `undo` is the address that a post of "Undo" goes to.

    `tone` is pos, warn or neg. Shown on the next page, or with this fragment.
    """
    level = {"warn": messages.WARNING, "neg": messages.ERROR}.get(tone, messages.SUCCESS)
    messages.add_message(request, level, text, extra_tags=undo)


@contextmanager
def no_queries() -> Iterator[None]:
    """Within it, any query on any database raises `QueryInTemplate`."""
    mine = get_ident()

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        # a connection shared between threads (an in-memory test database) is refused to us alone
        if get_ident() != mine:
            return execute(sql, params, many, context)
        return _refuse(sql)

    with ExitStack() as guarded:
        for connection in connections.all():
            guarded.enter_context(connection.execute_wrapper(refuse))
        yield


def _refuse(sql: str) -> Never:
    raise QueryInTemplate(f"a template asked the database: {sql[:200]}")
