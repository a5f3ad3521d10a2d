"""What linked rows are called, and what waits for each object of a connection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q

from sightline.records.models import (
    Account,
    Action,
    Contact,
    Objective,
    Opportunity,
    OpportunityContactRole,
    Plan,
    PlanMetric,
    Play,
    PlayCell,
    SyncConflict,
    SyncIntent,
    SyncLink,
)
from sightline.records.queries.sync_people import users_there


def titles(rows: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], str]:
    """What linked rows are called, by target and key; people's names included."""
    wanted: dict[str, set[int]] = {}
    for target, pk in rows:
        if pk is not None and target in _TITLES:
            wanted.setdefault(target, set()).add(pk)
    found: dict[tuple[str, int], str] = {}
    for target, pks in wanted.items():
        model, *columns = _TITLES[target]
        for pk, *words in model._default_manager.filter(pk__in=pks).values_list("pk", *columns):
            found[target, pk] = _title([str(word) for word in words if word])
    return found


def _title(words: list[str]) -> str:
    """A name and what it belongs to; the latter once, where the name begins with it."""
    return ", ".join([*words[:1], *(word for word in words[1:] if not words[0].startswith(word))])


def remote_titles(connection_id: int, ids: Iterable[str]) -> dict[str, str]:
    """What linked rows are called, by their id in the CRM."""
    # Objects are named, and links without an id left out, for the index of ids to be of use.
    links = SyncLink.objects.filter(
        connection=connection_id,
        target__in=list(_TITLES),
        remote_id__in=list(ids),
        local_id__isnull=False,
    ).exclude(remote_id="")
    keys = {
        remote: (target, pk or 0)
        for remote, target, pk in links.values_list("remote_id", "target", "local_id")
    }
    named = titles(keys.values())
    return {remote: named[key] for remote, key in keys.items() if key in named}


# Fields whose values are ids of another row.
REFERENCES = frozenset(
    {"owner", "reports_to", "account", "contact", "opportunity", "what", "who", "account_id"}
)


def value_names(connection_id: int, values: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """What the rows that values of reference fields name are called here, users included, by id.

    Given as (field, value); what is not known here is left out.
    """
    ids = {value for field, value in values if value and field in REFERENCES}
    if not ids:
        return {}
    return users_there(connection_id, ids) | remote_titles(connection_id, ids)


def currencies(rows: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], str]:
    """In what currency amounts of linked rows are, by target and key; rows without one left out."""
    deals = {pk for target, pk in rows if target == "Opportunity" and pk is not None}
    if not deals:
        return {}
    found = Opportunity.objects.filter(pk__in=deals).exclude(currency="")
    return {("Opportunity", pk): currency for pk, currency in found.values_list("pk", "currency")}


_TITLES: dict[str, tuple[Any, ...]] = {
    "Account": (Account, "name"),
    "Contact": (Contact, "name", "account__name"),
    "Opportunity": (Opportunity, "name", "account__name"),
    "Task": (Action, "subject", "account__name"),
    "OpportunityContactRole": (OpportunityContactRole, "contact__name", "opportunity__name"),
    "AccountContactRelation": (Contact, "name", "account__name"),
    "Plan": (Plan, "account__name", "year"),
    "PlanObjective": (Objective, "words"),
    "PlanTargets": (Plan, "account__name", "year"),
    "PlanTarget": (Plan, "account__name", "year"),
    "PlanMetric": (PlanMetric, "key", "plan__account__name"),
    "PlanLink": (Play, "name", "account__name"),
    "PlayLine": (PlayCell, "play__name", "product_line__name"),
}


def object_states(connection_id: int) -> dict[str, dict[str, int]]:
    """For each object: waiting and refused writes, and open conflicts."""
    found: dict[str, dict[str, int]] = {}
    states = SyncIntent.State
    for row in (
        SyncIntent.objects.filter(link__connection=connection_id)
        .values("link__target")
        .annotate(
            waiting=Count("pk", filter=~Q(state=states.REFUSED)),
            refused=Count("pk", filter=Q(state=states.REFUSED)),
        )
    ):
        found[row["link__target"]] = {"waiting": row["waiting"], "refused": row["refused"]}
    open_ = SyncConflict.objects.filter(link__connection=connection_id, decision="")
    counted = open_.values_list("link__target").annotate(count=Count("pk"))
    for target, count in counted.order_by("link__target"):
        found.setdefault(target, {})["conflicts"] = count
    return found
