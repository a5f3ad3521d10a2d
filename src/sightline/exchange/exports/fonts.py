"""The faces that papers are set in, from our own files: nothing is fetched."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders

# two families, because the writer asks the first face of a family alone for a letter
FACES = (
    ("Inter", "inter-latin-wght-normal.woff2"),
    ("Inter Extended", "inter-latin-ext-wght-normal.woff2"),
)
FAMILIES = "Inter, 'Inter Extended', sans-serif"


def faces() -> str:
    """Style rules that name each face and where it lies."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: 100 900; '
        f'src: url("{_file(file).as_uri()}") format("woff2"); }}'
        for family, file in FACES
    )


def _file(name: str) -> Path:
    found = finders.find(f"vendor/inter@5.3.0/{name}")
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found)
