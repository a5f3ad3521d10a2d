"""Clients from the npm registry, installed once into a cache folder outside the project.

`SIGHTLINE_NPM_CACHE` names the folder; by default one below the user's cache. A Node new enough
for the clients comes from the registry too, as the `node` package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = "node@22"
JSFORCE = "jsforce@3.10.26"
SALESFORCE_CLI = "@salesforce/cli@2.150.6"
_INSTALL_SECONDS = 600


def cache() -> Path:
    """Where the clients are kept."""
    default = Path.home() / ".cache" / "sightline-npm"
    return Path(os.environ.get("SIGHTLINE_NPM_CACHE", default))


def install(name: str, *packages: str) -> Path:
    """The folder with the packages; skips the test, saying why, where they cannot be had."""
    folder = cache() / name
    done = folder / "installed.txt"
    wanted = " ".join(packages)
    if done.exists() and done.read_text() == wanted:
        return folder
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is not installed, so {wanted} cannot be tried")
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["install", "--no-audit", "--no-fund", "--omit=dev", "--prefix", str(folder)]
    result = subprocess.run(
        [npm, *arguments, *packages],
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
        cwd=folder,
    )
    if result.returncode:
        pytest.skip(f"npm could not install {wanted}: {result.stderr[-300:]}")
    done.write_text(wanted)
    return folder


def node(folder: Path) -> str:
    """The Node of a folder."""
    return str(folder / "node_modules" / "node" / "bin" / "node")
