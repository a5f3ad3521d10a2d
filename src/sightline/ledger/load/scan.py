"""One pass over a file's bytes before it is parsed: what it is, and whether it is safe to read.

Yields the content hash (the import's identity), the text encoding, the delimiter and the header.
Refuses NUL bytes, UTF-16, empty files and headers beyond reason. Memory stays at one chunk.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from sightline.ledger.errors import RefusedInput

_CHUNK = 1 << 20
_MAX_COLUMNS = 1_000
_DELIMITERS = ",;\t|"
_UTF16 = "UTF-16 text; save it as UTF-8 and load it again"
_NOT_TEXT = {
    codecs.BOM_UTF16_LE: _UTF16,
    codecs.BOM_UTF16_BE: _UTF16,
    b"PK\x03\x04": "an Excel workbook or ZIP archive; save the sheet as CSV",
    b"\x1f\x8b": "packed with gzip; unpack it first",
}
_UNUSED_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_PARQUET_MARK = b"PAR1"


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass told."""

    sha256: str
    parquet: bool
    encoding: str = "utf-8"
    delimiter: str = ","
    header: tuple[str, ...] = ()


def scan(path: Path) -> Scan:
    """Read the file once; RefusedInput names what is wrong with it."""
    try:
        with path.open("rb") as file:
            first = file.read(_CHUNK)
    except OSError as error:
        raise RefusedInput(f"{path.name}: cannot be opened ({error.strerror})") from None
    if not first:
        raise RefusedInput(f"{path.name}: the file is empty")
    if first.startswith(_PARQUET_MARK):
        return Scan(sha256=_hash(path), parquet=True)
    for mark, words in _NOT_TEXT.items():
        if first.startswith(mark):
            raise RefusedInput(f"{path.name}: {words}")
    if b"\r" in first and b"\n" not in first:
        raise RefusedInput(f"{path.name}: its lines end in carriage returns alone; save it anew")
    return _scan_text(path, first)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _scan_text(path: Path, first: bytes) -> Scan:
    delimiter, header = _header(path, first)
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            if b"\0" in chunk:
                raise RefusedInput(f"{path.name}: holds NUL bytes; this is not a text file")
            encoding = _encoding(path, chunk, decoder, encoding)
    if encoding == "utf-8" and not _ends_whole(decoder):
        encoding = "cp1252"
    return Scan(digest.hexdigest(), False, encoding, delimiter, header)


def _encoding(path: Path, chunk: bytes, decoder: codecs.IncrementalDecoder, encoding: str) -> str:
    """Still UTF-8, or Windows-1252 from the first byte that UTF-8 does not allow."""
    if encoding == "utf-8":
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            encoding = "cp1252"
    if encoding == "cp1252" and any(byte in chunk for byte in _UNUSED_IN_CP1252):
        raise RefusedInput(f"{path.name}: neither UTF-8 nor Windows-1252 text")
    return encoding


def _ends_whole(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, first: bytes) -> tuple[str, tuple[str, ...]]:
    line = first.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n").split(b"\n", 1)[0].rstrip(b"\r")
    if not line.strip():
        raise RefusedInput(f"{path.name}: the first line is blank; it must name the columns")
    if b"\0" in line:
        raise RefusedInput(f"{path.name}: holds NUL bytes; this is not a text file")
    text = line.decode("cp1252" if _not_utf8(line) else "utf-8", errors="replace")
    delimiter = max(_DELIMITERS, key=text.count)
    if text.count(delimiter) >= _MAX_COLUMNS:
        raise RefusedInput(f"{path.name}: more than {_MAX_COLUMNS} columns in the first line")
    try:
        names = next(csv.reader([text], delimiter=delimiter))
    except csv.Error as error:
        raise RefusedInput(f"{path.name}: the first line cannot be read ({error})") from None
    return delimiter, tuple(names)


def _not_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def transcode(path: Path, target: Path) -> None:
    """Write a Windows-1252 file as UTF-8, chunk by chunk."""
    with (
        path.open("r", encoding="cp1252", newline="") as old,
        target.open("w", encoding="utf-8", newline="") as new,
    ):
        while text := old.read(_CHUNK):
            new.write(text)
