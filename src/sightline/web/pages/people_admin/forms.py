"""What is posted to people and roles."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

ROLES = (
    ("account_manager", _("Account manager")),
    ("customer_success", _("Customer success")),
    ("leader", _("Leader")),
    ("sponsor", _("Executive sponsor")),
    ("marketing", _("Marketing")),
    ("operations", _("Operations (administrator)")),
    ("reader", _("Reader")),
)


class NewForm(forms.Form):
    """A sign-in to create; the person sets the password by a link."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=ROLES, required=False, widget=forms.CheckboxSelectMultiple
    )


class RolesForm(forms.Form):
    """Exactly these roles."""

    roles = forms.MultipleChoiceField(choices=ROLES, required=False)


class LinkForm(forms.Form):
    """Which user of the CRM this is; empty cuts the link."""

    crm_user = forms.IntegerField(required=False, min_value=1)


class GrantForm(forms.Form):
    """An account to let a reader into; hours for breaking the glass."""

    account = forms.CharField(label=_("Account"), max_length=255)
    reason = forms.CharField(label=_("Because"), max_length=255)
    hours = forms.IntegerField(
        label=_("For hours (empty: until withdrawn)"), required=False, min_value=1, max_value=72
    )
