"""Which version is current, and the commit of the next one.

`Catalogue` is the whole contract; the web application keeps its own over a database row. The
file catalogue needs no database: a version is one JSON file, and creating it under a name that
must not exist yet is the atomic commit.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from sightline.ledger.errors import LedgerError, StaleVersion
from sightline.ledger.version import LedgerVersion, Part


class Catalogue(Protocol):
    """Keeps ledger versions. Versions are never changed once committed."""

    def current(self) -> LedgerVersion:
        """The newest committed version; the empty ledger (number 0) before the first commit."""

    def commit(self, parts: Iterable[Part], *, expected_version: int) -> LedgerVersion:
        """Make `parts` the next version; StaleVersion if `expected_version` is not current."""

    def get(self, number: int) -> LedgerVersion:
        """One version by number; LedgerError when there is none."""


class FileCatalogue:
    """Versions as files `versions/00000001.json` inside the ledger's folder."""

    def __init__(self, folder: Path) -> None:
        self._versions = folder / "versions"

    def current(self) -> LedgerVersion:
        """The version with the highest number."""
        numbers = [int(path.stem) for path in self._versions.glob("*.json") if path.stem.isdigit()]
        return self.get(max(numbers)) if numbers else LedgerVersion()

    def commit(self, parts: Iterable[Part], *, expected_version: int) -> LedgerVersion:
        """Write the next version whole, then link it under its number: only one writer can."""
        now = self.current().number
        if now != expected_version:
            raise StaleVersion(f"the ledger is at version {now}, not {expected_version}")
        version = LedgerVersion(expected_version + 1, tuple(parts))
        self._versions.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._versions, suffix=".draft")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(version.to_json(), file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, self._path(version.number))
        except FileExistsError:
            raise StaleVersion(f"version {version.number} was committed by another run") from None
        finally:
            Path(draft).unlink(missing_ok=True)
        return version

    def get(self, number: int) -> LedgerVersion:
        """Read one version."""
        if number == 0:
            return LedgerVersion()
        try:
            plain = json.loads(self._path(number).read_text(encoding="utf-8"))
            return LedgerVersion.from_json(plain)
        except FileNotFoundError:
            raise LedgerError(f"the ledger has no version {number}") from None
        except (ValueError, KeyError, TypeError) as error:
            raise LedgerError(f"version {number} of the ledger cannot be read: {error}") from None

    def _path(self, number: int) -> Path:
        return self._versions / f"{number:08d}.json"
