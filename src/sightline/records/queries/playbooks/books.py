"""Playbooks as the method reads them, by edition, and the keys their runs have answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sightline.planning.playbooks import OwnerRule, Playbook, Step, Trigger
from sightline.records.models import PlaybookEdition, PlaybookRun


@dataclass(frozen=True, slots=True)
class Running:
    """One run that has not ended."""

    id: int
    playbook: int
    edition: int
    account: str
    trigger_key: str


def every_edition() -> dict[tuple[int, int], Playbook]:
    """Every edition of every playbook by (playbook, number); those not in force are paused."""
    rows = PlaybookEdition.objects.select_related("playbook").order_by("playbook_id", "number")
    return {
        (row.playbook_id, row.number): as_rule(
            row, paused=not (row.playbook.is_on and row.playbook.edition == row.number)
        )
        for row in rows
    }


def as_rule(row: PlaybookEdition, *, paused: bool) -> Playbook:
    """An edition as `planning.playbooks` takes it; its key is the playbook's id."""
    return Playbook(
        key=str(row.playbook_id),
        version=row.number,
        trigger=Trigger(row.trigger),
        steps=tuple(
            Step(str(title), str(kind), int(days), OwnerRule(owner))
            for title, kind, days, owner in row.steps
        ),
        threshold=row.threshold,
        paused=paused,
        tiers=tuple(row.tiers),
    )


def answered(accounts: Iterable[str], playbooks: Collection[str]) -> set[str]:
    """Trigger keys that these playbooks have answered on these accounts. One query."""
    rows = PlaybookRun.objects.filter(
        account_id__in=[int(one) for one in accounts],
        playbook_id__in=[int(one) for one in playbooks],
    )
    return set(rows.values_list("trigger_key", flat=True))


def running(accounts: Iterable[str]) -> tuple[Running, ...]:
    """Runs of these accounts that have not ended. One query."""
    rows = PlaybookRun.objects.filter(account_id__in=[int(one) for one in accounts], ending="")
    found = rows.order_by("pk").values_list(
        "pk", "playbook_id", "edition", "account_id", "trigger_key"
    )
    return tuple(Running(pk, book, edition, str(acc), key) for pk, book, edition, acc, key in found)
