"""The week of Monday's tests, for its mail."""

from tests.web.monday.conftest import Week, week

__all__ = ["Week", "week"]
