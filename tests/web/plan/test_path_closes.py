"""One way through: a target without a path, challenged, closed by a deal and a strategy, printed."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from sightline.jobs.worker import Worker
from sightline.records.models import CellMeasures, Job
from sightline.records.queries.plan_challenges import plan_challenges
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


def rules(of: World) -> set[str]:
    assert of.plan is not None
    listed = plan_challenges(of.plan.pk, now=timezone.now())
    return {one.rule for one in (*listed.open, *listed.folded)}


def test_from_a_wish_to_two_printed_pages(
    client: Client, helvion: World, settings: object, tmp_path: object
) -> None:
    settings.SIGHTLINE_DATA = tmp_path  # type: ignore[attr-defined]
    client.force_login(helvion.seller)
    account = helvion.account.pk
    version = helvion.plan.version if helvion.plan else 1
    client.post(
        reverse("plan:target-set", args=[account]), {"target": "120000", "version": version}
    )
    argued = client.get(reverse("challenges:show", args=[account])).content.decode()
    assert "The target has no credible path" in argued
    assert {"no_credible_path", "renewal_without_strategy"} <= rules(helvion)

    makers.opportunity(
        helvion.account,
        "Second plant",
        stage=makers.stage("Commit", position=5, probability=95),
        amount=110_000_00,
        close_date=worlds.today() + timedelta(days=6),
        owner=helvion.owner,
        next_step="Sign",
    )
    strategy = {
        "goal": "renew",
        "risk": "low",
        "owner_id": helvion.owner.pk,
        "decider_id": helvion.champion.pk,
        "notes": "",
        "version": 0,
    }
    set_url = reverse("account:renewal-set", args=[account, helvion.contract.pk])
    assert client.post(set_url, strategy).status_code == 303
    assert not {"no_credible_path", "renewal_without_strategy"} & rules(helvion)

    client.post(reverse("two_pages:print-one", args=[account]))
    Worker().run_all()
    job = Job.objects.get(name="two_pages")
    fetched = client.get(reverse("two_pages:fetch", args=[job.pk]))
    reader = PdfReader(io.BytesIO(b"".join(fetched.streaming_content)))  # type: ignore[attr-defined]
    assert len(reader.pages) == 2
    assert "Second plant" in reader.pages[0].extract_text()


def test_lost_ground_is_argued_until_a_risk_names_it(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    CellMeasures.objects.filter(product_line=helvion.core).update(
        r12=10_000_00, r12_before=30_000_00
    )
    assert "losing_ground_hidden" in rules(helvion)
    sent = {"words": "They buy less", "about": f"line:{helvion.core.pk}"}
    url = reverse("assumptions:risk-add", args=[helvion.account.pk])
    assert client.post(url, sent).status_code == 303
    assert "losing_ground_hidden" not in rules(helvion)
