"""What the verbs of selling are about: a template, a stage, a family, playbooks and a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline.actions import play_library, playbooks
from sightline.records.models import CellFact, Playbook, PlaybookRun, ProductLine
from tests import makers

if TYPE_CHECKING:
    from tests.actions.scene import Moments, Scene

STEP = ("Call the sponsor", "call", 7, "account_owner")


def add_selling(scene: Scene, at: Moments) -> None:
    """One row of each kind, made by the verbs."""
    account, line = scene.account, scene.line
    wording = play_library.TemplateText("Pilot", line_id=line.pk)
    told = CellFact.objects.filter(
        cell__unit_id=scene.unit.pk, cell__product_line_id=line.pk, kind="need", ended_at=None
    )
    scene.rows |= {
        "template": play_library.write_template(scene.owner, wording, now=at.now),
        "family": ProductLine.objects.get(pk=line.pk).family_id,
        "open_stage": makers.stage("Shortlisted").pk,
        "need_seen": told.get().pk,
    }
    operations = scene.people["operations/everything"]
    for name in ("playbook", "playbook_on"):
        text = playbooks.PlaybookText(name, "adoption_drop", (STEP,))
        scene.rows[name] = playbooks.write_playbook(operations, text, now=at.now)
    Playbook.objects.filter(pk=scene.playbook_on).update(is_on=True)
    scene.rows["playbook_version"] = Playbook.objects.get(pk=scene.playbook_on).version
    scene.rows["playbook_run"] = PlaybookRun.objects.create(
        playbook_id=scene.playbook,
        edition=1,
        account=account,
        trigger_key="adoption:1",
        reason="adoption_drop",
        started_on=at.today,
    ).pk
