"""What a customer may see of a plan: an allow-list of fields, nothing by default.

The pack is built field by field from the list; whatever else is known of an account cannot enter,
because nothing is copied that is not named here. Definitions: docs/method/reviews.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CUSTOMER_SAFE: Mapping[str, tuple[str, ...]] = {
    "meeting": ("customer", "our_company", "held_on", "ours_present"),
    "priority": ("words", "who", "said_on", "standing"),
    "promise": ("words", "whose", "who", "by", "kept"),
    "delivered": ("line", "unit", "since"),
}


@dataclass(frozen=True, slots=True)
class JointFacts:
    """Everything that may be known when a pack is made, as plain rows by section.

    Rows may hold more fields than a customer may see; only those of the list are taken.
    """

    rows: Mapping[str, tuple[Mapping[str, object], ...]]


@dataclass(frozen=True, slots=True)
class Pack:
    """Sections in the list's order; each row holds its allowed fields in order."""

    sections: tuple[tuple[str, tuple[tuple[tuple[str, object], ...], ...]], ...]

    def rows(self, section: str) -> tuple[Mapping[str, object], ...]:
        """The rows of one section, by field."""
        return tuple(dict(row) for name, found in self.sections if name == section for row in found)


def customer_pack(facts: JointFacts) -> Pack:
    """The customer-safe pack: sections and fields of the allow-list, and nothing else."""
    return Pack(
        tuple(
            (
                section,
                tuple(
                    tuple((name, row[name]) for name in fields if name in row)
                    for row in facts.rows.get(section, ())
                ),
            )
            for section, fields in CUSTOMER_SAFE.items()
        )
    )
