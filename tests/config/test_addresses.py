"""The table of addresses: nothing is loaded before it is asked for, and every page is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.urls import resolve, reverse

from sightline.web.gate import declared_urls
from tests.web.test_permission_matrix import PARAMETER, address

PROGRAM = """
import sys
from sightline.config import warming, wsgi  # noqa: F401
from django.urls import resolve

def pages():
    return {name.split(".")[3] for name in sys.modules
            if name.startswith("sightline.web.pages.") and name.endswith(".urls")}

resolve("/people/sign-in")
assert pages() == {"people"}, pages()
assert "numpy" not in sys.modules
warming.load_all()
assert {"plan", "portfolio", "sync"} <= pages(), pages()
heavy = {"httpx", "jwt", "rich", "duckdb", "ibis", "pyarrow", "pandas"} & set(sys.modules)
assert not heavy, heavy
"""


def test_a_new_web_process_loads_the_page_asked_for_and_then_the_others_without_engines(
    tmp_path: Path,
) -> None:
    environment = {**os.environ, "SIGHTLINE_DATA": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    environment["DJANGO_SETTINGS_MODULE"] = "sightline.config.settings"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_no_page_stands_before_another_ones_address() -> None:
    for url in declared_urls():
        if "." in url.name:
            continue  # has no name of its own to ask by
        assert resolve(address(url)).view_name == url.name
        if not PARAMETER.search(url.route):
            assert reverse(url.name) == "/" + url.route
