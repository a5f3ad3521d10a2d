"""One customer with everything that a verb may be about, and everybody who may stand to it.

A verb is called by each of them on the same rows; what it did is rolled back in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sightline.actions import challenges as answers
from sightline.actions import (
    grants,
    pins,
    play_actions,
    plays,
    settings,
    tiers,
    views,
    wallet,
    whitespace,
)
from sightline.actions import whitespace_bulk as bulk
from sightline.actions.challenges import Answering
from sightline.actions.monday import answers as monday
from sightline.actions.play_actions import NewAction
from sightline.actions.plays import InCrm, NewPlay
from sightline.actions.whitespace import Place, Saying
from sightline.planning.challenges import AnswerKind
from sightline.planning.permissions import Relation
from sightline.planning.wallet import WalletParameters
from sightline.records.models import (
    AccountAccess,
    AccountGrant,
    Company,
    Contract,
    Job,
    Plan,
    Play,
    Signal,
    SpendFile,
    Supplier,
    TierResult,
    Unit,
)
from sightline.records.queries import company
from sightline.records.scoping import Person, person_of, relations_to
from tests import makers
from tests.actions.scene_asking import add_asking
from tests.actions.scene_meetings import add_parts, add_people, add_reviews
from tests.actions.scene_selling import add_selling
from tests.web.account import world as customer

NOW = datetime.now(UTC)
TODAY: date = customer.today()
SOON = TODAY + timedelta(days=30)


@dataclass(frozen=True)
class Moments:
    """The days and the moment that rows of the scene are made for."""

    today: date
    soon: date
    now: datetime


@dataclass
class Scene:
    """Rows by name; `people` are (role/relation) and the person who stands so."""

    world: customer.World
    plan: Plan
    people: dict[str, Person]
    relations: dict[int, frozenset[Relation]]
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def owner(self) -> Person:
        """The account manager whose account it is."""
        return self.people["account_manager/own_team"]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.rows[name]
        except KeyError:
            raise AttributeError(name) from None

    def saying(self, person: Person, **more: Any) -> Saying:
        """Something said of a cell today, whatever stood there."""
        return Saying(person, NOW, TODAY, None, **more)


def make_scene() -> Scene:
    """The customer, the people and one row of every kind, made by the owner's own verbs."""
    world = customer.world()
    assert world.plan is not None
    people = _people(world)
    relations = {one.id: relations_to(one, world.account.pk) for one in people.values()}
    scene = Scene(world, world.plan, people, relations)
    _rows(scene)
    return scene


def _people(world: customer.World) -> dict[str, Person]:
    top = makers.crm_role("Sales")
    low = makers.crm_role("Seller", parent=top)
    type(world.owner).objects.filter(pk=world.owner.pk).update(role=low)
    mate, boss = makers.crm_user("Lena"), makers.crm_user("Kim", role=top)
    AccountAccess.objects.create(account=world.account, user=mate, why="team", may_write=True)
    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=world.account, sign_in=reader, reason="audit")
    near = {
        "account_manager/own_team": person_of(world.seller),
        "customer_success/own_team": makers.person("customer_success", user=mate),
        "leader/below": makers.person("leader", user=boss),
        "sponsor/sponsored": person_of(customer.sponsor(world)),
        "marketing/tier12": makers.person("marketing"),
        "operations/everything": makers.person("operations"),
        "reader/granted": person_of(reader),
    }
    far = {
        f"{role}/none": makers.person(role, user=makers.crm_user())
        for role in ("account_manager", "customer_success", "leader", "sponsor", "reader")
    }
    return near | far | {"no role": makers.person(user=makers.crm_user())}


def _rows(scene: Scene) -> None:
    world, owner = scene.world, scene.owner
    account = world.account
    scene.rows |= {"account": account, "unit": world.unit, "line": world.extra, "core": world.core}
    scene.rows["place"] = Place(account.pk, world.unit.pk, world.extra.pk)
    scene.rows["cells"] = ((world.unit.pk, world.extra.pk),)
    scene.rows["other_unit"] = makers.unit(account, "Services")
    _plays(scene)
    _cells(scene)
    _spend(scene)
    _settings(scene)
    given = Answering("renewal:1", AnswerKind.EXPLAIN, "seen", reason="Being written", until=SOON)
    scene.rows["answer"] = answers.answer_challenge(
        owner, scene.plan.pk, given, today=TODAY, now=NOW
    )
    TierResult.objects.filter(account=account).update(to_decide=True, proposed_tier=1)
    _week(scene)
    at = Moments(TODAY, SOON, NOW)
    add_parts(scene, at)
    add_reviews(scene, at)
    add_people(scene, at)
    add_selling(scene, at)
    add_asking(scene, at)


def _plays(scene: Scene) -> None:
    owner, account = scene.owner, scene.world.account
    new = NewPlay("Field pilot", cells=scene.cells, value=9_000_00, currency="GBP")
    play = plays.start_play(owner, account.pk, new, crm=InCrm(), now=NOW, on=TODAY)
    step = NewAction("Call Priya", due_on=SOON, checklist=("number",))
    action = play_actions.add_action(owner, account.pk, step)
    done = play_actions.add_action(owner, account.pk, step)
    play_actions.finish_action(owner, done, seen_version=1, now=NOW, on=TODAY)
    scene.rows |= {"play": Play.objects.get(pk=play), "action": action, "done_action": done}


def _cells(scene: Scene) -> None:
    saying = scene.saying(scene.owner)
    other = Place(scene.world.account.pk, scene.other_unit.pk, scene.world.extra.pk)
    whitespace.say_need(other, 2, saying=saying)
    said = bulk.Bulk("need", {"level": 3})
    scene.rows |= {"said": other, "batch": bulk.say_of_many([scene.place], said, saying=saying)}


def _week(scene: Scene) -> None:
    """An act of the owner's week, another that is answered, and a decision on another account."""
    account, user = scene.world.account, scene.world.owner
    other = Contract.objects.create(
        account=account,
        number="C-2",
        starts_on=TODAY - timedelta(days=300),
        ends_on=TODAY + timedelta(days=90),
        annual_value=30_000_00,
        currency="GBP",
    )
    said = monday.Answer(f"renewal:contract:{other.pk}", "done")
    second = makers.account("Second", owner=user)
    makers.tier_result(second, proposed_tier=2, to_decide=True)
    leader = scene.people["leader/below"]
    decision = tiers.accept_tier(leader, second.pk, seen_decision=None, now=NOW)
    case = Signal.objects.create(account=account, kind="cases", key="cases", observed_on=TODAY)
    scene.rows |= {
        "signal": case.pk,
        "act": f"renewal:contract:{scene.world.contract.pk}",
        "given_answer": monday.answer_act(scene.owner, said, now=NOW),
        "decision": decision.pk,
    }


def _spend(scene: Scene) -> None:
    numbers = company.parameters_in_force(TODAY).section(WalletParameters, "wallet")
    months = [
        wallet.MonthPaid("Plant", "IT", name, TODAY.replace(day=1), 4_000_00, 2)
        for name in ("Tessera Group", "Quarrystone")
    ]
    kept = wallet.keep_spend(
        scene.owner,
        scene.world.account.pk,
        wallet.GivenFile("spend.csv", "0" * 64, 2, "GBP"),
        months,
        parameters=numbers,
        now=NOW,
    )
    first, second = Supplier.objects.order_by("pk").values_list("pk", flat=True)[:2]
    scene.rows |= {
        "numbers": numbers,
        "months": months,
        "spend": SpendFile.objects.get(pk=kept).pk,
        "supplier": first,
        "other_supplier": second,
    }


def _settings(scene: Scene) -> None:
    operations, reader = scene.people["operations/everything"], scene.people["reader/none"]
    entry = grants.Entry(reader.id, makers.account("Elsewhere").pk, "audit")
    pins.pin(scene.owner, scene.world.account.pk)
    own = settings.OwnNumber("tiering.vulnerability_high", 60, TODAY, "tried out")
    settings.set_number(operations, own, now=NOW)
    scene.rows |= {
        "own_number": own.path,
        "own_value": 55,
        "company_version": Company.objects.get().version,
        "reader": reader,
        "grant": grants.grant_account(operations, entry, now=NOW),
        "view": views.save_view(scene.owner, "portfolio", "Mine", "tier=1"),
        "waiting_job": Job.objects.create(name="tidy", key="a", run_at=NOW).pk,
        "failed_job": Job.objects.create(
            name="tidy", key="b", run_at=NOW, state=Job.State.FAILED
        ).pk,
    }
    Unit.objects.filter(pk=scene.other_unit.pk).update(employees=10)
