"""`sightline demo remove`: asked for once, refused where nobody could come in afterwards."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from sightline.cli.demo import demo
from sightline.records.models import Account, SignIn, Source
from tests import makers

pytestmark = pytest.mark.django_db(transaction=True)


def remove(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(demo, ["remove", *arguments], input=typed)


def test_it_goes_in_one_act_and_leaves_what_is_ones_own() -> None:
    assert (remove("--yes").exit_code, "no demonstration" in remove().output) == (1, True)
    makers.company(demonstration=True)
    source = Source.objects.create(kind="salesforce", name="Demo", demonstration=True)
    makers.account("Demo top", source=source, outside_id="a")
    makers.account("Real one")
    makers.sign_in("leader", demonstration=True)
    refused = remove("--yes")
    assert (refused.exit_code, "administrator of your own" in refused.output) == (1, True)
    makers.sign_in("operations")
    assert remove(typed="n\n").exit_code == 1
    assert Account.objects.count() == 2
    done = remove(typed="y\n")
    assert (done.exit_code, "about them: 1." in done.output) == (0, True)
    assert [one.name for one in Account.objects.all()] == ["Real one"]
    assert not SignIn.objects.filter(demonstration=True).exists()
