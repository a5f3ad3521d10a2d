"""`{% load asks %}`: a question on what is shown, to one person, with a date.

`{% ask account.id "figure" "landing" %}` beside the figure. What stands under `key` is said in
docs/method/asks.md; whoever may not see the thing is refused by the page the link leads to.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sightline.web import marks_html as html
from sightline.web.addresses import address

register = template.Library()


def ask_url(account_id: int, kind: str = "account", key: object = "") -> str:
    """Where a question on one thing of an account is put."""
    put = address("asks:question-put", account_id)
    if kind == "account":
        return put
    return f"{put}?{urlencode({'kind': kind, 'key': str(key)})}"


@register.simple_tag
def ask(
    account_id: int | None, kind: str = "account", key: Any = "", about: str = "", bare: bool = True
) -> SafeString:
    """The link that puts a question: an icon, or with `bare=False` an icon and the word.

    `about` names the thing for those who hear the page; `kind` is account, figure, cell, person or
    play. Without an account there is nothing to ask about, and nothing is drawn.
    """
    if account_id is None:
        return SafeString("")
    said = _("Ask about %(thing)s") % {"thing": about} if about else _("Ask somebody about this")
    return format_html(
        '<a class="btn ask" data-kind="quiet" data-size="small"{} href="{}" title="{}"'
        ' aria-label="{}">{}{}</a>',
        SafeString(" data-icon-only") if bare else "",
        ask_url(account_id, kind, key),
        said,
        said,
        html.icon("question", size="small"),
        "" if bare else _("Ask"),
    )


@register.simple_tag
def ask_cell(
    account_id: int, unit: str, line: str, about: str = "", bare: bool = True
) -> SafeString:
    """The same on a cell: `unit` is its number, or "account" for the account as a whole."""
    return ask(account_id, "cell", f"{unit}-{line}", about=about, bare=bare)
