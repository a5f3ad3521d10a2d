"""One change for several people: all or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction


def for_each(contact_ids: Iterable[int], act: Callable[[int], object]) -> None:
    """Do `act` for every contact in key order, in one transaction."""
    with transaction.atomic():
        for contact_id in sorted(set(contact_ids)):
            act(contact_id)
