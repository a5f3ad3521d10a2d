"""Creating a sign-in, its roles, its link to the CRM, shutting it out, a link to a new password."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from sightline.actions import people
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.people_admin.forms import LinkForm, NewForm, RolesForm
from sightline.web.pages.people_admin.views import found_or_404, person_page
from sightline.web.pages.settings.tabs import settings_tabs


@needs(Category.SETTINGS, Act.WRITE)
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Creates a sign-in, then shows the link by which the person sets a password."""
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = people.NewSignIn(
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            roles=frozenset(form.cleaned_data["roles"]),
        )
        try:
            made = people.create_sign_in(wanted, actor_id=_actor(request))
        except people.PeopleError as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        else:
            say(request, _("%(name)s can come in now.") % {"name": wanted.name})
            return person_page(request, found_or_404(made), link=_fresh_link(made))
    context = {
        "page_title": _("Settings"),
        "form": form,
        **settings_tabs("people_admin:list"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "people_admin/new.html", context, status=status)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def roles(request: Request, sign_in_id: int) -> HttpResponse:
    """Gives exactly the ticked roles; the last administrator stays one."""
    form = RolesForm(request.POST)
    if not form.is_valid():
        return _refused(request, sign_in_id, _("One of these roles does not exist."))
    wanted = form.cleaned_data["roles"]
    return _do(
        request,
        sign_in_id,
        lambda: people.set_roles(sign_in_id, wanted, actor_id=_actor(request)),
        _("The roles are saved."),
    )


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def link(request: Request, sign_in_id: int) -> HttpResponse:
    """Says which user of the CRM this is."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _refused(request, sign_in_id, _("Choose one of the list."))
    user = form.cleaned_data["crm_user"]
    return _do(
        request,
        sign_in_id,
        lambda: people.link_crm_user(sign_in_id, user, actor_id=_actor(request)),
        _("The link is saved."),
    )


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def active(request: Request, sign_in_id: int) -> HttpResponse:
    """Shuts a sign-in out or lets it in; the last administrator stays in."""
    let_in = request.POST.get("active") == "yes"
    return _do(
        request,
        sign_in_id,
        lambda: people.set_active(sign_in_id, active=let_in, actor_id=_actor(request)),
        _("Let in again.") if let_in else _("Shut out. Open sessions end at their next click."),
    )


@needs(Category.SETTINGS, Act.WRITE)
@never_cache
@require_POST
def reset(request: Request, sign_in_id: int) -> HttpResponse:
    """Shows a link to a new password, once; it works once."""
    found = found_or_404(sign_in_id)
    if not found.row.is_active:
        return _refused(request, sign_in_id, _("Let the person in again first."))
    return person_page(request, found, link=_fresh_link(sign_in_id))


def _do(request: Request, sign_in_id: int, verb: Callable[[], None], said: str) -> HttpResponse:
    found_or_404(sign_in_id)
    try:
        verb()
    except people.PeopleError as wrong:
        return _refused(request, sign_in_id, str(wrong))
    say(request, said)
    return go(request, reverse("people_admin:show", args=[sign_in_id]))


def _refused(request: Request, sign_in_id: int, problem: str) -> HttpResponse:
    return person_page(request, found_or_404(sign_in_id), problem=problem, status=422)


@sensitive_variables("token")
def _fresh_link(sign_in_id: int) -> str:
    """A signed link for one person, spent by the new password or the next sign-in."""
    uid = urlsafe_base64_encode(force_bytes(sign_in_id))
    user = PasswordResetConfirmView().get_user(uid)
    assert user is not None
    token = default_token_generator.make_token(user)
    address = reverse("people:password-renew", args=[uid, token])
    return f"{settings.SIGHTLINE_URL.rstrip('/')}{address}"


def _actor(request: Request) -> int:
    assert request.person is not None
    return request.person.id
