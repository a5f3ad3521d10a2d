"""The company's own words for roles, stances and strengths, else the product's."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.planning.stakeholders import BuyingRole, Stance
from sightline.records.queries.stakeholders import MapChoices
from sightline.wording import labels

ALWAYS = ("economic_buyer", "champion", "influencer", "blocker")


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called in this company."""

    choices: MapChoices

    def role(self, code: str) -> str:
        """A buying role."""
        return self._own("roles", code) or _(labels.BUYING_ROLES[code].text)

    def stance(self, code: str) -> str:
        """A stance."""
        return self._own("stances", code) or _(labels.STANCES[code])

    def strength(self, level: int) -> str:
        """A strength, 0 to 5."""
        return self._own("strength", str(level)) or _(labels.strength_words(level))

    def roles(self, *, held: str = "") -> list[tuple[str, str]]:
        """Roles to choose from: the four that are always there, those in use, and the one held."""
        offered = {*ALWAYS, *self.choices.roles, held}
        return [(one.value, self.role(one.value)) for one in BuyingRole if one.value in offered]

    def stances(self) -> list[tuple[str, str]]:
        """Stances to choose from, not known first."""
        order = (Stance.UNKNOWN, *(one for one in Stance if one is not Stance.UNKNOWN))
        return [(one.value, self.stance(one.value)) for one in order]

    def strengths(self) -> list[tuple[str, str]]:
        """Strengths to choose from."""
        return [(str(level), f"{level} · {self.strength(level)}") for level in range(6)]

    def _own(self, scale: str, code: str) -> str:
        return str(self.choices.names.get(scale, {}).get(code, ""))
