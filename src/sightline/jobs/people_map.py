"""The job `people_map`: draw a map that waits as PDF or slides.

Safe to run twice: the file is made anew under the same name, as long as the map waits. The map is
taken away once drawn, or when somebody on it is erased: then there is nothing to draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from sightline.exchange.exports import pango
from sightline.exchange.exports.people_map import waiting
from sightline.exchange.exports.people_map.paper import MapPaper
from sightline.exchange.exports.two_pages import files
from sightline.jobs.handle import JobHandle
from sightline.planning.errors import PlanningError


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Draw what was asked for; progress counts people drawn on slides."""
    token, kind = str(payload["paper"]), str(payload["kind"])
    if files.kept_print(job.job_id) is not None:
        return
    paper = waiting.take(token)
    if paper is None:
        raise PlanningError("The map is not there any more. Take it out again.")
    content = _drawn(paper, kind, job)
    if not waiting.forget(token):
        raise PlanningError("Somebody on the map was erased meanwhile. Take it out again.")
    files.keep_file(job.job_id, f".{kind}", content)


def _drawn(paper: MapPaper, kind: str, job: JobHandle) -> bytes:
    # what writes a file is slow to load, and a worker may never be asked for one
    words, total = _("Drawing the map"), len(paper.nodes)
    if kind == "pdf":
        pango.require()
        from sightline.exchange.exports.people_map.pdf import pdf_of

        job.progress(0, None, words)
        return pdf_of(paper)
    from sightline.exchange.exports.people_map.slides import slides_of

    job.progress(0, total, words)
    return slides_of(paper, told=lambda done: job.progress(done, total, words))
