"""Taking CSV files out of a ZIP: counted while they are written, never past a limit.

Names inside an archive are only looked at; files are written under names of our own.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.limits import LIMITS, Limits

_CHUNK = 1 << 20
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One file taken out: where it lies now, and what it was called inside."""

    path: Path
    name: str


def is_archive(path: Path) -> bool:
    """Whether the file begins as a ZIP does (also one that is cut off)."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def unpack(
    path: Path,
    into: Path,
    *,
    wanted: Callable[[str], bool],
    limits: Limits = LIMITS,
) -> list[Unpacked]:
    """Write every wanted entry below `into`, numbered, and answer where.

    Raises TableRefused for a damaged, encrypted or bloated archive, and for one that names a
    place outside itself, before anything is written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            chosen = list(_checked(archive, path, wanted=wanted, limits=limits))
            into.mkdir(parents=True, exist_ok=True)
            return [
                Unpacked(_extract(archive, entry, into / f"{path.stem[:40]}-{place:04d}.csv"), name)
                for place, (entry, name) in enumerate(chosen)
            ]
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise TableRefused(
            "zip", f"the archive is damaged or of an unknown kind ({error})", file=path.name
        ) from None


def check_workbook(path: Path, *, limits: Limits = LIMITS) -> None:
    """Refuse a workbook whose parts unfold to more than the limits."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        raise TableRefused("xlsx", "the workbook is damaged or cut off", file=path.name) from None
    unfolded = sum(entry.file_size for entry in entries)
    if unfolded > limits.workbook_bytes:
        raise TableRefused(
            "bomb", f"the workbook unfolds to {_size(unfolded)}; save it as CSV", file=path.name
        )
    _check_bloat(entries, path, limits)


def _checked(
    archive: zipfile.ZipFile, path: Path, *, wanted: Callable[[str], bool], limits: Limits
) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    entries = archive.infolist()
    if len(entries) > limits.archive_entries:
        raise TableRefused(
            "entries",
            f"{len(entries):,} entries; {limits.archive_entries:,} are taken",
            file=path.name,
        )
    _check_bloat(entries, path, limits)
    for entry in entries:
        name = _safe_name(entry, path)
        if not entry.is_dir() and wanted(name):
            if entry.flag_bits & _ENCRYPTED:
                raise TableRefused("password", f"{name} has a password", file=path.name)
            yield entry, name


def _check_bloat(entries: list[zipfile.ZipInfo], path: Path, limits: Limits) -> None:
    unfolded = sum(entry.file_size for entry in entries)
    packed = max(1, path.stat().st_size)
    if unfolded > limits.archive_bytes:
        raise TableRefused("bomb", f"the archive unfolds to {_size(unfolded)}", file=path.name)
    if unfolded > limits.ratio_free_bytes and unfolded > packed * limits.archive_ratio:
        raise TableRefused(
            "bomb",
            f"the archive unfolds to {unfolded // packed:,} times its size, as a ZIP bomb does",
            file=path.name,
        )


def _safe_name(entry: zipfile.ZipInfo, path: Path) -> str:
    name = entry.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    outside = name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":")
    if outside or stat.S_ISLNK(entry.external_attr >> 16):
        raise TableRefused(
            "traversal",
            f"an entry points outside the archive ({name[:60]!r})",
            file=path.name,
        )
    return name


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> Path:
    written = 0
    with archive.open(entry) as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            # The directory's own word on the size was counted; more than that is a lie.
            if written > entry.file_size:
                raise TableRefused("bomb", f"{entry.filename} is longer than the archive says")
            file.write(chunk)
    return target


def _size(count: int) -> str:
    return f"{count / 1024**3:,.1f} GiB"
