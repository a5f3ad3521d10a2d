"""The job `suggest`: what every customer may take next, ranked over all. Safe to run twice.

Large grids show the ranking, so they are computed and kept ready after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sightline.actions import kept_grids, suggesting
from sightline.jobs.handle import JobHandle


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Rank as of today, then keep large grids ready."""
    suggesting.rank_all(job=job)
    kept_grids.keep_grids(job=job)
