"""A forgotten or changed password: a signed link that works once, sent by the worker."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sightline.actions import people
from sightline.web.gate import Request, public, signed_in
from sightline.web.htmx import go, render, say
from sightline.web.pages.people import throttle
from sightline.web.pages.people.forms import AskForm, ChangePasswordForm, NewPasswordForm


@public("somebody who forgot the password cannot sign in")
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponse:
    """Asks the worker for the mail; says the same whether or not the address has a sign-in."""
    form = AskForm(request.POST or None)
    sent = request.method == "POST" and form.is_valid()
    if sent:
        _ask_for_links(request, form.cleaned_data["email"])
    context = {"form": form, "sent": sent, "page_title": _("A new password")}
    status = 422 if request.method == "POST" and not sent else 200
    return render(request, "people/password_ask.html", context, partial="form", status=status)


@public("the link is the proof: signed, for one person, used up by the new password")
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def renew(request: Request, uid: str, token: str) -> HttpResponse:
    """Sets a new password by the link; an old or used link says so and offers another."""
    user = PasswordResetConfirmView().get_user(uid)
    if user is None or not user.is_active or not default_token_generator.check_token(user, token):
        spent = {"page_title": _("This link no longer works")}
        return render(request, "people/password_spent.html", spent, status=410)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        people.set_password(user.pk, form.cleaned_data["password"], actor_id=user.pk)
        say(request, _("Your new password is set. Sign in with it."))
        return go(request, reverse("people:sign-in"))
    context: dict[str, Any] = {"form": form, "page_title": _("Choose a new password")}
    context["email"] = user.email
    status = 422 if request.method == "POST" else 200
    return render(request, "people/password_renew.html", context, partial="form", status=status)


@signed_in
@sensitive_post_parameters("password", "present")
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: Request) -> HttpResponse:
    """Changes one's own password; other sessions of the person end."""
    user = request.user
    assert isinstance(user, AbstractBaseUser)
    form = ChangePasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        people.set_password(user.pk, form.cleaned_data["password"], actor_id=user.pk)
        user.refresh_from_db()
        update_session_auth_hash(request, user)
        say(request, _("Your password is changed. Other sessions have ended."))
        return go(request, reverse("people:own-settings"))
    context = {"form": form, "page_title": _("Change password")}
    status = 422 if request.method == "POST" else 200
    return render(request, "people/password_change.html", context, partial="form", status=status)


def _ask_for_links(request: Request, email: str) -> None:
    if throttle.too_many_links(request, email, now=timezone.now()):
        return
    people.request_password_link([user.pk for user in PasswordResetForm().get_users(email)])
