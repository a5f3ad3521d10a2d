"""`{% load i18n %}` of every template: Django's, with words that never change drawn once.

`{% translate "Account" %}` stands in every row of a table and says the same in each. What Django
draws is kept for each language, as long as the process runs; the words of a language are read once
and do not change in it either.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Words(i18n.TranslateNode):
    """Words written in the template itself, without a filter."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop, node.asvar, node.message_context)
        self.kept: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Any) -> str:
        """As Django draws them the first time."""
        told = (get_language(), context.autoescape)
        if told not in self.kept:
            drawn = super().render(context)
            self.kept[told] = context[self.asvar] if self.asvar else drawn
        if self.asvar:
            context[self.asvar] = self.kept[told]
            return ""
        return self.kept[told]


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """`{% translate "Account" %}`; of what is only known when it is drawn, Django's own."""
    node = i18n.do_translate(parser, token)
    said: Any = node.filter_expression
    written = isinstance(getattr(said.var, "literal", None), str) and not said.filters
    return Words(node) if written and node.message_context is None else node
