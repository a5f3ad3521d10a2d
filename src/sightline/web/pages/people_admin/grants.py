"""Letting a reader into an account, for good or by breaking the glass, and shutting it again."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sightline.actions import grants
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries.people_admin import accounts_called
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.people_admin.forms import GrantForm
from sightline.web.pages.people_admin.views import found_or_404, person_page


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def grant(request: Request, sign_in_id: int) -> HttpResponse:
    """Lets the reader in; a name that several accounts begin with is asked back."""
    person = request.person
    assert person is not None
    found = found_or_404(sign_in_id)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return person_page(request, found, grant_form=form, status=422)
    named = accounts_called(person, form.cleaned_data["account"])
    if len(named) != 1:
        said = _("Several accounts begin so: write one out.") if named else _("No such account.")
        form.add_error("account", said)
        return person_page(request, found, grant_form=form, choices=named, status=422)
    entry = grants.Entry(
        sign_in_id, named[0][0], form.cleaned_data["reason"], form.cleaned_data["hours"]
    )
    try:
        grants.grant_account(person, entry, now=timezone.now())
    except InvalidValue as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        return person_page(request, found, grant_form=form, status=422)
    say(request, _("%(account)s is open. Its team reads why.") % {"account": named[0][1]})
    return go(request, reverse("people_admin:show", args=[sign_in_id]))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def withdraw(request: Request, sign_in_id: int, grant_id: int) -> HttpResponse:
    """Shuts the account again."""
    person = request.person
    assert person is not None
    found = found_or_404(sign_in_id)
    if grant_id not in {one.id for one in found.grants}:
        say(request, _("That account is shut already."), tone="warn")
    else:
        grants.withdraw_grant(person, grant_id)
        say(request, _("Shut again."))
    return go(request, reverse("people_admin:show", args=[sign_in_id]))
