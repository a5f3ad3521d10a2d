"""`{% url %}` of every template, without being loaded: Django's, with pages' addresses kept."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode, url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from sightline.web.addresses import address

register = template.Library()


class Address(URLNode):
    """An address whose page is named by keys alone; anything else is left to Django."""

    def render(self, context: Any) -> str:
        """As Django draws it."""
        keys = [key.resolve(context) for key in self.args]
        if self.kwargs or any(type(key) is not int for key in keys):
            return super().render(context)
        try:
            found = address(self.view_name.resolve(context), *keys)
        except NoReverseMatch:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag(name="url")
def kept_url(parser: Parser, token: Token) -> Address:
    """`{% url "plan:show" account.id %}`."""
    node = url(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)
