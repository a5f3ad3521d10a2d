"""A deployment: a zip of metadata, checked component by component, then loaded as a whole.

Objects with their fields, record types, rules and list views, and permission sets change the org.
Report types, tabs and layouts are checked to be well formed and kept by name: nothing here shows
them. Anything else is refused, so that nobody takes it for deployed.
"""

from __future__ import annotations

import io
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sightline_sandbox.loading import (
    metadata,
    metadata_out,
    metadata_removal,
    permission_sets,
)
from sightline_sandbox.loading.metadata import MetadataError
from sightline_sandbox.loading.metadata_fields import Node, field_entry
from sightline_sandbox.org import Org

#: Parts of an object that are components of their own.
OBJECT_PARTS = {element: kind for kind, element in metadata_out.PARTS.items()}
#: Folders of a package: suffix and type.
FOLDERS = {folder: (suffix, kind) for kind, (folder, suffix) in metadata_out.FILES.items()}


@dataclass(frozen=True, slots=True)
class Component:
    """One thing deployed. `problem` says why it was refused."""

    kind: str
    name: str
    file: str
    problem: str | None = None
    deleted: bool = False


def deploy(
    org: Org, db: sqlite3.Connection, archive: bytes, *, check_only: bool
) -> list[Component]:
    """Check every component, and load all when none is refused. Raises MetadataError for no zip."""
    with tempfile.TemporaryDirectory() as name:
        root = _unpack(archive, Path(name))
        coming = frozenset(_coming(root))
        found = [*_object_components(org, root, coming), *_other_components(org, root, coming)]
        gone = list(_destructive(org, db, root))
        if not check_only and not any(one.problem for one in [*found, *gone]):
            _load(org, db, root, found)
            for one in gone:
                metadata_removal.remove(org, db, one.kind, one.name)
    return [*found, *gone]


def _destructive(org: Org, db: sqlite3.Connection, root: Path) -> Iterator[Component]:
    """What the package takes away: the members of its `destructiveChanges` manifests."""
    for path in sorted(root.glob("destructiveChanges*.xml")):
        for raw in metadata.parse(path).all("types"):
            kind = Node(raw).text("name")
            known = {name.lower() for name in metadata_out.names(org, db, kind)}
            for name in raw.get("members", []):
                missing = str(name).lower() not in known
                said = f"No {kind} named: {name} found" if missing else None
                yield Component(kind, str(name), path.name, said, deleted=True)


def _unpack(archive: bytes, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as package:
            for item in package.infolist():
                target = (folder / item.filename).resolve()
                if not target.is_relative_to(folder.resolve()):
                    raise MetadataError(f"{item.filename} leaves the package")
            package.extractall(folder)
    except zipfile.BadZipFile:
        raise MetadataError("the package is no zip file") from None
    manifests = sorted(folder.rglob("package.xml"))
    if not manifests:
        raise MetadataError("No package.xml found")
    return manifests[0].parent


def _files(root: Path, folder: str, suffix: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((root / folder).glob(f"*.{suffix}")):
        yield path.name.removesuffix(f".{suffix}"), path


def _coming(root: Path) -> Iterator[str]:
    """Names of the objects and fields in the package, in lower case."""
    for name, path in _files(root, "objects", "object"):
        yield name.lower()
        owners = metadata.ACTIVITIES if name == "Activity" else (name,)
        for raw in metadata.parse(path).all("fields"):
            for owner in owners:
                yield f"{owner}.{Node(raw).text('fullName')}".lower()


def _object_components(org: Org, root: Path, coming: frozenset[str]) -> Iterator[Component]:
    for name, path in _files(root, "objects", "object"):
        file = f"objects/{path.name}"
        node = metadata.parse(path)
        known = name == "Activity" or org.schema.find(name) is not None
        own = name.endswith("__c") and bool(node.text("label"))
        if own:
            yield Component("CustomObject", name, file)
        elif not known:
            problem = f"Entity Enumeration Or ID: bad value for restricted picklist field: {name}"
            yield Component("CustomObject", name, file, problem)
        for part, kind in OBJECT_PARTS.items():
            for raw in node.all(part):
                one = Node(raw)
                wrong = _field_problem(org, one, coming) if kind == "CustomField" else None
                yield Component(kind, f"{name}.{one.text('fullName')}", file, wrong)


def _field_problem(org: Org, field: Node, coming: frozenset[str]) -> str | None:
    if not field.text("fullName").endswith("__c"):
        return None
    try:
        field_entry(field)
    except ValueError as error:
        return str(error)
    target = field.text("referenceTo")
    if target and org.schema.find(target) is None and target.lower() not in coming:
        return f"referenceTo value of '{target}' does not resolve to a valid sObject type"
    return None


def _other_components(org: Org, root: Path, coming: frozenset[str]) -> Iterator[Component]:
    for folder in sorted(p.name for p in root.iterdir() if p.is_dir() and p.name != "objects"):
        if folder not in FOLDERS:
            yield Component(folder, folder, folder, "this sandbox does not take such metadata")
            continue
        suffix, kind = FOLDERS[folder]
        for name, path in _files(root, folder, suffix):
            node = metadata.parse(path)
            problems = (
                permission_sets.unknown_names(org, node, coming)
                if (kind == "PermissionSet")
                else _unknown_base(org, kind, node, coming)
            )
            yield Component(kind, name, f"{folder}/{path.name}", "; ".join(problems) or None)


def _unknown_base(org: Org, kind: str, node: Node, coming: frozenset[str]) -> list[str]:
    base = node.text("baseObject") if kind == "ReportType" else ""
    if base and org.schema.find(base) is None and base.lower() not in coming:
        return [f"Invalid Base Object: {base}"]
    return []


def _load(org: Org, db: sqlite3.Connection, root: Path, found: list[Component]) -> None:
    if (root / "objects").is_dir():
        metadata.load(org, db, root)
    for name, path in _files(root, "permissionsets", "permissionset"):
        permission_sets.put(org, db, name, metadata.parse(path))
    org.forget_viewers()
    for folder, (suffix, kind) in FOLDERS.items():
        for name, path in _files(root, folder, suffix):
            metadata_out.keep_source(org, db, kind, name, metadata.parse(path).raw)
    now = org.clock.stamp()
    for one in found:
        body = {"kind": one.kind, "name": one.name, "file": one.file, "date": now}
        org.documents.put(db, "component", f"{one.kind}.{one.name}", body)
