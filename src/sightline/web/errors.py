"""The pages for what went wrong: each says what happened and offers a way out.

An htmx request gets the same words as a part, so that an error page never lands inside a card;
a failure of the server (500) is not swapped in at all: the message area says it, with a reference
that also stands in the log.
"""

from __future__ import annotations

import logging
import secrets

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _

from sightline.web.gate import may_open
from sightline.web.htmx import render

logger = logging.getLogger(__name__)
REFERENCE_HEADER = "X-Sightline-Reference"


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person may not; the words of the refusal, and the way to the first page."""
    text = str(exception) if exception and str(exception) else _("You may not do this.")
    return _page(request, 403, icon="lock", title=_("This is not open to you"), text=text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this person may see; the two are not told apart."""
    said = str(exception) if isinstance(exception, Http404) and exception.args else ""
    text = said if said and not said.startswith("{") and "tried" not in said else ""
    return _page(
        request,
        404,
        icon="search",
        title=_("Nothing to see here"),
        text=text or _("It does not exist, was removed, or belongs to another team."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    text = _("The request could not be read. Reload the page and try again.")
    return _page(request, 400, icon="warning", title=_("That did not arrive whole"), text=text)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old: typically a page left open over a sign-out."""
    logger.warning("form token refused on %s: %s", request.path, reason)
    text = _(
        "You were signed out since this page was opened, or signed in anew. What you typed still "
        "stands on it: go back in the browser, copy it, reload and send again."
    )
    return _page(
        request,
        403,
        icon="lock",
        title=_("This form is out of date"),
        text=text,
        way_out=_above(request),
        way_out_text=_("Open the page anew"),
    )


def only_a_form(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    """405: the address takes what a form sends and shows nothing; the nearest page above it does."""
    answer = _page(
        request,
        405,
        icon="warning",
        title=_("There is no page at this address"),
        text=_("It only takes what a form sends. What was typed and not kept is not here."),
        way_out=_above(request),
        way_out_text=_("Back to the page"),
    )
    answer["Allow"] = refusal["Allow"]
    return answer


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault. Needs no database and no session; names a reference found in the log."""
    reference = secrets.token_hex(2).upper()
    logger.error("reference %s: failure on %s %s", reference, request.method, request.path)
    text = _("Nothing was lost that was saved before. Reported as %s.") % reference
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(text, status=500, content_type="text/plain")
    else:
        sheets = [static(f"css/{name}.css") for name in ("tokens", "base", "frame", "ui")]
        context = {
            "page_title": _("Something broke on our side"),
            "text": text,
            "path": request.get_full_path() if request.method == "GET" else "/",
            "again": _("Try again"),
            "home": _("To the first page"),
            "sheets": sheets,
        }
        response = HttpResponse(render_to_string("errors/failed.html", context), status=500)
    response[REFERENCE_HEADER] = reference
    return response


def _above(request: HttpRequest) -> str:
    """The nearest address above this one that the person may open."""
    person = getattr(request, "person", None)
    above = request.path.rstrip("/")
    while above := above.rpartition("/")[0]:
        for address in (above, f"{above}/"):
            if may_open(person, address):
                return address
    return "/"


def _page(
    request: HttpRequest,
    status: int,
    *,
    icon: str,
    title: str,
    text: str,
    way_out: str = "/",
    way_out_text: str = "",
) -> HttpResponse:
    context = {
        "page_title": title,
        "text": text,
        "icon": icon,
        "way_out": way_out,
        "way_out_text": way_out_text or _("To the first page"),
    }
    return render(request, "errors/page.html", context, partial="part", status=status)
