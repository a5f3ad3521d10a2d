"""Connecting an org with a browser: who allows it does so in the org itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sightline.actions.sync import asking
from sightline.actions.sync.context import SyncProblem
from sightline.crm.errors import CrmError
from sightline.planning.permissions import Act, Category
from sightline.records.queries import sync as queries
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say

if TYPE_CHECKING:
    from sightline.crm import connecting

# What is sealed waits here for the browser to come back.
_KEPT = "sync_connecting"


FLOWS = (
    ("web_server", gettext_lazy("A person allows it (web server flow)")),
    ("client_credentials", gettext_lazy("A secret (client credentials)")),
    ("jwt_bearer", gettext_lazy("A certificate (JWT bearer)")),
)


class SecretForm(forms.Form):
    """What an app shows instead of a person's word."""

    client_secret = forms.CharField(
        label=gettext_lazy("Consumer secret"),
        required=False,
        max_length=300,
        widget=forms.PasswordInput,
        help_text=gettext_lazy("Empty where the app asks for none. It is kept encrypted."),
    )
    private_key = forms.CharField(
        label=gettext_lazy("Private key, for a certificate"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "The text of server.key, whose certificate the app holds. It is kept encrypted."
        ),
    )


class ConnectForm(SecretForm):
    """Which org, and through which app."""

    flow = forms.ChoiceField(label=gettext_lazy("How"), choices=FLOWS, initial="web_server")
    name = forms.CharField(label=gettext_lazy("Name here"), max_length=80, initial="Salesforce")
    login = forms.CharField(
        label=gettext_lazy("Address of the org"),
        max_length=200,
        help_text=gettext_lazy(
            "Its My Domain address, such as https://your-company.my.salesforce.com."
        ),
    )
    client_id = forms.CharField(label=gettext_lazy("Consumer key of the app"), max_length=300)
    username = forms.CharField(
        label=gettext_lazy("User, for a certificate"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Whose rights are used: the integration user's name to sign in."),
    )
    source = forms.CharField(
        label=gettext_lazy("Import source whose rows these are"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Only where rows of this org were imported before."),
    )


@needs(Category.SETTINGS, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request) -> HttpResponse:
    """Which org; then a link that leads there."""
    # The parts that speak to an org weigh more than all other pages do; few people connect one.
    from sightline.crm import connecting

    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = connecting.Wanted(**form.cleaned_data)
        try:
            if wanted.flow != "web_server":
                return _arrived(
                    request, connecting.connect_by_secret(wanted, actor_id=_actor(request))
                )
            begun = connecting.begin(wanted, callback=_callback(request), now=timezone.now())
        except SyncProblem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        except CrmError as problem:
            form.add_error(None, _refused(problem))
        else:
            return _leads_on(request, begun)
    status = 422 if form.errors else 200
    context = {
        "page_title": _("Connect Salesforce"),
        "form": form,
        "callback": _callback(request),
    }
    return render(request, "sync/connect.html", context, status=status)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def again(request: Request, connection_id: int) -> HttpResponse:
    """The same for a connection whose grant is gone."""
    from sightline.crm import connecting

    facts = queries.connection(connection_id)
    name = facts.name if facts is not None else ""
    try:
        begun = connecting.begin_again(
            connection_id, name=name, callback=_callback(request), now=timezone.now()
        )
    except SyncProblem as problem:
        say(request, str(problem), tone="warn")
        return go(request, reverse("sync:show"))
    return _leads_on(request, begun)


@needs(Category.SETTINGS, Act.WRITE)
@require_safe
def come_back(request: Request) -> HttpResponse:
    """The org sent the browser back, with a code or with its reason."""
    from sightline.crm import connecting

    person, sealed = request.person, str(request.session.pop(_KEPT, ""))
    assert person is not None
    if request.GET.get("error"):
        words = request.GET.get("error_description") or request.GET["error"]
        say(request, _("The org did not allow it: %(why)s") % {"why": words[:300]}, tone="warn")
        return go(request, reverse("sync:connection-add"))
    try:
        pk = connecting.finish(
            sealed,
            state=request.GET.get("state", ""),
            code=request.GET.get("code", ""),
            actor_id=person.id,
            now=timezone.now(),
        )
    except (SyncProblem, CrmError) as problem:
        say(request, str(problem), tone="warn")
        return go(request, reverse("sync:connection-add"))
    return _arrived(request, pk)


@needs(Category.SETTINGS, Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def secret(request: Request, connection_id: int) -> HttpResponse:
    """Another secret or key for a connection without a person's word."""
    from sightline.crm import connecting

    facts = queries.connection(connection_id)
    if facts is None or facts.settings.get("flow") == "web_server":
        raise Http404(_("There is no such connection."))
    form = SecretForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            connecting.renew_secret(connection_id, actor_id=_actor(request), **form.cleaned_data)
        except SyncProblem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        except CrmError as problem:
            form.add_error(None, _refused(problem))
        else:
            return _arrived(request, connection_id)
    context = {
        "page_title": _("Connect again"),
        "page_note": facts.name,
        "facts": facts,
        "form": form,
        "by_key": facts.settings.get("flow") == "jwt_bearer",
    }
    return render(request, "sync/secret.html", context, status=422 if form.errors else 200)


def _arrived(request: Request, connection_id: int) -> HttpResponse:
    asking.ask_round(connection_id, actor_id=_actor(request))
    say(request, _("Connected. The first rows are on their way."))
    return go(request, reverse("sync:connection", args=[connection_id]))


def _refused(problem: CrmError) -> str:
    return _("The org refused: %(why)s") % {"why": str(problem)[:300]}


def _actor(request: Request) -> int:
    assert request.person is not None
    return request.person.id


def _callback(request: Request) -> str:
    return request.build_absolute_uri(reverse("sync:connection-allowed"))


def _leads_on(request: Request, begun: connecting.Begun) -> HttpResponse:
    """A link, because our forms lead nowhere but here."""
    request.session[_KEPT] = begun.sealed
    context = {"page_title": _("Connect Salesforce"), "address": begun.address}
    return render(request, "sync/allow.html", context)
