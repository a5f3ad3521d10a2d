"""Uploaded files into the import's own folder, under names of ours."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

_OTHER = re.compile(r"[^\w.() -]+")


def keep(files: Sequence[UploadedFile[Any]], folder: Path) -> tuple[Path, ...]:
    """Move the uploads into a folder; answers where they lie, in the order given."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_keep(one, folder, place) for place, one in enumerate(files))


def _keep(upload: UploadedFile[Any], folder: Path, place: int) -> Path:
    own = folder / str(place)
    own.mkdir(exist_ok=True)
    target = own / safe_name(str(upload.name))
    if isinstance(upload, TemporaryUploadedFile):
        shutil.move(upload.temporary_file_path(), target)
        return target
    with target.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return target


def safe_name(name: str) -> str:
    """The last part of a name without anything that means something to a file system."""
    last = Path(name.replace("\\", "/")).name
    return _OTHER.sub("_", last).lstrip(".")[-100:] or "file.csv"
