"""The job `two_pages`: print plans for one person, as one PDF or a zip of them.

Safe to run twice: the file is made anew under the same name. Each plan is composed with the
rights its reader has when it runs; one that cannot be printed is named in the zip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sightline.exchange.exports import pango
from sightline.exchange.exports.two_pages import files
from sightline.exchange.exports.two_pages.compose import paper_of
from sightline.jobs.handle import JobHandle
from sightline.planning.errors import PlanningError
from sightline.records.queries import exports
from sightline.records.scoping import Person

if TYPE_CHECKING:
    from sightline.exchange.exports.two_pages.printing import Printer


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Print what was asked for; progress counts plans."""
    reader = exports.reader_of(int(payload["person"]))
    if reader is None:
        raise PlanningError("The person who asked for this may not come in any more.")
    pango.require()
    from sightline.exchange.exports.two_pages.printing import Printer

    printer = Printer()
    wanted = [int(pk) for pk in payload["accounts"]]
    job.progress(0, len(wanted), _("Reading the plan"))
    if len(wanted) == 1:
        paper = paper_of(reader, wanted[0], now=timezone.now())
        files.keep_pdf(job.job_id, printer.make(paper).pdf)
    else:
        files.keep_zip(job.job_id, _papers(printer, reader, wanted, job))
    job.progress(len(wanted), len(wanted), _("Printed"))


def _papers(
    printer: Printer, reader: Person, wanted: list[int], job: JobHandle
) -> Iterator[tuple[str, bytes]]:
    refused = []
    for done, account_id in enumerate(wanted):
        job.progress(done, len(wanted), _("Printing plans"))
        try:
            paper = paper_of(reader, account_id, now=timezone.now())
            pdf = printer.make(paper).pdf
        except PlanningError as problem:
            refused.append(f"{account_id}: {problem}")
            continue
        yield files.file_name(paper.account, paper.short_title), pdf
    if refused:
        yield _("not-printed.txt"), "\n".join(refused).encode()
