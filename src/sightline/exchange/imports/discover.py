"""Which files of a folder or archive are which object: by name, else by the ids inside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sightline.agreement.identity import canonical_id, object_of
from sightline.agreement.naming import column_key
from sightline.exchange.imports.salesforce import OBJECTS
from sightline.exchange.tables.archive import is_archive, unpack
from sightline.exchange.tables.csvfile import CsvFile, look, records
from sightline.exchange.tables.errors import TableRefused

_MOST_FILES = 5_000
_NOISE = re.compile(r"\d+|export|extract|data|all|backup|copy|final|salesforce|sfdc|[^a-z]")
_ORG = re.compile(r"WE_(00D[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?)", re.IGNORECASE)
_ALSO = {
    "product": "Product2",
    "role": "UserRole",
    "opportunityproduct": "OpportunityLineItem",
    "opportunityline": "OpportunityLineItem",
    "accountteam": "AccountTeamMember",
    "stage": "OpportunityStage",
    "email": "EmailMessage",
    "opportunitie": "Opportunity",
}
_BY_NAME = {_NOISE.sub("", name.lower()): name for name in OBJECTS} | _ALSO
BESIDE = {
    "revenuelines": "revenue-lines",
    "usage": "usage",
    "rates": "rates",
    "activities": "activities",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A readable file and the object that it holds; None where nobody can tell."""

    file: CsvFile
    object: str | None


@dataclass(frozen=True, slots=True)
class Discovered:
    """What lies in a folder or archive. `beside` are files of our own kinds, by kind."""

    found: tuple[Found, ...]
    beside: dict[str, Path]
    mapping: Path | None
    org: str


def discover(paths: Sequence[Path], workspace: Path) -> Discovered:
    """Look at every CSV file in folders and archives. Raises TableRefused where none is.

    Archives are unpacked into `workspace`, CSV files only and counted as they are written.
    """
    found: list[Found] = []
    beside: dict[str, Path] = {}
    mapping: Path | None = None
    org = ""
    for path, name in _files(paths, workspace):
        if path.suffix == ".toml":
            mapping = path if path.name == "mapping.toml" else mapping
            continue
        named = _ORG.search(name)
        org = org or (canonical_id(named[1]) if named else "")
        kind = BESIDE.get(re.sub(r"[^a-z]", "", Path(name).stem.lower()))
        if kind is not None:
            beside[kind] = path
            continue
        if path.stat().st_size == 0:
            raise TableRefused("empty", "the file is empty", file=Path(name).name)
        file = look(path, name=Path(name).name)
        found.append(Found(file, _object(file)))
    if not any(one.object for one in found):
        raise TableRefused(
            "nothing", "no file of a Salesforce export is here; Account.csv is the least"
        )
    return Discovered(tuple(found), beside, mapping, org)


def _files(paths: Sequence[Path], workspace: Path) -> Iterable[tuple[Path, str]]:
    """Every CSV file with the name it is known by; a name carries its archive's before it."""
    count = 0
    for path in _opened(paths):
        if path.suffix.lower() in (".csv", ".txt", ".toml"):
            yield path, path.name
            count += 1
        elif path.suffix.lower() == ".zip" or is_archive(path):
            inside = unpack(path, workspace / "unpacked", wanted=_is_csv)
            yield from ((one.path, f"{path.stem}/{one.name}") for one in inside)
            count += len(inside)
        if count > _MOST_FILES:
            raise TableRefused("files", f"more than {_MOST_FILES:,} files")


def _opened(paths: Sequence[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            inside = (one for one in path.rglob("*") if len(one.relative_to(path).parts) <= 2)
            yield from sorted(one for one in inside if _is_ours(one))
        elif path.is_file():
            yield path
        else:
            raise TableRefused("missing", f"there is no file or folder {path}")


def _is_ours(path: Path) -> bool:
    wanted = path.suffix.lower() in (".csv", ".zip") or path.name == "mapping.toml"
    return wanted and path.is_file() and not path.name.startswith((".", "__MACOSX"))


def _is_csv(name: str) -> bool:
    path = Path(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() == ".csv" and not hidden


def _object(file: CsvFile) -> str | None:
    stem = _NOISE.sub("", Path(file.name).stem.lower())
    for word in (stem, stem.removesuffix("s"), stem.removesuffix("ies") + "y"):
        if word in _BY_NAME:
            return _BY_NAME[word]
    return _by_ids(file)


def _by_ids(file: CsvFile) -> str | None:
    """By the first id in the id column: its first three characters name the object."""
    ids = {"id", "sfid", "recordid"}
    place = next((n for n, name in enumerate(file.header) if column_key(name) in ids), None)
    if place is None:
        return None
    for _, cells in records(file):
        if place < len(cells) and cells[place]:
            named = object_of(cells[place])
            return named if named in OBJECTS else None
    return None
