"""Bringing an org up: found it, load what was asked for, open the first session."""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_sandbox.loading import export, founding, metadata
from sightline_sandbox.oauth.apps import DEFAULT_APP, ensure_default_app
from sightline_sandbox.org import Org

if TYPE_CHECKING:
    from sightline_sandbox.application import Sandbox

_ORG_NAME = "Sightline Sandbox"
_ANY_WRITE = 0o222


def storage_folder(data: Path) -> Path:
    """Where the org's file lives: in the data folder, or aside when that is not for writing.

    The folder's own mode counts even for root, who could write anywhere.
    """
    if not data.exists() and data.suffix != ".zip":
        data.mkdir(parents=True)
    if data.is_dir() and os.access(data, os.W_OK) and data.stat().st_mode & _ANY_WRITE:
        return data
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"sightline-sandbox-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def prepare(
    org: Org,
    data: Path,
    *,
    loads: tuple[Path, ...],
    metadata: tuple[Path, ...],
    samples: bool | None,
) -> Iterator[str]:
    """Found and fill a new org; an old one only takes new metadata. Yields lines to print."""
    fresh = not founding.is_founded(org)
    if fresh:
        founding.found(org, name=_ORG_NAME)
    for folder in metadata:
        yield _metadata(org, folder)
    if not fresh:
        return
    sources = [data] if export.has_export(data) else []
    sources += loads
    if samples or (samples is None and not sources):
        with resources.as_file(resources.files("sightline_sandbox") / "samples") as folder:
            yield from _load(org, folder)
    for source in sources:
        yield from _load(org, source)


def _metadata(org: Org, folder: Path) -> str:
    with org.database.writing() as db:
        added = metadata.load(org, db, folder)
    return f"metadata: {added.objects} objects, {added.fields} fields, {added.rules} rules"


def _load(org: Org, source: Path) -> Iterator[str]:
    started = time.monotonic()
    loaded = export.load(org, source)
    counts = ", ".join(f"{count} {name}" for name, count in sorted(loaded.rows.items()))
    yield f"loaded: {counts} in {time.monotonic() - started:.1f} s"
    for name, reason in loaded.ignored.items():
        yield f"not loaded: {name}: {reason}"


def token_for(sandbox: "Sandbox", user: str | None, token: str | None) -> str:
    """Open the session whose token is printed: the administrator's unless a user is named."""
    with sandbox.org.database.writing() as db:
        row = db.execute(
            'SELECT "Id" FROM "User" WHERE "Username" = ? OR "Id" = ? OR substr("Id", 1, 15) = ?',
            (user or founding.ADMIN, user, user),
        ).fetchone()
        if row is None:
            raise click.ClickException(f"no user {user}")
        return sandbox.sessions.open(db, row[0], app="command line", token=token).token


def app_lines(sandbox: "Sandbox") -> list[str]:
    """The ready-made client app, as printed at start."""
    with sandbox.org.database.writing() as db:
        app = ensure_default_app(sandbox.org, db)
    return [
        f"client id: {DEFAULT_APP}",
        f"client secret: {app['secret']}",
    ]
