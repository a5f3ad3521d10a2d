"""The mail with the link to a new password.

The link is made when the mail is sent: no row of the database ever holds one.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from sightline.actions.people import password_link


@sensitive_variables("found", "link", "words", "text")
def send_password_link(sign_in_id: int) -> bool:
    """Send the link to a person's own address; answers whether there was anybody to send it to.

    Raises OSError where the mail server cannot be reached or refuses the mail.
    """
    found = password_link(sign_in_id)
    if found is None:
        return False
    link = reverse("people:password-renew", args=[found.uid, found.token])
    words = {"name": found.name, "link": settings.SIGHTLINE_URL.rstrip("/") + link}
    text = render_to_string("people/password_mail.txt", words)
    send_mail(_("A new password for Sightline"), text, None, [found.email])
    return True
