"""The map of an account's people: what is said of them, who stands where, who holds whom.

Statements are ended and replaced, never changed, all at one moment: that moment is what an undo
takes back.
"""

from sightline.actions.stakeholders.asking import (
    FIELDS,
    SCALES,
    MapChoices,
    StaleMapSettings,
    set_map_settings,
)
from sightline.actions.stakeholders.linking import draw_line, end_line
from sightline.actions.stakeholders.opinions import (
    Saying,
    StaleOpinion,
    rate,
    read_notes,
    say,
    say_many,
)
from sightline.actions.stakeholders.people import (
    NewPerson,
    StaleContact,
    add_guest,
    add_person,
    move_person,
    put_back,
    review_map,
    set_fact,
    take_off,
)
from sightline.actions.stakeholders.roles import (
    Decision,
    StaleRole,
    end_role,
    hold,
    hold_role,
    let_go,
    set_role,
    tell_role,
)
from sightline.actions.stakeholders.seen import add_seen, forget_seen
from sightline.actions.stakeholders.together import for_each
from sightline.actions.stakeholders.undoing import take_back

__all__ = [
    "FIELDS",
    "SCALES",
    "Decision",
    "MapChoices",
    "NewPerson",
    "Saying",
    "StaleContact",
    "StaleMapSettings",
    "StaleOpinion",
    "StaleRole",
    "add_guest",
    "add_person",
    "add_seen",
    "draw_line",
    "end_line",
    "end_role",
    "for_each",
    "forget_seen",
    "hold",
    "hold_role",
    "let_go",
    "move_person",
    "put_back",
    "rate",
    "read_notes",
    "review_map",
    "say",
    "say_many",
    "set_fact",
    "set_map_settings",
    "set_role",
    "take_back",
    "take_off",
    "tell_role",
]
