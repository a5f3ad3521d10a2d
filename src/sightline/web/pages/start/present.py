"""The words and addresses of the first page and the tour."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.records.queries.tour import TourStop
from sightline.web.templatetags.tour import step_url
from sightline.wording.money import short_money


@dataclass(frozen=True, slots=True)
class Door:
    """One way in. `post` is set where the act changes something; `note` says what it takes."""

    key: str
    title: str
    text: str
    points: tuple[str, ...]
    label: str
    url: str
    note: str
    primary: bool = False
    post: bool = False
    loading: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """One click of the tour."""

    number: int
    title: str
    text: str
    label: str
    url: str


def doors(*, demonstration: bool, accounts: bool, loading: bool, may_load: bool) -> list[Door]:
    """The three doors, in order."""
    return [
        _demonstration(loaded=demonstration, accounts=accounts, loading=loading, may=may_load),
        Door(
            key="export",
            title=_("Load my Salesforce export"),
            text=_("The weekly export ZIP, a folder, or single CSV files. We guess the columns."),
            points=(
                _("See every row before it is stored"),
                _("Rows that do not fit come back with the reason"),
                _("Accounts and opportunities alone are enough to begin"),
            ),
            label=_("Choose files") if may_load else "",
            url=_address("imports:run-new"),
            note=_("About 10 minutes") if may_load else _("Operations loads data"),
            primary=not accounts and may_load,
        ),
        Door(
            key="connect",
            title=_("Connect Salesforce"),
            text=_(
                "Sign in once with a Salesforce administrator; changes then arrive by themselves."
            ),
            points=(
                _("Reads first; writing is switched on later"),
                _("Keeps your sharing rules"),
                _("A comparison proves that both sides agree"),
            ),
            label=_("Connect") if may_load else "",
            url=_address("sync:show"),
            note="" if may_load else _("Operations connects it"),
        ),
    ]


def _demonstration(*, loaded: bool, accounts: bool, loading: bool, may: bool) -> Door:
    points = (
        _("A software seller with 120 customers, three years of business"),
        _("One story in four clicks: a dip, a lone champion, a gap, a play"),
        _("Removed in one act before your own data comes"),
    )
    text = _("A generated company, labelled as such on every page.")
    if loaded:
        return Door(
            "demonstration",
            _("See the demonstration"),
            text,
            points,
            label=_("Take the tour"),
            url=reverse("start:tour"),
            note=_("Ready now"),
        )
    if loading:
        note = _("Being made: about half a minute")
        return Door(
            "demonstration", _("See the demonstration"), text, points, "", "", note, loading=True
        )
    possible = may and not accounts
    return Door(
        "demonstration",
        _("See the demonstration"),
        text,
        points,
        label=_("Load the demonstration") if possible else "",
        url=reverse("start:demonstration-load"),
        note=_("About half a minute")
        if possible
        else (_("Your own data is here") if accounts else _("Operations loads data")),
        post=True,
    )


def stops(found: TourStop | None) -> list[Stop]:
    """The four clicks through one account; none where no account tells the story."""
    if found is None:
        return []
    before, now = (
        short_money(Money(minor, found.currency)) for minor in (found.revenue_before, found.revenue)
    )
    told = {"account": found.name, "before": before, "now": now}
    words = (
        (
            _("The dip"),
            _("%(account)s bought for %(before)s in the year before and %(now)s in the last.")
            % told,
            _("See the revenue"),
        ),
        (
            _("The lone champion"),
            _(
                "Two thirds of all contact there runs through one person. What breaks if they leave?"
            ),
            _("See the people"),
        ),
        (
            _("The gap"),
            _gap(found),
            _("See the bridge"),
        ),
        (
            _("The play"),
            _("What is open, how long it has stood still, and what it needs next."),
            _("See the plays"),
        ),
    )
    return [
        Stop(number, title, text, label, step_url(number, found.account_id))
        for number, (title, text, label) in enumerate(words, start=1)
    ]


def _gap(found: TourStop) -> str:
    """How far the plan lands from its target, where both are known."""
    if found.landing is None or found.target is None or found.landing >= found.target:
        return _("The bridge adds up what is contracted, at risk and in play, against the target.")
    landing, target, short = (
        short_money(Money(minor, found.plan_currency))
        for minor in (found.landing, found.target, found.target - found.landing)
    )
    return _("All plays together land at %(landing)s of %(target)s: %(short)s are missing.") % {
        "landing": landing,
        "target": target,
        "short": short,
    }


def _address(name: str) -> str:
    """The address, or nothing where a page does not exist here."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
