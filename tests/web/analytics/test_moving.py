"""What was done against what moved, the week's changes, sponsors at reviews: whose, and whose not."""

from __future__ import annotations

from datetime import date, timedelta

from sightline.records.models import Account, Action, Attendance, Opportunity, Plan, Review
from sightline.records.queries import company
from sightline.records.queries.analytics import Basis, Moving, Picture, picture
from sightline.records.queries.analytics.keeping import restored, stored
from sightline.records.queries.analytics.moving import MOST_SPONSORS, Sponsoring, _first
from sightline.records.reach import reach_of
from sightline.records.scoping import person_of
from tests import makers
from tests.web.analytics.conftest import Team
from tests.web.analytics.test_show import Enter, text

TODAY = date.today()


def told(team: Team) -> Picture:
    facts = company.company_facts()
    parameters = company.parameters_in_force(TODAY)
    basis = Basis(TODAY, facts.calendar, facts.currency, company.rates(), parameters)
    return picture(reach_of(person_of(team.leader)), basis)


def moving(team: Team) -> Moving:
    found = told(team).moving
    assert found is not None
    return found


def deal(account: Account, **values: object) -> Opportunity:
    given = {"created_on": TODAY - timedelta(days=90), "amount": 10_000_00, "currency": "GBP"}
    return Opportunity.objects.create(account=account, name="Deal", **(given | values))


def done(account: Account, days_ago: int, **values: object) -> Action:
    return Action.objects.create(
        account=account,
        subject="Call",
        state=Action.State.DONE,
        done_on=TODAY - timedelta(days=days_ago),
        **values,
    )


def test_actions_that_moved_nothing_name_the_account(team: Team, enter: Enter) -> None:
    still = deal(team.helvion)
    for days in (0, 3, 27):
        done(team.helvion, days, opportunity=still)
    done(team.helvion, 28, opportunity=still)  # outside the window
    done(team.helvion, 1)  # serves nothing
    stepped = deal(team.kova, stage_since=TODAY, stage_since_inferred=False)
    done(team.kova, 1, opportunity=stepped)
    done(team.foreign, 1, opportunity=deal(team.foreign))
    found = moving(team)
    assert (found.done, found.loose) == (5, 1)
    assert [(one.key, one.done, one.moved, one.plays) for one in found.by_tier] == [
        (1, 3, 0, 1),
        (2, 1, 1, 1),
    ]
    assert [one.key for one in found.stuck] == [team.helvion.pk]
    assert "4 actions done for plays, 1 plays moved on." in text(enter(team.leader))


def test_an_inferred_stage_date_is_no_movement(team: Team) -> None:
    deal(team.kova, stage_since=TODAY, stage_since_inferred=True)
    assert sum(one.moved for one in moving(team).by_tier) == 0


def test_the_week_counts_deals_with_their_money_and_names_none_of_others(team: Team) -> None:
    closed = {"is_closed": True, "closed_on": TODAY}
    deal(team.helvion, is_won=True, **closed)
    deal(team.helvion, is_won=True, amount=None, **closed)
    deal(team.kova, is_won=False, is_closed=True, closed_on=TODAY - timedelta(days=7))
    deal(team.foreign, is_won=True, **closed)
    deal(team.kova, created_on=TODAY, amount=5_00)
    found = {one.kind: (one.count, one.money and one.money.minor) for one in moving(team).changes}
    assert found == {"won": (2, 10_000_00), "opened": (1, 5_00)}


def test_a_sponsor_who_stayed_away_is_counted_absent(team: Team, enter: Enter) -> None:
    sponsor = makers.crm_user("Ingrid Sponsor")
    Account.objects.filter(pk=team.helvion.pk).update(executive_sponsor=sponsor)
    plan = Plan.objects.get(account=team.helvion)
    for number, state in enumerate((Attendance.State.PRESENT, Attendance.State.ABSENT)):
        review = Review.objects.create(
            plan=plan,
            account=team.helvion,
            state=Review.State.CLOSED,
            held_on=TODAY - timedelta(days=30 * (number + 1)),
            changed_nothing=False,
        )
        Attendance.objects.create(review=review, user=sponsor, state=state)
    (one,) = moving(team).sponsors
    assert (one.name, one.accounts, one.held, one.came) == ("Ingrid Sponsor", 1, 2, 1)
    assert "1 of 2 attended" in text(enter(team.leader))


def test_a_kept_picture_reads_back_as_it_was(team: Team) -> None:
    deal(team.helvion, is_won=True, is_closed=True, closed_on=TODAY)
    found = told(team)
    again = restored(stored(found))
    assert stored(again) == stored(found)
    assert (again.plans, again.quarters, again.moving) == (
        found.plans,
        found.quarters,
        found.moving,
    )
    assert (again.spread, again.balance, again.names) == (found.spread, found.balance, found.names)
    assert again.whole is not None
    assert found.whole is not None
    assert (again.whole.gap, again.whole.counted) == (found.whole.gap, found.whole.counted)


def test_of_very_many_sponsors_those_of_most_accounts_are_shown_by_name() -> None:
    alike = tuple(Sponsoring(f"Same {n % 3}", 1, 0, 0) for n in range(30))
    shown = _first((*alike, Sponsoring("Zoe", 9, 0, 0)))
    assert (len(shown), shown[-1].name) == (MOST_SPONSORS, "Zoe")
