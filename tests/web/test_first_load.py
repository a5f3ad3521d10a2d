"""The first visit is light: page, styles and scripts under 150 KB compressed, without fonts."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests import makers

pytestmark = pytest.mark.django_db
BUDGET = 150_000
STATIC = Path(str(finders.find("css/base.css"))).parents[1]


def first_load(client: Client, path: str) -> tuple[int, list[str]]:
    body = client.get(path).content
    named = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', body.decode())
    assets = [unquote(each) for each in named]
    sizes = [len(gzip.compress((STATIC / asset).read_bytes(), 6)) for asset in assets]
    return len(gzip.compress(body, 6)) + sum(sizes), assets


@pytest.mark.parametrize("path", ["/people/settings", "/gallery"])
def test_the_first_load_keeps_its_budget(client: Client, path: str) -> None:
    client.force_login(makers.sign_in("operations"))
    size, assets = first_load(client, path)
    assert any(asset.startswith("vendor/htmx@") for asset in assets)
    assert len(assets) >= 10
    assert size <= BUDGET


def test_every_script_of_ours_stays_under_250_lines() -> None:
    for script in (STATIC / "js").rglob("*.js"):
        assert len(script.read_text().splitlines()) <= 250, script.name


def test_htmx_is_the_pinned_version_with_its_licence() -> None:
    folder = STATIC / "vendor" / "htmx@4.0.1"
    assert "4.0.1" in (folder / "htmx.min.js").read_text()
    assert (folder / "LICENSE").exists()


def test_the_font_carries_its_licence() -> None:
    assert "SIL Open Font License" in next(STATIC.glob("vendor/inter@*/LICENSE")).read_text()


def test_styles_lie_in_layers_and_use_no_colour_of_their_own() -> None:
    for sheet in (STATIC / "css").rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        if sheet.name == "two_pages.css":  # for paper too, where there are no layers and one look
            continue
        assert "@layer" in text, sheet.name
        if sheet.name != "tokens.css":
            colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", text))
            assert colours <= {"#fff", "#toasts", "#add"}, (sheet.name, colours)


def test_templates_hold_no_style_and_no_script_of_their_own() -> None:
    for template in STATIC.parent.joinpath("templates").rglob("*.html"):
        if template.parent.name == "mail":  # mail programs know inline styles only
            continue
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|\shx-on|js:|\son(?!e=)[a-z]+=", text), template.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template.name
