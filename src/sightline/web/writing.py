"""A form of several fields that one verb keeps: what a rule refuses stands on the form again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from django import forms
from django.utils.translation import gettext as _

from sightline.planning.errors import NotAllowed, PlanningError


class _Stale(Protocol):
    theirs: Mapping[str, Any]


def keep_form(
    form: forms.Form, write: Callable[[], int], *, stale: type[PlanningError]
) -> tuple[int | None, int]:
    """The id of what was kept, else None with the status: 409 where somebody was quicker, 422 where
    a rule refuses. `stale` is the error that carries the newer version in `theirs`; typing stays,
    and the next save is on top of it. Raises NotAllowed."""
    try:
        return write(), 200
    except NotAllowed:
        raise
    except stale as quicker:
        form.add_error(None, _("%s Look at it in another window, then save again.") % quicker)
        theirs = cast(_Stale, quicker).theirs
        form.data = {**form.data.dict(), "version": str(theirs["version"])}  # type: ignore[attr-defined]
        return None, 409
    except PlanningError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None, 422
