"""What the words of a CRM's picklists become is something that Sightline knows."""

from __future__ import annotations

import pytest

from sightline.actions.imports.told import TOLD
from sightline.exchange.imports.meanings import _ROLES, buying_role
from sightline.planning.stakeholders import BuyingRole

# The values that a Salesforce org is given for a contact role of an opportunity.
STANDARD = {
    "Business User": "user",
    "Decision Maker": "economic_buyer",
    "Economic Buyer": "economic_buyer",
    "Economic Decision Maker": "economic_buyer",
    "Evaluator": "technical",
    "Executive Sponsor": "their_sponsor",
    "Influencer": "influencer",
    "Technical Buyer": "technical",
    "Other": "",
}


def test_every_word_becomes_a_buying_role_there_is() -> None:
    known = set(BuyingRole)
    assert {role for _words, role in _ROLES} <= known
    assert set(TOLD) == known - {BuyingRole.BLOCKER}


@pytest.mark.parametrize(("theirs", "ours"), STANDARD.items())
def test_the_words_every_org_has_are_understood(theirs: str, ours: str) -> None:
    assert buying_role(theirs) == ours
