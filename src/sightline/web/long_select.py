"""A choice among hundreds, as time zones are: the markup of a select, written at once.

Django draws three templates for every choice; with five hundred of them that is most of the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sightline.web import marks_html as html


class LongSelect(forms.Select):
    """For choices without groups of which one is chosen."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        """The select with its choices."""
        told = {"name": name, **self.build_attrs(self.attrs, dict(attrs or {}))}
        chosen = (self.format_value(value) or [""])[0]
        offered = ((str(key), str(words)) for key, words in self.choices)
        return format_html("<select{}>{}</select>", flatatt(told), html.options(offered, chosen))
