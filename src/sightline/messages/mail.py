"""Mail: Monday's week and the notices that wait, as plain text and HTML in one message.

Sent by Django's backend: SMTP where SIGHTLINE_EMAIL_URL is set, else files under the data folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.messages.acts import WeekSaid, address
from sightline.messages.notices import NoticeSaid


def send_week(to: str, week: WeekSaid, *, reference: str) -> None:
    """Monday's mail. Raises OSError where the server cannot be reached or refuses."""
    first = week.acts[0]
    subject = f"{first.account}: {first.act}"
    more = len(week.acts) - 1
    if more:
        subject += " " + ngettext("(and %(n)d more)", "(and %(n)d more)", more) % {"n": more}
    _send(to, subject, "monday", {"week": week}, reference=reference)


def send_notices(to: str, name: str, notices: Sequence[NoticeSaid], *, reference: str) -> None:
    """One mail with everything that was due at the same time. Raises as `send_week`."""
    if len(notices) == 1:
        subject = f"{notices[0].account}: {notices[0].act}"
    else:
        subject = _("%(n)d things for you on %(account)s and others") % {
            "n": len(notices),
            "account": notices[0].account,
        }
    words = {"name": name, "notices": notices, "settings": address("/messages/")}
    _send(to, subject, "notices", words, reference=reference)


def _send(to: str, subject: str, template: str, words: dict[str, Any], *, reference: str) -> None:
    """One message; its id is made of the reference, so that a repeat is known as one."""
    sender = parseaddr(str(settings.DEFAULT_FROM_EMAIL))[1]
    domain = sender.rpartition("@")[2] or "localhost"
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:200],
        body=render_to_string(f"mail/{template}.txt", words),
        to=[to],
        headers={
            "Message-ID": f"<{reference}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string(f"mail/{template}.html", words), "text/html")
    mail.send()
