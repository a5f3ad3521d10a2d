"""The side of Monday in words: what came of last week, the newest signals, what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money
from sightline.records.queries.signals_kept import KeptSignal
from sightline.records.queries.week.answers import SinceLast
from sightline.records.queries.week.page import WeekFound
from sightline.records.queries.week.reading import WeekKnown
from sightline.web.pages.monday.empty import address
from sightline.web.pages.plan.signals import shown_kept
from sightline.wording import dates
from sightline.wording.money import short_money


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the side panel."""

    icon: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SignalNote:
    """A signal of the side panel, with its date, its source and its account."""

    id: int
    icon: str
    title: str
    account: str
    url: str
    why: str
    source: str
    on: date


def since_notes(found: WeekFound, since: SinceLast) -> Iterable[Note]:
    """What came of the week before."""
    if since.acts:
        title = _("%(done)d of %(acts)d acts done") % {"done": since.done, "acts": since.acts}
        rest = _("%(later)d snoozed, %(no)d judged not relevant.") % {
            "later": since.snoozed,
            "no": since.not_relevant,
        }
        if since.delegated:
            rest += " " + _("%(count)d passed on.") % {"count": since.delegated}
        yield Note("check", title, rest)
    for icon, rows, words in (
        ("trend", since.won, _("won")),
        ("trend-down", since.lost, _("lost")),
    ):
        for currency, count, minor in rows:
            money = short_money(Money(minor, currency or found.company.currency))
            deals = ngettext("%(count)d opportunity", "%(count)d opportunities", count)
            yield Note(icon, f"{money} {words}", deals % {"count": count} + ".")
    names = {pk: account.name for account in found.planned.accounts for pk in account.family}
    for name, account in since.left:
        title = _("%(name)s left") % {"name": name}
        yield Note("leave", title, names.get(account, ""))


def signal_notes(found: WeekFound, signals: Iterable[KeptSignal]) -> Iterable[SignalNote]:
    """The newest signals of these accounts."""
    accounts = {account.planning: account for account in found.planned.accounts}
    for one in signals:
        account = accounts[one.account_id]
        shown = shown_kept(one, whole=account.name)
        yield SignalNote(
            id=one.id,
            icon=shown.icon,
            title=shown.title,
            account=account.name,
            url=address("plan:signals", args=(account.id,)),
            why=shown.why,
            source=shown.source,
            on=one.on,
        )


def caveats_of(known: WeekKnown, on: date) -> Iterable[str]:
    """What the ranking does not know."""
    if known.people_as_of is not None and known.people_as_of < on:
        day = dates.relative_day(known.people_as_of, today=on)
        yield _("Who went quiet and single threads as of %(day)s.") % {"day": day}
    if known.unprepared:
        yield ngettext(
            "People of %(count)d account are not judged yet.",
            "People of %(count)d accounts are not judged yet.",
            known.unprepared,
        ) % {"count": known.unprepared}
    if known.unranked:
        yield ngettext(
            "%(count)d amount has no exchange rate and is not ranked.",
            "%(count)d amounts have no exchange rate and are not ranked.",
            known.unranked,
        ) % {"count": known.unranked}
