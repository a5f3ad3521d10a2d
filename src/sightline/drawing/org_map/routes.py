"""How lines run between boxes: reporting lines in right angles, ties around the boxes."""

from __future__ import annotations

from sightline.drawing.org_map.layout import GAP_Y, HEIGHT, WIDTH, Layout
from sightline.drawing.sheet import plain

Corner = tuple[float, float]
RADIUS = 6.0


def report_route(child: str, manager: str, layout: Layout) -> str:
    """From a manager down to a report: along the column's rail, or over the bus between rows."""
    x, y = layout.places[child]
    above_x, above_y = layout.places[manager]
    centre, foot = above_x + WIDTH / 2, above_y + HEIGHT
    rail = layout.rails.get(child)
    if rail is not None:
        head = (
            ""
            if rail.top == foot
            else f"M{plain(centre)} {plain(foot)}V{plain(rail.top)}H{plain(rail.x)}"
        )
        return f"{head}M{plain(rail.x)} {plain(rail.top)}V{plain(y + HEIGHT / 2 - 5)}q0 5 5 5H{plain(x)}"
    own = x + WIDTH / 2
    if abs(centre - own) < 1:
        return f"M{plain(centre)} {plain(foot)}V{plain(y)}"
    middle = foot + GAP_Y / 2
    # a child nearly under its manager has no room for two full bends
    radius = min(RADIUS, abs(own - centre) / 2)
    side = radius if own > centre else -radius
    r = plain(radius)
    s = plain(side)
    return (
        f"M{plain(centre)} {plain(foot)}V{plain(middle - radius)}q0 {r} {s} {r}"
        f"H{plain(own - side)}q{s} 0 {s} {r}V{plain(y)}"
    )


def tie_route(source: Corner, target: Corner) -> str:
    """From one box to another, arriving at an edge and never in the middle of a box."""
    (ax, ay), (bx, by) = source, target
    if abs(ay - by) < HEIGHT:
        return _arc(ax, ay, bx, by)
    if by < ay and abs(ax - bx) > 2.2 * WIDTH:
        return _corridor(ax, ay, bx, by)
    if abs(ax - bx) < 0.75 * WIDTH:
        return _beside(ax, ay, bx, by)
    right = bx > ax
    start = ax + (WIDTH if right else 0)
    if by < ay:
        end = bx + WIDTH / 2 + (-30 if right else 30)
        bow = start + (46 if right else -46)
        return (
            f"M{plain(start)} {plain(ay + HEIGHT / 2)}C{plain(bow)} {plain(ay + HEIGHT / 2)} "
            f"{plain(end)} {plain(by + HEIGHT + 60)} {plain(end)} {plain(by + HEIGHT + 3)}"
        )
    end = bx + WIDTH / 2
    bow = start + (60 if right else -60)
    return (
        f"M{plain(start)} {plain(ay + HEIGHT / 2)}C{plain(bow)} {plain(ay + HEIGHT / 2)} "
        f"{plain(end)} {plain(by - 50)} {plain(end)} {plain(by - 3)}"
    )


def _beside(ax: float, ay: float, bx: float, by: float) -> str:
    """One over the other: out on the right, where no rail runs, and back in."""
    start, end = ax + WIDTH, bx + WIDTH
    bow = max(start, end) + 34
    return (
        f"M{plain(start)} {plain(ay + HEIGHT / 2)}C{plain(bow)} {plain(ay + HEIGHT / 2)} "
        f"{plain(bow)} {plain(by + HEIGHT / 2)} {plain(end + 3)} {plain(by + HEIGHT / 2)}"
    )


def _arc(ax: float, ay: float, bx: float, by: float) -> str:
    """Between people of one row: over their heads."""
    inward = -40 if bx < ax else 40
    start, end = ax + WIDTH / 2 + inward, bx + WIDTH / 2 - inward
    return (
        f"M{plain(start)} {plain(ay)}C{plain(start)} {plain(ay - 30)} "
        f"{plain(end)} {plain(by - 30)} {plain(end)} {plain(by - 3)}"
    )


def _corridor(ax: float, ay: float, bx: float, by: float) -> str:
    """Far and upwards: along the free strip above the source's row, then up."""
    side = 1 if bx > ax else -1
    start = ax + WIDTH / 2 + 20 * side
    end = bx + WIDTH / 2 - 36 * side
    strip = ay - 9
    bend = 8 * side
    return (
        f"M{plain(start)} {plain(ay)}V{plain(strip + 8)}q0 -8 {bend} -8H{plain(end - bend)}"
        f"q{bend} 0 {bend} -8V{plain(by + HEIGHT + 3)}"
    )
