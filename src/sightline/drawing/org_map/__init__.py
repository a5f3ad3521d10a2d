"""The map of a customer's people: who reports to whom, who influences or blocks whom.

One drawing serves the screen, the PDF and people without script; moving somebody is a form post.
"""

from sightline.drawing.org_map.draw import Words, name_room, org_map
from sightline.drawing.org_map.grouped import arrange_plot, arrange_units
from sightline.drawing.org_map.layout import (
    HEIGHT,
    WANTED,
    WIDTH,
    Frame,
    Layout,
    Node,
    Tie,
    arrange,
)

__all__ = [
    "HEIGHT",
    "WANTED",
    "WIDTH",
    "Frame",
    "Layout",
    "Node",
    "Tie",
    "Words",
    "arrange",
    "arrange_plot",
    "arrange_units",
    "name_room",
    "org_map",
]
