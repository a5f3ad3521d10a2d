"""The week in words: acts with their reasons and evidence, one line for every account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.weekly import Item
from sightline.records.queries.calls import Crossing, calls_crossing
from sightline.records.queries.signals_kept import KeptSignal
from sightline.records.queries.week.answers import Given, SinceLast
from sightline.records.queries.week.page import WeekFound
from sightline.records.queries.week.planned import WeekAccount
from sightline.web.figures import Figure
from sightline.web.pages.monday import evidence, places
from sightline.web.pages.monday.empty import address
from sightline.web.pages.monday.rows import Row, Rows
from sightline.web.pages.monday.side import Note, SignalNote, caveats_of, signal_notes, since_notes
from sightline.wording import dates
from sightline.wording.money import short_money


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with a posted answer, and what was typed."""

    act: str
    field: str
    text: str
    reason: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Because:
    """One reason as a tag."""

    text: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act as drawn. `dom` is its id on the page; `at_stake` empty where no money is linked.

    `place` is where it is done; `calls` names whom a call does it with, "" where none does.
    """

    key: str
    dom: str
    rank: int
    title: str
    account: str
    account_url: str
    where: str
    because: tuple[Because, ...]
    at_stake: str
    figure: Figure
    minutes: str
    place: str
    calls: str
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class DoneLine:
    """An act answered this week, with the answer and its undo."""

    id: int
    title: str
    account: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One planned account: its line as drawn, and where it is opened its acts (at most three)."""

    id: int
    name: str
    url: str
    drawn: SafeString
    opened: bool
    acts: tuple[ActLine, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeekPage:
    """Everything the page draws."""

    title: str
    summary: str
    mine: bool
    whose_id: int
    whose: str
    acts: tuple[ActLine, ...]
    answered: tuple[DoneLine, ...]
    not_chosen: str
    lines: tuple[AccountLine, ...]
    by_playbook: str
    playbook_url: str
    since: tuple[Note, ...]
    hours: str
    hours_problem: str
    snooze_until: date
    snooze_first: date
    snooze_words: str
    caveats: tuple[str, ...]
    signals: tuple[SignalNote, ...]


def week_page(
    found: WeekFound,
    since: SinceLast,
    *,
    problem: Problem | None,
    opened: str = "",
    signals: Iterable[KeptSignal] = (),
) -> WeekPage:
    """The page of a week; only the account `opened` is drawn with its acts."""
    asked = found.items.get(problem.act) if problem is not None else None
    shown = asked.account if asked is not None else opened
    names = {str(account.id): account for account in found.planned.accounts}
    opening = tuple(
        _act(item, names[item.account], found, rank=rank, problem=problem)
        for rank, item in enumerate(found.week.opening, start=1)
    )
    rows = Rows(whose=None if found.mine else found.whose.user_id)
    wrong_hours = problem if problem is not None and problem.field == "hours" else None
    return WeekPage(
        title=dates.weekday(found.monday)
        if found.on == found.monday
        else _("Week of %(day)s") % {"day": dates.weekday(found.monday)},
        summary=_summary(found),
        mine=found.mine,
        whose_id=found.whose.user_id,
        whose=found.whose.name,
        acts=opening,
        answered=tuple(_answered(found, names)),
        not_chosen=_not_chosen(found, names),
        lines=tuple(
            _line(account, found, rows, shown=shown, problem=problem)
            for account in found.planned.accounts
        ),
        by_playbook=_by_playbook(found),
        playbook_url=address("portfolio:list"),
        since=tuple(since_notes(found, since)),
        hours=wrong_hours.reason if wrong_hours else f"{found.minutes / 60:g}",
        hours_problem=wrong_hours.text if wrong_hours else "",
        snooze_until=found.next_monday,
        snooze_first=found.on,
        snooze_words=dates.day_short(found.next_monday, today=found.on),
        caveats=tuple(caveats_of(found.known, found.on)),
        signals=tuple(signal_notes(found, signals)),
    )


def in_time(minutes: int) -> str:
    """45 min, 2 h, 2 h 40 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def _summary(found: WeekFound) -> str:
    count = len(found.week.opening)
    accounts = len({item.account for item in found.week.opening})
    if not count and found.week.not_chosen is not None and not found.answers.given:
        return _("No act fits your hours.")
    if not count:
        return _("Nothing is left to do of what opened this week.")
    acts = ngettext("%(count)d act", "%(count)d acts", count) % {"count": count}
    where = ngettext("%(count)d account", "%(count)d accounts", accounts) % {"count": accounts}
    return _("%(acts)s in %(where)s, about %(time)s.") % {
        "acts": acts,
        "where": where,
        "time": in_time(found.week.minutes),
    }


def _act(
    item: Item,
    account: WeekAccount,
    found: WeekFound,
    *,
    rank: int = 0,
    problem: Problem | None,
) -> ActLine:
    kept = found.known.evidence.get(item.act)
    money = evidence.at_stake(item)
    return ActLine(
        key=item.act,
        dom="act-" + "".join(sign if sign.isalnum() else "-" for sign in item.act),
        rank=rank,
        title=evidence.title(item, kept),
        account=account.name,
        account_url=account_url(account.id),
        where=evidence.where(kept, account),
        because=tuple(
            Because(evidence.sentence(ground.reason), *evidence.look(ground.reason.code))
            for ground in item.grounds
        ),
        at_stake=_("%(money)s at stake") % {"money": short_money(money)} if money else "",
        figure=evidence.figure(item, kept, on=found.on, parameters=found.parameters),
        minutes=in_time(item.minutes),
        place=places.place_of(item, kept, account.id),
        calls=found.people.get(kept.contact_id or 0, "")
        if kept is not None and places.is_call(item)
        else "",
        problem=problem if problem is not None and problem.act == item.act else None,
    )


def account_url(account_id: int) -> str:
    """The account's own page, as far as there is one."""
    return address("account:show", "plan:show", "portfolio:account", args=(account_id,))


def _line(
    account: WeekAccount, found: WeekFound, rows: Rows, *, shown: str, problem: Problem | None
) -> AccountLine:
    key = str(account.id)
    opening = {item.act for item in found.week.opening}
    chosen = found.week.by_account.get(key, ())
    # what was done beside the opening is not replaced either
    room = max(0, len(chosen) - found.answers.extra.get(key, 0))
    here = [item for item in chosen if item.act in opening]
    more = [item for item in chosen if item.act not in opening][: max(0, room - len(here))]
    row = Row(
        id=account.id,
        name=account.name,
        url=account_url(account.id),
        tier=account.tier,
        tier_state="decided"
        if account.decided
        else "provisional"
        if account.provisional
        else "proposed",
        worth=_worth(account, found.on),
        vulnerability=account.vulnerability,
        summary=_line_summary(len(here), len(more)),
        may_open=bool(here or more),
    )
    opened = row.may_open and key == shown
    return AccountLine(
        id=account.id,
        name=account.name,
        url=row.url,
        drawn=rows.inner(row) if opened else rows.folded(row),
        opened=opened,
        acts=tuple(_act(item, account, found, problem=problem) for item in more if opened),
        also=tuple(
            evidence.title(item, found.known.evidence.get(item.act)) for item in here if opened
        ),
    )


def _worth(account: WeekAccount, on: date) -> str:
    parts = []
    if account.acv is not None:
        parts.append(_("%(money)s recurring a year") % {"money": short_money(account.acv)})
    if account.next_renewal_on is not None:
        day = dates.day_short(account.next_renewal_on, today=on)
        parts.append(_("renews %(day)s") % {"day": day})
    return ", ".join(parts)


def _line_summary(here: int, more: int) -> str:
    if not here and not more:
        return _("Nothing here needs you this week")
    parts = []
    if here:
        parts.append(_("%(count)d above") % {"count": here})
    if more:
        parts.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return ", ".join(parts)


def _not_chosen(found: WeekFound, names: dict[str, WeekAccount]) -> str:
    left = found.week.not_chosen
    if left is None:
        return ""
    return _("Best not chosen: %(title)s (%(account)s). Why: %(why)s.") % {
        "title": evidence.title(left.item, found.known.evidence.get(left.item.act)),
        "account": names[left.item.account].name,
        "why": left.why.text,
    }


def _answered(found: WeekFound, names: dict[str, WeekAccount]) -> Iterable[DoneLine]:
    """Answers in force, the newest first, with the act's words as far as it is still asked."""
    newest = sorted(found.answers.given.values(), key=lambda one: one.answered_at, reverse=True)
    crossing = calls_crossing([one.call_id for one in newest if one.call_id is not None])
    for given in newest:
        account = names.get(str(given.account_id))
        if account is None:
            continue
        item = found.items.get(given.act)
        kept = found.known.evidence.get(given.act)
        yield DoneLine(
            id=given.id,
            title=evidence.title(item, kept) if item else evidence.gone_title(given.act),
            account=account.name,
            words=_answer_words(given, found.on) + _crossed(crossing.get(given.call_id or 0)),
            reason=given.reason,
        )


def _answer_words(given: Given, on: date) -> str:
    if given.answer == "snoozed" and given.until is not None:
        return _("snoozed until %(day)s") % {"day": dates.day_short(given.until, today=on)}
    words = {
        "done": _("done"),
        "not_relevant": _("not relevant"),
        "delegated": _("passed on to %(name)s") % {"name": given.to},
    }
    return words.get(given.answer, given.answer)


def _crossed(call: Crossing | None) -> str:
    """Where the logged call stands on its way to the CRM; nothing where none is connected."""
    if call is None:
        return ""
    words = {
        "saved": _("call saved in %(org)s"),
        "refused": _("call refused by %(org)s"),
        "unknown": _("call sent to %(org)s, being checked"),
    }
    return ", " + words.get(call.state, _("call on its way to %(org)s")) % {"org": call.org}


def _by_playbook(found: WeekFound) -> str:
    count = found.planned.by_playbook
    if not count:
        return ""
    return ngettext(
        "%(count)d account of tier 3 is run by playbooks and asks nothing here.",
        "%(count)d accounts of tier 3 are run by playbooks and ask nothing here.",
        count,
    ) % {"count": count}
