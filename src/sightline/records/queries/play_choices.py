"""Who and what a new play may choose from: our people, theirs, plays of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sightline.records.models import Account, Contact, CrmUser, PlayTemplate, Priority, Stage
from sightline.records.queries.our_team import on_team

Choice = tuple[str, str]
MOST_SAID = 40


@dataclass(frozen=True, slots=True)
class PlayChoices:
    """Key and name of each; `owner` is the account's own, `stages` the org's open ones in order."""

    owners: tuple[Choice, ...]
    people: tuple[Choice, ...]
    templates: tuple[Choice, ...]
    owner: str
    stages: tuple[Choice, ...]
    priorities: tuple[str, ...]


def choices_of(planning_id: int, *, reach: Sequence[int]) -> PlayChoices:
    """Six queries. Our people are the account's owner and team, else everybody active."""
    owner = Account.objects.filter(pk=planning_id).values_list("owner_id", flat=True).first()
    team = CrmUser.objects.filter(on_team(reach), is_active=True)
    ours = list(team.order_by("name").values_list("pk", "name"))
    if not ours:
        ours = list(
            CrmUser.objects.filter(is_active=True).order_by("name").values_list("pk", "name")[:200]
        )
    theirs = Contact.objects.filter(
        account_id__in=reach,
        removed_at=None,
        erased_at=None,
        is_placeholder=False,
        status=Contact.Status.ACTIVE,
    ).order_by("sort_name")
    stages = Stage.objects.filter(is_active=True, is_closed=False).order_by("position", "pk")
    said = Priority.objects.filter(account_id=planning_id).order_by("pk")
    books = PlayTemplate.objects.filter(retired_at=None).order_by("name")
    return PlayChoices(
        owners=tuple((str(pk), name) for pk, name in ours),
        people=tuple(
            (str(pk), f"{name}, {title}" if title else name)
            for pk, name, title in theirs.values_list("pk", "name", "title")
        ),
        templates=tuple((str(pk), name) for pk, name in books.values_list("pk", "name")),
        owner=str(owner) if owner else "",
        stages=tuple((str(pk), name) for pk, name in stages.values_list("pk", "name")),
        priorities=tuple(one[:255] for one in said.values_list("words", flat=True)[:MOST_SAID]),
    )
