"""A rehearsal: what the verbs would do, done and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rehearsal() -> Iterator[None]:
    """Whatever is written inside is gone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
