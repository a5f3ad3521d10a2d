"""The great circle between two places: a function the database is taught."""

import math


def great_circle(
    north: float | None, east: float | None, to_north: float, to_east: float, radius: float
) -> float | None:
    """The distance between two places given in degrees, in the radius's unit; None for nowhere."""
    if north is None or east is None:
        return None
    first, second = math.radians(north), math.radians(to_north)
    across = math.sin(math.radians(to_east - east) / 2) ** 2
    up = math.sin((second - first) / 2) ** 2
    return 2 * radius * math.asin(math.sqrt(up + math.cos(first) * math.cos(second) * across))
