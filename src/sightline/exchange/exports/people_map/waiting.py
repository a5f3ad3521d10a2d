"""Maps that wait to be drawn as a file: what the reader may see, as plain JSON beside the prints.

A map is put together with its reader's rights when it is asked for and drawn by a job; between the
two it lies here, and not in the queue, whose rows are kept for weeks.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from sightline.drawing.org_map import Frame, Layout, Node, Tie, Words
from sightline.drawing.org_map.layout import Rail
from sightline.exchange.exports.people_map.paper import MapPaper
from sightline.exchange.exports.two_pages.files import folder, whole


def leave(paper: MapPaper) -> str:
    """Put a map down; answers what it is taken up with."""
    token = uuid4().hex
    with whole(_place(token)) as path:
        path.write_text(json.dumps(asdict(paper)), encoding="utf-8")
    return token


def take(token: str) -> MapPaper | None:
    """The map as it was put down; None where it is gone."""
    try:
        told = json.loads(_place(token).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return MapPaper(
        **{name: told[name] for name in ("title", "audience", "language")},
        notes=tuple(told["notes"]),
        nodes=tuple(Node(**{**one, "cell": tuple(one["cell"])}) for one in told["nodes"]),
        ties=tuple(Tie(**one) for one in told["ties"]),
        layout=_layout(told["layout"]),
        words=Words(**{**told["words"], "columns": tuple(told["words"]["columns"])}),
    )


def forget(token: str) -> bool:
    """Take a map away; answers whether it was still there."""
    try:
        _place(token).unlink()
    except FileNotFoundError:
        return False
    return True


def _layout(told: dict[str, Any]) -> Layout:
    return Layout(
        **{name: told[name] for name in ("levels", "parents", "width", "height")},
        places={key: (x, y) for key, (x, y) in told["places"].items()},
        rails={key: Rail(**one) for key, one in told["rails"].items()},
        frames=[Frame(**one) for one in told["frames"]],
    )


def _place(token: str) -> Path:
    return folder() / f"map-{token}.json"
