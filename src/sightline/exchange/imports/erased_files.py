"""Import files that name an erased person: their folders go, whatever the format inside.

An import whose folder went can no longer be taken back; that is said, and it is the lesser harm.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from sightline.actions.imports import runs
from sightline.exchange.imports.workspace import Workspace

PIECE = 1 << 20
LONGEST = 512


def forget_files(root: Path, needles: Sequence[str]) -> int:
    """Remove every import's folder below `root` in which any needle stands; answers how many."""
    wanted = [code for one in needles for code in _codings(one)]
    if not wanted or not root.is_dir():
        return 0
    went = 0
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if any(_names(path, wanted) for path in folder.rglob("*") if path.is_file()):
            Workspace(folder).remove()
            if folder.name.isdecimal():
                runs.forget(int(folder.name))
            went += 1
    return went


def _codings(needle: str) -> set[bytes]:
    """The words as files may hold them; JSON and XML write some letters in another way."""
    texts = {needle, needle.encode("unicode_escape").decode()}
    texts.add(needle.encode("ascii", "xmlcharrefreplace").decode())
    found = {text.encode("utf-8") for text in texts} | {needle.encode("utf-16-le")}
    with suppress(UnicodeEncodeError):
        found.add(needle.encode("cp1252"))
    return {one.lower() for one in found}


def _names(path: Path, wanted: Sequence[bytes]) -> bool:
    with path.open("rb") as file:
        if _holds(file, wanted):
            return True
    return zipfile.is_zipfile(path) and any(_holds(file, wanted) for file in _members(path))


def _members(path: Path) -> Iterator[IO[bytes]]:
    """What lies in an archive or a workbook. A damaged one holds nothing that could be read."""
    with (
        suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError),
        zipfile.ZipFile(path) as held,
    ):
        for name in held.namelist():
            with held.open(name) as file:
                yield file


def _holds(file: IO[bytes], wanted: Sequence[bytes]) -> bool:
    """Whether any of the words stands in a stream, in any case of letters; bounded memory."""
    tail = b""
    while piece := file.read(PIECE):
        window = (tail + piece).lower()
        if any(one in window for one in wanted):
            return True
        tail = window[-LONGEST:]
    return False
