"""Threads, roles and dependency in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money
from sightline.planning.stakeholders import (
    Cover,
    RoleCover,
    Shares,
    Side,
    Verdict,
    Who,
    cut_off,
    required_roles,
    theirs,
)
from sightline.planning.stakeholders.again import Ground
from sightline.records.queries.seen_again import Asked
from sightline.records.queries.threads import ScopeCheck, ScopeKind
from sightline.web.pages.departures.present import listed
from sightline.web.pages.departures.proposed import ShownProposal, places, shown_proposal
from sightline.web.pages.departures.work import Work
from sightline.wording import labels
from sightline.wording.chances import percent

KEY_PEOPLE = 5
TONES = {Verdict.SINGLE: "warn", Verdict.HELD: "pos", Verdict.INCOMPLETE: "accent"}
COVER_TONES = {Cover.COVERED: "pos", Cover.WEAK: "warn", Cover.MISSING: "neg"}


@dataclass(frozen=True, slots=True)
class ShownScope:
    """One part of the account: its verdict, who carries the contact on both sides, what to do."""

    kind: str
    name: str
    verdict: str
    tone: str
    money: Money | None
    reasons: tuple[str, ...]
    threads: str
    theirs: str
    ours: str
    single: bool
    idle: bool
    sole: str
    test: str
    proposals: tuple[ShownProposal, ...]


@dataclass(frozen=True, slots=True)
class RoleCell:
    """How one required role is filled in one part."""

    word: str
    tone: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class RoleRow:
    """The required roles of the account, of a play or of a renewal."""

    kind: str
    name: str
    cells: tuple[RoleCell, ...]
    unreached: str


@dataclass(frozen=True, slots=True)
class RoleGrid:
    """Required roles by part; `heads` are the roles."""

    heads: tuple[str, ...]
    rows: tuple[RoleRow, ...]


@dataclass(frozen=True, slots=True)
class KeyPerson:
    """How much goes with one person, and who can be reached only through them."""

    name: str
    ours: bool
    share: str
    only_through: str
    test: str


def kind_words(kind: ScopeKind) -> str:
    """What is asked about, in a word."""
    return {
        ScopeKind.ACCOUNT: _("Account"),
        ScopeKind.UNIT: _("Unit"),
        ScopeKind.CENTRE: _("Buying centre"),
        ScopeKind.PLAY: _("Play"),
        ScopeKind.RENEWAL: _("Renewal"),
    }[kind]


def verdict_words(verdict: Verdict) -> str:
    """The answer, in a word; only the first is a flag."""
    return {
        Verdict.SINGLE: _("single-threaded"),
        Verdict.HELD: _("held"),
        Verdict.TOO_LITTLE: _("too little logged to judge"),
        Verdict.INCOMPLETE: _("nobody linked yet"),
        Verdict.NOTHING_AT_STAKE: _("nothing at stake"),
    }[verdict]


def summary(checks: Sequence[ScopeCheck]) -> str:
    """How many parts hang on one person, in one sentence."""
    single = sum(one.check.verdict is Verdict.SINGLE for one in checks)
    little = sum(one.check.verdict is Verdict.TOO_LITTLE for one in checks)
    asked = sum(one.check.verdict is not Verdict.NOTHING_AT_STAKE for one in checks)
    words = ngettext(
        "%(single)s of %(asked)s part hangs on one person",
        "%(single)s of %(asked)s parts hang on one person",
        asked,
    ) % {"single": single, "asked": asked}
    if little:
        words += "; " + _("for %s too little is logged to judge") % little
    return words + "."


def shown_scope(one: ScopeCheck, work: Work) -> ShownScope:
    """One part in words."""
    check = one.check
    proposals = tuple(
        shown_proposal(each, work.facts, place=place, back=None)
        for place, each in zip(places(), one.proposals, strict=False)
    )
    return ShownScope(
        kind=kind_words(one.kind),
        name=one.label or (work.shell.head.name if one.kind is ScopeKind.ACCOUNT else ""),
        verdict=verdict_words(check.verdict),
        tone=TONES.get(check.verdict, ""),
        money=one.money,
        reasons=tuple(_reason(reason.code, reason.text, one, work) for reason in check.reasons),
        threads=listed([work.name(theirs(key)) for key in check.threads]) or _("nobody"),
        theirs=_carried(check.theirs, Side.THEIRS, work),
        ours=_carried(check.ours, Side.OURS, work),
        single=check.verdict is Verdict.SINGLE,
        idle=check.verdict is Verdict.NOTHING_AT_STAKE,
        sole=work.name(one.sole) if one.sole else "",
        test=work.address((one.sole,)) if one.sole else "",
        proposals=proposals,
    )


def _reason(code: str, text: str, one: ScopeCheck, work: Work) -> str:
    """The rule's sentence, with the name of who carries too much."""
    carriers: dict[str, tuple[Side, Shares]] = {
        "threads.theirs": (Side.THEIRS, one.check.theirs),
        "threads.ours": (Side.OURS, one.check.ours),
    }
    if code not in carriers:
        return text
    side, shares = carriers[code]
    if shares.largest is None:
        return text
    said = {
        "name": work.name((side, shares.largest[0])) or _("somebody"),
        "share": percent(shares.largest[1]),
        "days": round(shares.days),
    }
    return _("%(name)s carries %(share)s of %(days)s two-way days") % said


def _carried(shares: Shares, side: Side, work: Work) -> str:
    """Effective threads, and the first of those who carry the contact."""
    if shares.effective is None or shares.largest is None:
        return _("nothing logged")
    name = work.name((side, shares.largest[0])) or _("somebody")
    said = {
        "threads": f"{shares.effective:.1f}",
        "name": name,
        "share": percent(shares.largest[1]),
    }
    return _("%(threads)s effective; %(name)s %(share)s") % said


def role_grid(checks: Sequence[ScopeCheck], work: Work) -> RoleGrid:
    """Covered, weak or missing, by part; parts that require nothing are left out."""
    roles = required_roles(tier_1=work.facts.tier_1, parameters=work.setting.numbers)
    rows = tuple(_role_row(one, work) for one in checks if one.covers)
    return RoleGrid(tuple(_(labels.BUYING_ROLES[role.value].text) for role in roles), rows)


def _role_row(one: ScopeCheck, work: Work) -> RoleRow:
    return RoleRow(
        kind=kind_words(one.kind),
        name=one.label or work.shell.head.name,
        cells=tuple(_role_cell(cover, one, work) for cover in one.covers),
        unreached=_("economic buyer unreached") if one.unreached else "",
    )


def _role_cell(cover: RoleCover, one: ScopeCheck, work: Work) -> RoleCell:
    """A missing role leads to the map, of the account or of the play that lacks it."""
    words = {Cover.COVERED: _("covered"), Cover.WEAK: _("weak"), Cover.MISSING: _("missing")}
    name = work.name(theirs(cover.person)) if cover.person else ""
    url = _map_url(one, work) if cover.cover is Cover.MISSING else ""
    return RoleCell(words[cover.cover], COVER_TONES[cover.cover], name, url)


def _map_url(one: ScopeCheck, work: Work) -> str:
    about, _sep, key = one.key.partition(":")
    url = reverse("stakeholders:show", args=[work.account_id])
    return f"{url}?play={key}#map" if about == "play" else f"{url}#map"


@dataclass(frozen=True, slots=True)
class Question:
    """Whether somebody here is the one who left there, with the grounds in words."""

    leaver: int
    found: int
    name: str
    title: str
    was: str
    grounds: str
    answered: bool


def shown_questions(found: Sequence[Asked]) -> tuple[Question, ...]:
    """Asked, never assumed; an answered one says what it was answered."""
    words = {
        Ground.MIRRORED_ID: _("the same record of the CRM"),
        Ground.PROFILE: _("the same profile"),
        Ground.MAIL_NAME: _("the same name before the @"),
        Ground.NAME_AND_TITLE: _("the same name and a title that is alike"),
    }
    return tuple(
        Question(
            leaver=one.leaver_id,
            found=one.found_id,
            name=one.name,
            title=one.title,
            was=", ".join(part for part in (one.was_title, one.was_account) if part),
            grounds=", ".join(words[ground] for ground in one.grounds),
            answered=one.answer == "same",
        )
        for one in found
    )


def key_people(work: Work) -> tuple[KeyPerson, ...]:
    """Those with whom most relationship weight goes, theirs and ours."""
    lost = work.weights.lost
    first = sorted((who for who in lost if lost[who] > 0), key=lambda who: (-lost[who], who))
    named = [who for who in first if work.name(who)]
    return tuple(_key_person(who, work) for who in named[:KEY_PEOPLE])


def _key_person(who: Who, work: Work) -> KeyPerson:
    cut = cut_off(work.facts.account.source, leavers=[who], parameters=work.setting.numbers)
    share = work.weights.share(who)
    names = [work.name(theirs(key)) for key in sorted(cut)]
    return KeyPerson(
        name=work.name(who),
        ours=who[0] is Side.OURS,
        share=percent(share) if share is not None else _("not known"),
        only_through=listed(names),
        test=work.address((who,)),
    )
