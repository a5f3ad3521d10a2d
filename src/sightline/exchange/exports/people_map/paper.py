"""What a file of the map is made from: the drawing's parts, its words and who may be shown it."""

from __future__ import annotations

from dataclasses import dataclass

from sightline.drawing.org_map import Layout, Node, Tie, Words, org_map
from sightline.drawing.palette import PRINT, Palette
from sightline.drawing.sheet import Drawing, Table


@dataclass(frozen=True, slots=True)
class MapPaper:
    """One map, ready to be drawn. Texts come translated.

    `notes` stand under the title (as of when, what is in front), `audience` at the foot of every
    page: who may be shown what is on it.
    """

    title: str
    notes: tuple[str, ...]
    audience: str
    language: str
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    layout: Layout
    words: Words

    def drawing(self, *, palette: Palette = PRINT) -> Drawing:
        """The map as on screen, in the colours of paper."""
        return org_map(
            self.nodes,
            key="map",
            ties=self.ties,
            palette=palette,
            words=self.words,
            layout=self.layout,
        )

    def table(self) -> Table:
        """The same people as rows, without columns that nobody fills."""
        whole = self.drawing().table
        kept = [at for at, column in enumerate(zip(*whole.rows, strict=True)) if any(column)]
        columns = tuple(whole.columns[at] for at in kept)
        return Table(
            whole.caption, columns, tuple(tuple(row[at] for at in kept) for row in whole.rows)
        )
