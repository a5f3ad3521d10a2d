"""The week's changes, actions against plays moved, and sponsors' attendance, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money
from sightline.records.queries.analytics import Change, Moving, Picture, Sponsoring, Work
from sightline.web.pages.analytics.asking import KIND_WORDS, SignalsAsked, list_url
from sightline.web.pages.portfolio.addresses import plan_address

CHANGED: Mapping[str, Callable[[], str]] = {
    **{of: partial(list_url, f"deals-{of}") for of in ("won", "lost", "opened", "moved")},
    "reviews": partial(list_url, "reviews"),
    "reviews_idle": partial(list_url, "reviews", of="idle"),
    "tiers": partial(list_url, "tiers"),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One kind of thing that happened; `url` where there is a list of it."""

    label: str
    count: int
    money: Money | None
    note: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Actions done against plays moved; `share` 0 … 100 of open and closed plays, None without."""

    name: str
    url: str
    done: int
    moved: int
    plays: int
    done_url: str = ""
    moved_url: str = ""


@dataclass(frozen=True, slots=True)
class MovingWords:
    """What the cards say."""

    found: Moving
    week: str
    changes: tuple[ChangeLine, ...]
    said: str
    by_tier: tuple[WorkLine, ...]
    stuck: tuple[WorkLine, ...]
    sponsors: tuple[Sponsoring, ...]
    more_sponsors: int
    sponsors_said: str


def moving_words(picture: Picture) -> MovingWords | None:
    """None where no plan is open."""
    found = picture.moving
    if found is None:
        return None
    return MovingWords(
        found=found,
        week=_("last %(n)s days") % {"n": found.week},
        changes=tuple(_changes(found)),
        said=_said(found),
        by_tier=tuple(
            _work(
                one,
                _("Tier %s") % one.key,
                reverse("analytics:plans") + f"?tier={one.key}",
                tier=one.key,
            )
            for one in found.by_tier
        ),
        stuck=tuple(
            _work(
                one,
                picture.names.get(one.key, ""),
                plan_address(one.key, part="plays"),
                account=one.key,
            )
            for one in found.stuck
        ),
        sponsors=found.sponsors,
        more_sponsors=found.all_sponsors - len(found.sponsors),
        sponsors_said=ngettext(
            "%(n)s tier 1 account has no sponsor.",
            "%(n)s tier 1 accounts have no sponsor.",
            found.without_sponsor,
        )
        % {"n": found.without_sponsor}
        if found.without_sponsor
        else "",
    )


def _said(found: Moving) -> str:
    moved = sum(one.moved for one in found.by_tier)
    said = _("%(done)s actions done for plays, %(moved)s plays moved on.") % {
        "done": sum(one.done for one in found.by_tier),
        "moved": moved,
    }
    if found.loose:
        serve = ngettext(
            "%(n)s more action served no play, renewal, relationship or risk.",
            "%(n)s more actions served no play, renewal, relationship or risk.",
            found.loose,
        )
        said += " " + serve % {"n": found.loose}
    return said


def _work(one: Work, name: str, url: str, **narrowed: int) -> WorkLine:
    return WorkLine(
        name,
        url,
        one.done,
        one.moved,
        one.plays,
        done_url=list_url("actions", **narrowed),
        moved_url=list_url("deals-advanced", **narrowed),
    )


def _changes(found: Moving) -> Iterator[ChangeLine]:
    words = {
        "won": _("Plays won"),
        "lost": _("Plays lost"),
        "opened": _("Plays opened"),
        "moved": _("Plays moved to another stage"),
        "reviews": _("Reviews held"),
        "reviews_idle": _("Reviews that changed nothing"),
        "tiers": _("Tiers decided"),
    }
    for one in found.changes:
        tone = "neg" if one.kind == "lost" else ""
        url = CHANGED[one.kind]()
        yield ChangeLine(words[one.kind], one.count, one.money, _unvalued(one), url, tone)
    for one in found.signals:
        url = f"{reverse('analytics:signals')}?{SignalsAsked(kind=one.kind).query()}"
        label = KIND_WORDS.get(one.kind)
        if label is not None:
            yield ChangeLine(str(label), one.count, None, _("new signals"), url)


def _unvalued(one: Change) -> str:
    if not one.unvalued:
        return ""
    words = ngettext("%(n)s without a value", "%(n)s without a value", one.unvalued)
    return words % {"n": one.unvalued}
