"""Signals of an account, from what its pages already read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sightline.planning.explanations import TrendFacts
from sightline.planning.money import Money
from sightline.planning.renewals import RenewalFacts, what_it_lacks
from sightline.planning.signals import (
    PersonSeen,
    RenewalSeen,
    RivalSeen,
    Signal,
    SignalFacts,
    SignalKind,
    signals_of,
)
from sightline.planning.stakeholders import StakeholderParameters, Status, is_executive
from sightline.planning.stakeholders.rhythm import decides
from sightline.records.queries.account_people import KnownPerson
from sightline.records.queries.signals_kept import KeptSignal, signals_kept
from sightline.web.pages.account.parts import Parts
from sightline.wording.money import short_money

MOST_CARRIERS = 3
ICONS: dict[str, str] = {
    SignalKind.CONTACT_LEFT: "person-gone",
    SignalKind.CONTACT_QUIET: "clock",
    SignalKind.CONTACT_NEW: "users",
    SignalKind.REVENUE_SILENT: "warning",
    SignalKind.OFF_TREND: "trend-down",
    SignalKind.USAGE_DOWN: "trend-down",
    SignalKind.RENEWAL_IN_SIGHT: "calendar",
    SignalKind.SERIOUS_CASES: "warning",
    SignalKind.COMPETITOR_SEEN: "flag",
    SignalKind.CONTACT_TITLE: "users",
    SignalKind.CONTACT_BOUNCED: "warning",
    "said_by_customer": "speech",
}


@dataclass(frozen=True, slots=True)
class ShownSignal:
    """One signal in words."""

    icon: str
    title: str
    why: str
    on: date
    source: str
    money: Money | None
    id: int | None = None
    dismissed: str = ""
    dismissed_reason: str = ""


def shown_signals(
    parts: Parts, *, since: date | None = None, most: int | None = None
) -> tuple[ShownSignal, ...]:
    """Every signal in force that nobody put aside, newest first; from a day on, and so many."""
    kept = _kept_of(parts)
    if kept is not None:
        wanted = [one for one in kept if not one.dismissed and (since is None or one.on >= since)]
        return _in_words(parts, wanted[:most])
    return tuple(one for one in _now(parts) if since is None or one.on >= since)[:most]


def put_aside(parts: Parts) -> tuple[ShownSignal, ...]:
    """Those that somebody put aside while their cause lasts."""
    return tuple(one for one in all_signals(parts) if one.dismissed)


def all_signals(parts: Parts) -> tuple[ShownSignal, ...]:
    """Signals as they were raised; computed now for an account of which none was ever raised."""
    kept = _kept_of(parts)
    if kept is not None:
        return _in_words(parts, kept)
    return _now(parts)


def _now(parts: Parts) -> tuple[ShownSignal, ...]:
    """Computed now: nobody has put any of them aside."""
    found = signals_of(_facts(parts), on=parts.shell.today, parameters=parts.parameters)
    names = {line.key: line.name for line in parts.grid.lines}
    return tuple(_shown(one, names) for one in found)


def _kept_of(parts: Parts) -> tuple[KeptSignal, ...] | None:
    """Signals as they were raised; None where none ever was, or the account is not planned alone."""
    scope = parts.shell.scope
    return signals_kept(scope.planning_id, seen=scope.seen_ids) if scope.plans_itself else None


def _in_words(parts: Parts, kept: Iterable[KeptSignal]) -> tuple[ShownSignal, ...]:
    whole, team = parts.shell.head.name, parts.shell.rights.opinions
    return tuple(shown_kept(one, whole=whole, carriers=team) for one in kept)


def _facts(parts: Parts) -> SignalFacts:
    shell, measured = parts.shell, parts.shell.measured
    numbers = parts.parameters.section(StakeholderParameters, "stakeholders")
    carried = carried_by(parts)
    serious = [one for one in parts.cases.open if one.critical or one.breached]
    day = shell.company.today
    oldest = [day(one.opened_at) for one in serious if one.opened_at is not None]
    whole, usage = None, None
    trends: tuple[TrendFacts, ...] = ()
    if measured is not None:
        whole = _trend(shell.head.name, measured.r12, measured.r12_before, parts)
        trends = _trends(parts)
        if measured.usage_now is not None and measured.usage_before:
            usage = float(measured.usage_now / measured.usage_before) - 1
    return SignalFacts(
        as_of=measured.as_of if measured else None,
        whole=whole,
        trends=trends,
        usage_change=usage,
        people=tuple(
            _person(one, carried.get(one.person.key), numbers) for one in parts.people.people
        ),
        renewals=tuple(_renewals(parts)),
        rivals=tuple(_rivals(parts)),
        serious_cases=parts.cases.serious if parts.cases.loaded else None,
        oldest_serious=min(oldest, default=None),
    )


def _trends(parts: Parts) -> tuple[TrendFacts, ...]:
    sums: dict[str, list[int]] = {}
    for row in parts.grid.rows.values():
        pair = sums.setdefault(row.line, [0, 0])
        pair[0] += row.r12
        pair[1] += row.r12_before
    return tuple(_trend(line, now, before, parts) for line, (now, before) in sums.items())


def _trend(line: str, now: int, before: int, parts: Parts) -> TrendFacts:
    measured = parts.shell.measured
    assert measured is not None
    currency = measured.currency
    return TrendFacts(
        line=line,
        quarter="",
        planned=True,
        r12=Money(now, currency),
        r12_before=Money(before, currency),
        baseline=Money(max(measured.r12, measured.r12_before), currency),
        gap_alarm=measured.gap_alarm and line == parts.shell.head.name,
    )


def _person(one: KnownPerson, carries: Money | None, numbers: StakeholderParameters) -> PersonSeen:
    return PersonSeen(
        key=one.person.key,
        name=one.person.name,
        status=one.status,
        left_on=one.left_on,
        added_on=one.added_on,
        last_two_way=one.log.last_two_way,
        decides=decides(one.person) or _leads(one, numbers),
        carries=carries,
    )


def _leads(one: KnownPerson, numbers: StakeholderParameters) -> bool:
    """An executive; the title table is read only for people whose change could be a signal."""
    changed = one.status.status is not Status.ACTIVE
    return changed and is_executive(one.person, parameters=numbers)


def carried_by(parts: Parts) -> dict[str, Money]:
    """Open plays by the people they name, in the account's currency; other currencies add none."""
    found: dict[str, int] = {}
    for deal in parts.deals.deals:
        value = deal.play.value
        if deal.closed or value is None or value.currency != parts.grid.currency:
            continue
        for person in deal.play.people:
            found[person] = found.get(person, 0) + value.minor
    return {person: Money(minor, parts.grid.currency) for person, minor in found.items()}


def _renewals(parts: Parts) -> Iterable[RenewalSeen]:
    for row in parts.contracts:
        if row.ends_on is None:
            continue
        money = Money(row.value, row.currency) if row.value is not None and row.currency else None
        strategy = row.strategy
        facts = RenewalFacts(
            contract=row.name,
            account=str(row.account_id),
            ends_on=row.ends_on,
            acv=money,
            goal=strategy.goal or None,
            owner=strategy.owner or None,
            decider=strategy.decider or None,
        )
        name = row.name or _("Contract")
        yield RenewalSeen(f"contract:{row.id}", name, row.ends_on, money, len(what_it_lacks(facts)))


def _rivals(parts: Parts) -> Iterable[RivalSeen]:
    for deal in parts.deals.deals:
        day = deal.play.target_close if deal.closed else deal.play.created
        if deal.won or day is None or day == date.min:
            continue
        for name in deal.competitors:
            key = f"{deal.play.key}:{name}"
            yield RivalSeen(key, name, deal.play.name, day, deal.play.value)


def shown_kept(one: KeptSignal, *, whole: str, carriers: bool = False) -> ShownSignal:
    """A kept signal in words; `whole` names the account where the account itself is meant. With
    `carriers` who could carry what somebody leaves behind is named: an opinion."""
    subject = whole if one.subject == "account" else one.subject or _("Contract")
    return ShownSignal(
        icon="trend" if (one.share or 0) > 0 else ICONS.get(one.kind, "eye"),
        title=_title(one.kind, subject) if one.share is None else _moved(one.share, subject),
        why=_told(one, carriers=carriers) or _("told when it happened"),
        on=one.on,
        source=_source(one.source),
        money=one.money,
        id=one.id,
        dismissed=one.dismissed,
        dismissed_reason=one.dismissed_reason,
    )


def _told(one: KeptSignal, *, carriers: bool) -> str:
    """The rule's sentence, and the departure test's answer where somebody may be lost."""
    found = one.departure
    if found is None:
        return one.text
    parts = [one.text] if one.text else []
    if found.stakes_lost:
        told = ngettext(
            "%(money)s on %(n)s play, renewal or cell has no path without them",
            "%(money)s on %(n)s plays, renewals and cells has no path without them",
            found.stakes_lost,
        )
        parts.append(told % {"money": short_money(found.lost), "n": found.stakes_lost})
    if found.stakes_left:
        told = ngettext(
            "%(money)s on %(n)s is left on one thread",
            "%(money)s on %(n)s are left on one thread",
            found.stakes_left,
        )
        parts.append(told % {"money": short_money(found.on_one_thread), "n": found.stakes_left})
    if found.unvalued:
        parts.append(_("money on %s of them is not known") % found.unvalued)
    if not found.stakes_lost and not found.stakes_left:
        parts.append(_("nothing loses its path without them"))
    if carriers and found.carriers:
        parts.append(_("%s could carry it") % ", ".join(found.carriers[:MOST_CARRIERS]))
    return "; ".join(parts)


def _moved(share: float, subject: str) -> str:
    return (_("%s jumped off its trend") if share > 0 else _("%s fell off its trend")) % subject


def _shown(one: Signal, names: dict[str, str]) -> ShownSignal:
    title = _title(one.kind, names.get(one.subject, one.subject))
    why, source = one.reason.text.rstrip("."), _source(one.source)
    return ShownSignal(ICONS[one.kind], title, why, one.on, source, one.money)


_ALONE: dict[str, str] = {
    SignalKind.USAGE_DOWN: gettext_noop("Usage is down"),
    SignalKind.SERIOUS_CASES: gettext_noop("Serious cases are open"),
    "said_by_customer": gettext_noop("The customer said something"),
}
_TITLES: dict[str, str] = {
    SignalKind.CONTACT_LEFT: gettext_noop("%s left"),
    SignalKind.CONTACT_QUIET: gettext_noop("%s has gone quiet"),
    SignalKind.CONTACT_NEW: gettext_noop("%s is new"),
    SignalKind.REVENUE_SILENT: gettext_noop(
        "%s is silent for longer than its own orders ever were"
    ),
    SignalKind.OFF_TREND: gettext_noop("%s is off its trend"),
    SignalKind.RENEWAL_IN_SIGHT: gettext_noop("%s is up for renewal"),
    SignalKind.COMPETITOR_SEEN: gettext_noop("%s was seen"),
    SignalKind.CONTACT_TITLE: gettext_noop("%s has another title"),
    SignalKind.CONTACT_BOUNCED: gettext_noop("Mail to %s comes back"),
}
_SOURCES = {
    "crm": gettext_noop("CRM"),
    "activity": gettext_noop("logged contact"),
    "ledger": gettext_noop("revenue lines"),
    "bookings": gettext_noop("from bookings"),
    "usage": gettext_noop("usage"),
    "contract": gettext_noop("contracts"),
    "cases": gettext_noop("cases"),
    "opportunity": gettext_noop("opportunities"),
    "joint": gettext_noop("a joint review"),
}


def _title(kind: str, subject: str) -> str:
    if kind in _ALONE:
        return _(_ALONE[kind])
    return (_(_TITLES[kind]) if kind in _TITLES else "%s") % subject


def _source(source: str) -> str:
    return _(_SOURCES[source]) if source in _SOURCES else source
