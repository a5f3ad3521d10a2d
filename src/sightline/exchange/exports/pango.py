"""Whether PDF can be made here: WeasyPrint sets type with Pango, which the machine brings and pip does not."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext as _

from sightline.planning.errors import PlanningError


def is_here() -> bool:
    """Whether the libraries are found. Loads them, which takes half a second."""
    try:
        import_module("weasyprint")
    except OSError:
        return False
    return True


def require() -> None:
    """Raises `PlanningError` that says what to install."""
    if not is_here():
        raise PlanningError(
            _(
                "PDF needs Pango, which this machine does not have. On Debian: apt install "
                "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. On macOS: brew install pango. "
                "Then start Sightline again."
            )
        )
