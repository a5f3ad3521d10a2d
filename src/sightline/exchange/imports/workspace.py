"""The folder of one import: its uploads, its staging, its undo file and its refused rows."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings


class Workspace:
    """Places inside one import's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def of(cls, run_id: int) -> Workspace:
        """The folder of a run below SIGHTLINE_DATA/uploads."""
        return cls(Path(settings.SIGHTLINE_UPLOADS) / "imports" / str(run_id))

    @property
    def incoming(self) -> Path:
        """Where uploads lie."""
        return self.root / "incoming"

    @property
    def staging(self) -> Path:
        """The staged rows."""
        return self.root / "staging.sqlite3"

    @property
    def undo(self) -> Path:
        """What to take back."""
        return self.root / "undo.sqlite3"

    @property
    def refused(self) -> Path:
        """Refused rows, one CSV file for each file that had some."""
        return self.root / "refused"

    def make(self) -> Path:
        """Make the folder, readable by its owner only."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.root

    def clear_staging(self) -> None:
        """Begin the staging anew."""
        self.staging.unlink(missing_ok=True)
        for folder in (self.refused, self.root / "unpacked", self.root / "lines"):
            shutil.rmtree(folder, ignore_errors=True)

    def remove(self) -> None:
        """Delete everything."""
        shutil.rmtree(self.root, ignore_errors=True)
