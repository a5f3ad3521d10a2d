"""People who were erased on request: their outside ids are kept as keyed hashes and skipped."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings

from sightline.actions.imports.lookups import IncomingRow
from sightline.records.models import ErasedOutsideId


def digest_of(outside_id: str) -> str:
    """The keyed hash under which an erased person's outside id is kept."""
    key = str(settings.SECRET_KEY).encode()
    return hmac.new(key, f"erased:{outside_id}".encode(), hashlib.sha256).hexdigest()


def erased_among(rows: Sequence[IncomingRow]) -> frozenset[str]:
    """The ids among these rows that belong to erased people."""
    if not ErasedOutsideId.objects.exists():
        return frozenset()
    digests = {digest_of(row.key): row.key for row in rows}
    found = ErasedOutsideId.objects.filter(digest__in=digests).values_list("digest", flat=True)
    return frozenset(digests[one] for one in found)
