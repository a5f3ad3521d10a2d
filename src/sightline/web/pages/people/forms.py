"""The forms of sign-in, passwords and own settings. They check; actions save."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sightline.records.scoping import Person
from sightline.web.long_select import LongSelect

THEMES = [("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]
MOST_HOURS = 40


class SignInForm(forms.Form):
    """E-mail and password; whether they belong together is asked in the view."""

    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AskForm(forms.Form):
    """Where the link for a new password shall go."""

    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(forms.Form):
    """A new password, once: the browser shows it, so that nobody types it twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=4096,
        help_text=_("At least 12 characters. A sentence that only you would write is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refused by the installation's password rules, in their words."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    field_order = ("present", "password")
    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_present(self) -> str:
        """Refused when it is not the person's password."""
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError(_("This is not your present password."), code="wrong")
        return present


class OwnSettingsForm(forms.Form):
    """Time zone, colours, single-letter keys and the hours that Monday may fill."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        widget=LongSelect,
        help_text=_("Dates and times are shown in it."),
    )
    theme = forms.ChoiceField(label=_("Colours"), choices=THEMES, widget=forms.RadioSelect)
    shortcuts = forms.BooleanField(
        label=_("Single-letter keys (J, K, E, S)"),
        required=False,
        help_text=_("Switch them off if speech input or a screen reader needs the letters."),
    )
    weekly_hours = forms.DecimalField(
        label=_("Hours for planned actions each week"),
        min_value=0,
        max_value=MOST_HOURS,
        decimal_places=2,
        help_text=_("Monday proposes no more than fits."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [*sorted(zone for zone in available_timezones() if "/" in zone), "UTC"]
        company = [("", _("The company's"))]
        self.fields["time_zone"].choices = company + [(z, z.replace("_", " ")) for z in zones]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, person: Person) -> OwnSettingsForm:
        """Filled with what the person has chosen."""
        return cls(
            initial={
                "time_zone": person.time_zone,
                "theme": person.theme,
                "shortcuts": person.shortcuts,
                "weekly_hours": f"{person.weekly_minutes / 60:g}",
            }
        )

    @property
    def weekly_minutes(self) -> int:
        """The hours as whole minutes."""
        minutes: int = round(self.cleaned_data["weekly_hours"] * 60)
        return minutes
