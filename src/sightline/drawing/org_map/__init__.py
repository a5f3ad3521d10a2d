"""The map of a customer's people: who reports to whom, who influences or blocks whom.

One drawing serves the screen, the PDF and people without script; moving somebody is a form post.
"""

from sightline.drawing.org_map.draw import Words, org_map
from sightline.drawing.org_map.layout import HEIGHT, WIDTH, Layout, Node, Tie, arrange

__all__ = ["HEIGHT", "WIDTH", "Layout", "Node", "Tie", "Words", "arrange", "org_map"]
