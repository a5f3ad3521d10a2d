"""Whitespace read for pages: the scored grid of an account, what was said of a cell, and peers."""

from sightline.records.queries.whitespace.grid import grid_to_keep, left_behind, scored_grid
from sightline.records.queries.whitespace.said import (
    Said,
    SaidFact,
    history_of,
    place_of,
    said_cells,
)
from sightline.records.queries.whitespace.scored import GridSetting, ScoredGrid

__all__ = [
    "GridSetting",
    "Said",
    "SaidFact",
    "ScoredGrid",
    "grid_to_keep",
    "history_of",
    "left_behind",
    "place_of",
    "said_cells",
    "scored_grid",
]
