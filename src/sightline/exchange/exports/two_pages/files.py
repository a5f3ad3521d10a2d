"""Where printed plans and maps wait to be fetched, and for how long."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

KEPT = timedelta(days=7)
KINDS = {
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished file and the name it is fetched under."""

    path: Path
    content_type: str


def folder() -> Path:
    """The folder of printed plans and maps below SIGHTLINE_DATA."""
    place = Path(settings.SIGHTLINE_DATA) / "prints"
    place.mkdir(parents=True, exist_ok=True)
    return place


def kept_print(job_id: int) -> Kept | None:
    """The file of a finished print; None where it is gone."""
    for suffix, kind in KINDS.items():
        path = folder() / f"{job_id}{suffix}"
        if path.is_file():
            return Kept(path, kind)
    return None


def keep_pdf(job_id: int, pdf: bytes) -> None:
    """Keep one plan's PDF; whole or not at all."""
    keep_file(job_id, ".pdf", pdf)


def keep_file(job_id: int, suffix: str, content: bytes) -> None:
    """Keep one file of a kind that can be fetched; whole or not at all."""
    with whole(folder() / f"{job_id}{suffix}") as path:
        path.write_bytes(content)


def keep_zip(job_id: int, papers: Iterable[tuple[str, bytes]]) -> None:
    """Keep many, each under its name; of two equal names the second gets a number."""
    used: set[str] = set()
    with (
        whole(folder() / f"{job_id}.zip") as path,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, content in papers:
            archive.writestr(_free(name, used), content)


def file_name(account: str, label: str) -> str:
    """`Helvion-Industries-FY2027.pdf`: letters and digits of any script, nothing else."""
    plain = unicodedata.normalize("NFKC", f"{account} {label}")
    words = re.sub(r"[^\w]+", "-", plain).strip("-_")
    return f"{words[:80] or 'plan'}.pdf"


def forget_old(*, now: datetime) -> int:
    """Delete what was printed more than a week ago; answers how many. Safe to run twice."""
    gone = 0
    for path in folder().iterdir():
        if path.is_file() and path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def forget_all() -> int:
    """Delete everything that was printed: nobody can tell whom a drawn page names. Each can be made
    again; answers how many. Safe to run twice."""
    gone = [path for path in folder().iterdir() if path.is_file()]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _free(name: str, used: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    number, free = 2, name
    while free.casefold() in used:
        free, number = f"{stem}-{number}{dot}{suffix}", number + 1
    used.add(free.casefold())
    return free


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place to write what stands at `path` only once all of it is written."""
    part = path.with_suffix(".part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
