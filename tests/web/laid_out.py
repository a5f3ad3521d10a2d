"""A page's markup as one line: how a template is laid out is nothing that a test holds."""

from __future__ import annotations

import re


def one_line(markup: str) -> str:
    """White space as one space, and none beside a tag's ends."""
    return re.sub(r" ?([<>]) ?", r"\1", re.sub(r"\s+", " ", markup))
