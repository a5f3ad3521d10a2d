"""What the first page adds to the search."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.records.scoping import Person
from sightline.web.nav import Found


def find_start(person: Person, words: str) -> Iterable[Found]:
    """The first page, by its usual names."""
    asked = words.casefold()
    if asked and any(name.startswith(asked) for name in ("start", "tour", "demonstration")):
        yield Found(_("Start: three doors in"), reverse("start:doors"), _("page"), icon="home")


SEARCH = (find_start,)
