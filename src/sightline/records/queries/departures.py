"""The departure test's inputs: one account as a reader may see it, many for the ranking, and the
ten departures that would cost most over the accounts somebody may read opinions of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from sightline.planning.money import Money, Rates
from sightline.planning.parameters import Parameters
from sightline.planning.permissions import Category
from sightline.planning.stakeholders import (
    AccountStakes,
    PeopleMap,
    Person,
    Relationship,
    Side,
    StakeholderParameters,
)
from sightline.records.models import (
    Account,
    Contact,
    CrmUser,
    DepartureCost,
    ProductLine,
    TierResult,
    Unit,
)
from sightline.records.queries import people
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.analytics import Basis
from sightline.records.queries.kept import are_kept, kept_list
from sightline.records.queries.people import AccountPeople
from sightline.records.queries.stakes import Rested, stakes_of
from sightline.records.queries.standing import WHOLE, map_of, standing
from sightline.records.reach import Reach, open_here, reach_of
from sightline.records.scoping import Person as Reader

ABOUT = "departures"
MOST_OURS = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """What a departure test is computed with: day, reporting currency, rates, numbers."""

    on: date
    currency: str
    rates: Rates
    parameters: Parameters

    @property
    def numbers(self) -> StakeholderParameters:
        """The stakeholder rules' numbers."""
        return self.parameters.section(StakeholderParameters, "stakeholders")


@dataclass(frozen=True, slots=True)
class DepartureFacts:
    """One account: its map and stakes, everybody's relationship, and names for keys.

    `ours` names our people who hold a relationship here; `units` and `lines` name what stakes
    are about; `tier_1` asks for their sponsor as well.
    """

    account: AccountStakes
    own: AccountPeople
    held: Mapping[str, Relationship]
    ours: Mapping[str, str]
    units: Mapping[str, str]
    lines: Mapping[str, str]
    tier_1: bool

    @property
    def people(self) -> dict[str, Person]:
        """Theirs by key."""
        return {one.key: one for one in self.own.people}


def departure_facts(scope: AccountScope, *, setting: Setting) -> DepartureFacts:
    """The part of an account that a person may see. About nineteen queries."""
    planning = scope.planning_id
    rested = stakes_of(
        [planning],
        on=setting.on,
        currency=setting.currency,
        rates=setting.rates,
        seen_ids=scope.seen_ids,
    )[planning]
    own = _seen(scope)
    held = standing(own, on=setting.on, parameters=setting.numbers)
    source = map_of(own, held=held)
    return DepartureFacts(
        account=AccountStakes(str(planning), source, rested.stakes, rested.parents),
        own=own,
        held=held,
        ours=our_names(source),
        units=_unit_names(rested),
        lines={str(pk): name for pk, name in ProductLine.objects.values_list("pk", "name")},
        tier_1=TierResult.objects.filter(account_id=planning)
        .filter(Q(decided_tier=1) | Q(decided_tier=None, proposed_tier=1))
        .exists(),
    )


def stakes_for_ranking(
    planning_ids: Sequence[int], *, setting: Setting, back: Mapping[int, int] | None = None
) -> Iterator[tuple[int, AccountStakes]]:
    """Whole accounts with people and something that rests on them, for the nightly ranking.

    `back` puts contacts on the map of a planning account that the CRM has moved or deleted since.
    About seventeen queries for one batch.
    """
    known = people.people_of(planning_ids, with_opinions=True, back=back)
    rested = stakes_of(
        [pk for pk in planning_ids if pk in known],
        on=setting.on,
        currency=setting.currency,
        rates=setting.rates,
    )
    for pk, one in rested.items():
        if one.stakes:
            own = known[pk]
            held = standing(own, on=setting.on, parameters=setting.numbers)
            source = map_of(own, held=held)
            yield pk, AccountStakes(str(pk), source, one.stakes, one.parents)


def accounts_with_people() -> list[int]:
    """Planning accounts where anybody is known, in order. One query."""
    rows = Contact.objects.filter(
        removed_at=None, erased_at=None, account__removed_at=None
    ).values_list("account__planning_account_id", "account_id")
    return sorted({planning or own for planning, own in rows.distinct()})


def our_names(source: PeopleMap) -> dict[str, str]:
    """Names of our people who hold a relationship on a map. One query."""
    keys = {int(key) for found in source.holders.values() for key in found if key.isdecimal()}
    rows = CrmUser.objects.filter(pk__in=keys).order_by("name", "pk")
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


def _seen(scope: AccountScope) -> AccountPeople:
    """The people of the visible part of the family."""
    found = people.people_of([scope.planning_id], with_opinions=True).get(scope.planning_id)
    if found is None:
        return AccountPeople()
    seen = Contact.objects.filter(account_id__in=scope.seen_ids, removed_at=None, erased_at=None)
    keys = {str(pk) for pk in seen.values_list("pk", flat=True)}
    if keys.issuperset(one.key for one in found.people):
        return found
    found.people = [one for one in found.people if one.key in keys]
    found.logs = {key: log for key, log in found.logs.items() if key in keys}
    found.ratings = [one for one in found.ratings if one.person in keys]
    found.lines = [one for one in found.lines if {one.start, one.end} <= keys]
    return found


def _unit_names(rested: Rested) -> dict[str, str]:
    keys = [int(key) for key in rested.parents if key != WHOLE]
    rows = Unit.objects.filter(pk__in=keys).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


@dataclass(frozen=True, slots=True)
class DearDeparture:
    """One row of the portfolio's ten. `account_id` None where one of ours is summed over several.

    `name` is empty where the person may not see the part of the family they belong to.
    """

    side: Side
    key: str
    name: str
    title: str
    account_id: int | None
    account: str
    accounts: int
    lost: Money
    share: float | None
    stakes: tuple[str, ...]
    unvalued: int


@dataclass(frozen=True, slots=True)
class Dearest:
    """The ten departures that would cost most, and when that was computed (None: not yet).

    `summed_at`: when a job added up what hangs on ours, None where it was added up now; `waiting`
    where a job is still to do that, and ours are missing.
    """

    rows: tuple[DearDeparture, ...]
    as_of: date | None
    computed_at: datetime | None
    summed_at: datetime | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Ours:
    """Those of ours on whom most hangs, summed over the accounts somebody sees."""

    rows: tuple[DearDeparture, ...] = ()


def dearest(person: Reader, *, most: int = 10) -> Dearest:
    """Over the accounts whose opinions this person may read. Seven queries at most.

    Theirs are read along their index; ours are summed over all accounts, for whoever sees very many
    by a job.
    """
    reach = reach_of(person)
    # rows are made anew whenever they are computed: the last one made is the newest
    newest = DepartureCost.objects.order_by("-pk").values_list("as_of", "computed_at").first()
    if newest is None:
        return Dearest((), None, None)
    ours, summed_at, waiting = _ours_of(reach, most)
    found = [*_theirs(reach, most), *ours.rows]
    found.sort(key=lambda one: (-one.lost.minor, -(one.share or 0.0), one.side, one.key))
    return Dearest(tuple(found[:most]), newest[0], newest[1], summed_at, waiting)


def ours_to_keep(reach: Reach, _basis: Basis) -> Ours:
    """What a job keeps: sums over every account where opinions are open."""
    return _ours(_costs(reach), MOST_OURS)


def _ours_of(reach: Reach, most: int) -> tuple[Ours, datetime | None, bool]:
    if not are_kept(reach):
        return _ours(_costs(reach), most), None, False
    kept = kept_list(reach, Category.OPINIONS, ABOUT, Ours)
    return (*kept, False) if kept else (Ours(), None, True)


def _costs(reach: Reach) -> QuerySet[DepartureCost]:
    return DepartureCost.objects.filter(reach.for_all_rows().on(Category.OPINIONS))


def _theirs(reach: Reach, most: int) -> list[DearDeparture]:
    there = Contact.objects.filter(pk=OuterRef("contact_id"), erased_at=None, removed_at=None)
    rows = DepartureCost.objects.filter(
        reach.along(Category.OPINIONS), Exists(there), contact__isnull=False
    )
    keys = list(rows.order_by("-lost", "-share", "contact_id").values_list("pk", flat=True)[:most])
    full = DepartureCost.objects.select_related("contact", "account").in_bulk(keys)
    top = [full[key] for key in keys]
    homes = {row.contact.account_id for row in top if row.contact}
    open_to = Account.objects.filter(open_here(reach.person, Category.FACTS, at="pk"))
    seen = set(open_to.filter(pk__in=homes).values_list("pk", flat=True))
    return [
        DearDeparture(
            side=Side.THEIRS,
            key=str(contact.pk),
            name=contact.name if contact.account_id in seen else "",
            title=contact.title if contact.account_id in seen else "",
            account_id=row.account_id,
            account=row.account.name,
            accounts=1,
            lost=Money(row.lost, row.currency),
            share=float(row.share) if row.share is not None else None,
            stakes=tuple(row.stakes),
            unvalued=row.unvalued,
        )
        for row in top
        if (contact := row.contact) is not None
    ]


def _ours(rows: QuerySet[DepartureCost], most: int) -> Ours:
    summed = list(
        rows.filter(user__isnull=False)
        .values("user_id", "user__name", "user__title", "currency")
        .annotate(
            sum=Sum("lost"),
            share=Max("share"),
            accounts=Count("pk"),
            one=Max("account_id"),
            open=Sum("unvalued"),
        )
        .order_by("-sum", "-share", "user_id")[:most]
    )
    keys: dict[int, list[str]] = {}
    for user, stakes in rows.filter(user_id__in=[one["user_id"] for one in summed]).values_list(
        "user_id", "stakes"
    ):
        keys.setdefault(user, []).extend(stakes)
    single = {one["one"] for one in summed if one["accounts"] == 1}
    names = dict(Account.objects.filter(pk__in=single).values_list("pk", "name"))
    found = (
        DearDeparture(
            side=Side.OURS,
            key=str(one["user_id"]),
            name=one["user__name"],
            title=one["user__title"],
            account_id=one["one"] if one["accounts"] == 1 else None,
            account=names.get(one["one"], "") if one["accounts"] == 1 else "",
            accounts=one["accounts"],
            lost=Money(one["sum"], one["currency"]),
            share=float(one["share"]) if one["share"] is not None else None,
            stakes=tuple(keys.get(one["user_id"], ())),
            unvalued=one["open"],
        )
        for one in summed
    )
    return Ours(tuple(found))
