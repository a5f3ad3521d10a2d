"""Challenges in words: who and what each is about, what it touches, how to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.challenges import Answered, Challenge, ChallengeList
from sightline.planning.money import Money, total
from sightline.records.queries.challenge_answers import KeptAnswer
from sightline.web.pages.challenges.beside import anchor_of
from sightline.web.pages.challenges.forms import AnswerForm

PLACES = {
    "no_credible_path": "plan:bridge",
    "renewal_without_strategy": "account:renewals",
    "single_thread": "account:people",
    "buyer_unreached": "account:people",
    "stance_rosier": "account:people",
    "fantasy_in_plan": "whitespace:show",
    "play_incomplete": "plays:show",
    "plan_and_pipeline": "plays:show",
    "date_too_early": "plays:show",
    "busy_not_moving": "plays:show",
    "losing_ground_hidden": "plan:losing-ground",
    "assumption_due": "assumptions:show",
    "health_rosier": "assumptions:show",
    "metric_without_play": "metrics:show",
    "plan_too_large": "plays:show",
    "commitments_missed": "reviews:account",
    "nothing_changed": "reviews:account",
    "sponsor_absent": "reviews:account",
}
GAP_PLACES = {
    "gap.target": "plan:show",
    "gap.grid": "whitespace:show",
    "gap.people": "account:people",
    "gap.renewal_owner": "account:renewals",
    "gap.priority": "priorities:show",
    "gap.assumptions": "assumptions:show",
    "gap.wallet": "wallet:show",
    "gap.play_without_metric": "metrics:show",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One challenge as the page draws it."""

    key: str
    number: int
    anchor: str
    title: str
    about: str
    money: Money | None
    plan_says: str
    facts_say: str
    way_out: str
    url: str
    form: AnswerForm
    open: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """An answered one."""

    title: str
    about: str
    kind: str
    words: str
    by: str
    at: datetime
    until: date | None
    undo: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that makes the plan usable: there, or where to enter it."""

    label: str
    there: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What the page holds. `touched` is the money of all that is open, each once; `also` are gaps
    that a plan is usable without."""

    shown: tuple[Shown, ...]
    waiting: tuple[Shown, ...]
    folded: tuple[Shown, ...]
    settled: tuple[Settled, ...]
    gaps: tuple[Gap, ...]
    also: tuple[Gap, ...]
    have: int
    of: int
    touched: Money | None


def page_of(
    listed: ChallengeList,
    *,
    account_id: int,
    currency: str,
    names: dict[str, str],
    kept: dict[str, KeptAnswer],
    wallet: bool,
    until: date,
    bound: AnswerForm | None = None,
) -> Page:
    """Everything the page draws; `bound` is a form that came back with errors, `wallet` whether the
    reader may see wallets, `until` the day proposed."""

    def show(rows: tuple[Challenge, ...], start: int) -> tuple[Shown, ...]:
        return tuple(
            _shown(row, start + place, account_id=account_id, names=names, bound=bound, until=until)
            for place, row in enumerate(rows)
        )

    money = [row.money for row in listed.open if row.money is not None]
    return Page(
        shown=show(listed.shown, 1),
        waiting=show(listed.waiting, len(listed.shown) + 1),
        folded=show(listed.folded, len(listed.open) + 1),
        settled=tuple(
            _settled(row, kept, account_id=account_id, names=names) for row in listed.answered
        ),
        gaps=_gaps(listed, account_id),
        also=_also(listed, account_id, wallet=wallet),
        have=len(listed.gaps.there),
        of=len(listed.gaps.there) + len(listed.gaps.missing),
        touched=total(money, currency=currency) if money else None,
    )


def _shown(
    row: Challenge,
    number: int,
    *,
    account_id: int,
    names: dict[str, str],
    bound: AnswerForm | None,
    until: date,
) -> Shown:
    mine = bound is not None and bound.data.get("key") == row.key
    form = (
        bound
        if mine and bound is not None
        else AnswerForm(
            initial={
                "key": row.key,
                "kind": "act",
                "reason": row.way_out.text,
                "until": until,
            },
            auto_id=f"c{number}_%s",
        )
    )
    return Shown(
        key=row.key,
        number=number,
        anchor=anchor_of(row.key),
        title=_(row.title),
        about=", ".join(dict.fromkeys(names[key] for key in _keys(row) if key in names)),
        money=row.money,
        plan_says=row.plan_says.text,
        facts_say=row.facts_say.text,
        way_out=row.way_out.text,
        url=_address(PLACES.get(row.rule, "plan:show"), account_id),
        form=form,
        open=mine,
    )


def _settled(
    row: Answered, kept: dict[str, KeptAnswer], *, account_id: int, names: dict[str, str]
) -> Settled:
    answer = kept[row.challenge.key]
    return Settled(
        title=_(row.challenge.title),
        about=", ".join(dict.fromkeys(names[key] for key in _keys(row.challenge) if key in names)),
        kind=answer.kind,
        words=answer.action or answer.reason,
        by=answer.by,
        at=answer.at,
        until=answer.until,
        undo=reverse("challenges:answer-undo", args=[account_id, answer.id]),
    )


def _keys(row: Challenge) -> tuple[str, ...]:
    """What it is about, then the person who is its cause."""
    return (*row.about, row.cause) if row.cause else row.about


def _gaps(listed: ChallengeList, account_id: int) -> tuple[Gap, ...]:
    words = {
        "target": _("Target agreed"),
        "grid": _("Units and grid"),
        "people": _("Six people mapped"),
        "renewal_owner": _("Renewal owner"),
        "priority": _("Customer priority"),
        "sponsor": _("Sponsor named"),
        "assumptions": _("Assumptions"),
    }
    there = [Gap(words.get(name, name), True) for name in listed.gaps.there]
    missing = [
        Gap(
            words.get(why.code.removeprefix("gap."), why.text),
            False,
            _address(GAP_PLACES.get(why.code, "plan:show"), account_id),
        )
        for why in listed.gaps.missing
    ]
    return (*there, *missing)


def _also(listed: ChallengeList, account_id: int, *, wallet: bool) -> tuple[Gap, ...]:
    """Unknown wallet share, and plays that move no metric."""
    found = []
    for why in listed.gaps.also:
        url = _address(GAP_PLACES[why.code], account_id)
        if why.code == "gap.wallet" and wallet:
            found.append(Gap(_("Wallet share is not known yet"), False, url))
        elif why.code == "gap.play_without_metric":
            n = len(why.inputs["plays"])  # type: ignore[arg-type]
            words = ngettext("%(n)d play moves no metric", "%(n)d plays move no metric", n)
            found.append(Gap(words % {"n": n}, False, url))
    return tuple(found)


def _address(name: str, account_id: int) -> str:
    try:
        return reverse(name, args=[account_id])
    except NoReverseMatch:
        return ""
