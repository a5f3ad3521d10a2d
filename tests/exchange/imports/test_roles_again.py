"""Contact roles that come back by file: what is finer here stays, what changed there is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightline.exchange.imports import service
from sightline.exchange.imports.mapping import Chosen
from sightline.exchange.imports.service import Asked
from sightline.records.models import OpportunityContactRole

pytestmark = pytest.mark.django_db
FILES = {
    "Account": "Id,Name,CurrencyIsoCode\n001Sb0000000001IAA,Hartmann,EUR\n",
    "Contact": "Id,LastName,AccountId\n003Sb0000000001IAA,Steiner,001Sb0000000001IAA\n",
    "Opportunity": (
        "Id,Name,AccountId,StageName,CloseDate\n"
        "006Sb0000000001IAA,Renewal,001Sb0000000001IAA,Prospecting,2027-03-31\n"
    ),
}
ROLE = (
    "Id,OpportunityId,ContactId,Role\n"
    "00KSb0000000001IAA,006Sb0000000001IAA,003Sb0000000001IAA,{role}\n"
)


def loaded(folder: Path, role: str) -> OpportunityContactRole:
    """The role after an export in which it is called so."""
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "OpportunityContactRole.csv").write_text(ROLE.format(role=role))
    asked = Asked(service.EXPORT, (folder,), Chosen({}, {}, {}), {})
    run = service.begin(asked, actor_id=None)
    service.preview_run(run.pk)
    service.apply_run(run.pk)
    return OpportunityContactRole.objects.get()


@pytest.mark.parametrize(
    ("kept", "told"),
    [("champion", "Influencer"), ("coach", "Other"), ("blocker", "Business User")],
)
def test_a_role_kept_here_stays_when_the_same_word_comes_back(
    tmp_path: Path, kept: str, told: str
) -> None:
    row = loaded(tmp_path, told)
    OpportunityContactRole.objects.filter(pk=row.pk).update(buying_role=kept)
    assert loaded(tmp_path, told).buying_role == kept
    other = loaded(tmp_path, "Executive Sponsor")
    assert (other.role, other.buying_role) != (told, kept)
    assert other.buying_role not in ("", kept)
