"""Signing in and out, and what a person sets for themselves."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sightline.actions import people
from sightline.web.frame import THEME_COOKIE, THEMES
from sightline.web.gate import Request, public, signed_in
from sightline.web.htmx import go, render, say
from sightline.web.pages.people import throttle
from sightline.web.pages.people.arriving import first_page
from sightline.web.pages.people.forms import OwnSettingsForm, SignInForm

YEAR = 365 * 24 * 3600


@public("nobody could sign in otherwise")
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """E-mail and password; wrong ones slow down the next try by account and by address."""
    back = _safe_next(request)
    if request.person is not None:
        return go(request, back)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if _let_in(request, form):
            return go(request, back if back != _home() else first_page(request))
        status = 422
    context = {"form": form, "next": back, "page_title": _("Sign in")}
    return render(request, "people/sign_in.html", context, partial="form", status=status)


@public("signing out twice does no harm")
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return go(request, resolve_url(settings.LOGOUT_REDIRECT_URL))


@signed_in
@require_http_methods(["GET", "POST"])
def own_settings(request: Request) -> HttpResponse:
    """Time zone, colours, single-letter keys, hours."""
    person = request.person
    assert person is not None
    form = OwnSettingsForm(request.POST) if request.method == "POST" else OwnSettingsForm.of(person)
    if request.method == "POST" and form.is_valid():
        people.set_preferences(
            person.id,
            time_zone=form.cleaned_data["time_zone"],
            theme=form.cleaned_data["theme"],
            shortcuts=form.cleaned_data["shortcuts"],
            weekly_minutes=form.weekly_minutes,
        )
        say(request, _("Your settings are saved."))
        return go(request, reverse("people:own-settings"))
    context = {"form": form, "page_title": _("Your settings"), "now": timezone.now()}
    status = 422 if request.method == "POST" else 200
    return render(request, "people/own_settings.html", context, partial="form", status=status)


@public("the sign-in page has colours too")
@require_POST
def choose_theme(request: Request) -> HttpResponse:
    """Light, dark or as the device: kept with the person, and in a cookie for the sign-in page."""
    theme = request.POST.get("theme", "auto")
    theme = theme if theme in THEMES else "auto"
    person = request.person
    if person is not None:
        people.set_preferences(
            person.id,
            time_zone=person.time_zone,
            theme=theme,
            shortcuts=person.shortcuts,
            weekly_minutes=person.weekly_minutes,
        )
    quiet = request.headers.get("X-Requested-With") == "fetch"
    response = HttpResponse(status=204) if quiet else go(request, _safe_next(request))
    response.set_cookie(
        THEME_COOKIE,
        theme,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response


def _let_in(request: Request, form: SignInForm) -> bool:
    """Whether the form signs somebody in; otherwise it carries the reason."""
    if not form.is_valid():
        return False
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    wait = throttle.seconds_to_wait(request, email, now=timezone.now())
    if wait > 0:
        form.add_error(None, throttle.please_wait(wait))
        return False
    user = authenticate(request, username=email, password=password)
    throttle.note(request, email, succeeded=user is not None, now=timezone.now())
    if user is None:
        form.add_error(None, _("E-mail and password do not belong together."))
        return False
    login(request, user)
    people.note_sign_in(user.pk)
    return True


def _safe_next(request: Request) -> str:
    """Where to go afterwards: an address of ours, or the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else _home()


def _home() -> str:
    return resolve_url(settings.LOGIN_REDIRECT_URL)
