"""Whether somebody who left was seen again elsewhere: grounds to ask, never an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_WORD = re.compile(r"\w+")


class Ground(StrEnum):
    """Why two records may be one person; one is enough to ask."""

    MIRRORED_ID = "mirrored_id"
    PROFILE = "profile"
    MAIL_NAME = "mail_name"
    NAME_AND_TITLE = "name_and_title"


@dataclass(frozen=True, slots=True)
class SeenAgainParameters:
    """Numbers of `seen_again.toml`."""

    title_likeness: float
    mail_name_letters: int
    shared_mailboxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """What is recorded of one person in one account; empty where it is not known."""

    key: str
    name: str
    title: str = ""
    email: str = ""
    profile: str = ""
    outside_id: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A record that may be the leaver's, with its grounds, the surest first."""

    leaver: str
    found: str
    grounds: tuple[Ground, ...]


def sightings(
    leavers: Iterable[Trace], *, found: Iterable[Trace], parameters: SeenAgainParameters
) -> tuple[Sighting, ...]:
    """Every pair with a ground, those with the surest ground and most grounds first."""
    here = list(found)
    pairs = [
        Sighting(leaver.key, one.key, grounds)
        for leaver in leavers
        for one in here
        if leaver.key != one.key
        if (grounds := grounds_of(leaver, one, parameters=parameters))
    ]
    order = list(Ground)
    return tuple(
        sorted(
            pairs,
            key=lambda one: (
                order.index(one.grounds[0]),
                -len(one.grounds),
                one.leaver,
                one.found,
            ),
        )
    )


def grounds_of(
    leaver: Trace, found: Trace, *, parameters: SeenAgainParameters
) -> tuple[Ground, ...]:
    """Same id of the source, same profile, same name before the @ of a personal address, or the
    same full name with a title that is alike. A name of one word, or alone, is no ground."""
    checks = (
        (Ground.MIRRORED_ID, _same(leaver.outside_id, found.outside_id)),
        (Ground.PROFILE, _same(_profile(leaver.profile), _profile(found.profile))),
        (Ground.MAIL_NAME, _same_mail_name(leaver.email, found.email, parameters)),
        (Ground.NAME_AND_TITLE, _same_name_and_title(leaver, found, parameters)),
    )
    return tuple(ground for ground, holds in checks if holds)


def mail_name(email: str, *, parameters: SeenAgainParameters) -> str:
    """The part before the @, where it can name one person: not a shared mailbox, nor too short."""
    local = mail_local(email)
    letters = sum(sign.isalpha() for sign in local)
    if letters < parameters.mail_name_letters or local in parameters.shared_mailboxes:
        return ""
    return local


def mail_local(email: str) -> str:
    """The part before the @ as it is compared, whomever it may name."""
    return email.partition("@")[0].partition("+")[0].casefold()


def plain_name(name: str) -> str:
    """A name without case, accents and order of its words."""
    return " ".join(sorted(_words(name)))


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _same_mail_name(one: str, other: str, parameters: SeenAgainParameters) -> bool:
    return _same(mail_name(one, parameters=parameters), mail_name(other, parameters=parameters))


def _same_name_and_title(one: Trace, other: Trace, parameters: SeenAgainParameters) -> bool:
    name = plain_name(one.name)
    if " " not in name or name != plain_name(other.name):
        return False
    mine, theirs = _words(one.title), _words(other.title)
    if not mine or not theirs:
        return False
    return len(mine & theirs) / len(mine | theirs) >= parameters.title_likeness


def _profile(address: str) -> str:
    """A profile's address without scheme, www, query and closing slash."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip().casefold())
    return bare.partition("?")[0].rstrip("/")


def _words(text: str) -> set[str]:
    folded = text.casefold().replace("ß", "ss")
    if not folded.isascii():
        apart = unicodedata.normalize("NFKD", folded)
        folded = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return set(_WORD.findall(folded))
