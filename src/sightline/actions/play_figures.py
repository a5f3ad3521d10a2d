"""A play takes over what the CRM has of its opportunity, where plan and pipeline disagree."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sightline.actions import journal
from sightline.actions.plays import locked_play, save_play
from sightline.planning.errors import InvalidValue
from sightline.records.models import Opportunity
from sightline.records.scoping import Person


def take_crm_figures(person: Person, play_id: int, *, now: datetime) -> bool:
    """Amount, close date, owner and stage become the opportunity's; False where they are already.

    The CRM is asked for nothing: it has them. Raises NotAllowed or InvalidValue.
    """
    with transaction.atomic():
        play = locked_play(person, play_id)
        deal = Opportunity.objects.filter(pk=play.opportunity_id or 0, removed_at=None).first()
        if deal is None:
            raise InvalidValue("This play has no opportunity.", field="play")
        values = {
            "value": deal.amount,
            "currency": deal.currency or play.currency,
            "target_close": deal.close_date,
            "owner_id": deal.owner_id,
            "stage_id": deal.stage_id,
        }
        changes = journal.differences(play, values)
        if changes:
            save_play(play, values, changes, "take_crm_figures", person, now)
    return bool(changes)
