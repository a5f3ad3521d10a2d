"""Three-way merge of one field, one set or one deletion: what each side changed since both agreed.

The base keeps what *each side itself said* when they last agreed, because a side may hold a value
coarser than the other's (an owner nobody here knows, a status told only as open). A side has
changed when it differs from its own part of the base; nothing is decided by clocks.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sightline.agreement.values import HIDDEN, Hidden, Value


class Owner(enum.StrEnum):
    """Whose word stands when both sides changed a field."""

    CRM = "crm"
    PLAN = "plan"
    SHARED = "shared"


class Way(enum.StrEnum):
    """In which directions a field crosses."""

    BOTH = "both"
    IN = "in"
    OUT = "out"


class Verdict(enum.StrEnum):
    """What is to be done with a field.

    SAME: neither side changed. AGREED: both say the same; the base moves. TAKE: theirs comes
    here. SEND: ours goes there. CONFLICT: a person decides and both sides stay as they are.
    NO_OPINION: the other side hides the field; nothing is done and the base stays.
    """

    SAME = "same"
    AGREED = "agreed"
    TAKE = "take"
    SEND = "send"
    CONFLICT = "conflict"
    NO_OPINION = "no_opinion"


@dataclass(frozen=True, slots=True)
class Base:
    """What each side said when they last agreed."""

    ours: Value
    theirs: Value


@dataclass(frozen=True, slots=True)
class Merged:
    """The verdict, and the value that gives way by it (kept in the history); None if none does."""

    verdict: Verdict
    overruled: Value = None

    @property
    def agreed(self) -> bool:
        """Whether the base moves to what theirs now says."""
        return self.verdict in (Verdict.AGREED, Verdict.TAKE)


_SAME = Merged(Verdict.SAME)


def merge_field(
    base: Base | None,
    *,
    ours: Value,
    theirs: Value | Hidden,
    owner: Owner,
    way: Way = Way.BOTH,
) -> Merged:
    """Decide one field. Without a base (never agreed) an empty side counts as unchanged."""
    if isinstance(theirs, Hidden):
        return Merged(Verdict.NO_OPINION)
    if base is not None and ours == base.ours and theirs == base.theirs:
        return _SAME
    if ours == theirs:
        return Merged(Verdict.AGREED)
    we_changed, they_changed = _changed(base, ours, theirs)
    if way is Way.IN:
        return Merged(Verdict.TAKE, overruled=ours if we_changed else None)
    if way is Way.OUT:
        return _outward(base, theirs, we_changed=we_changed, they_changed=they_changed)
    if we_changed and they_changed:
        return _contested(owner, ours, theirs)
    return Merged(Verdict.SEND if we_changed else Verdict.TAKE)


def _changed(base: Base | None, ours: Value, theirs: Value) -> tuple[bool, bool]:
    if base is None:
        return ours is not None, theirs is not None
    return ours != base.ours, theirs != base.theirs


def _outward(base: Base | None, theirs: Value, *, we_changed: bool, they_changed: bool) -> Merged:
    if base is None and not we_changed:  # we never said anything: nothing to put in its place
        return _SAME
    return Merged(Verdict.SEND, overruled=theirs if they_changed else None)


def _contested(owner: Owner, ours: Value, theirs: Value) -> Merged:
    if owner is Owner.CRM:
        return Merged(Verdict.TAKE, overruled=ours)
    if owner is Owner.PLAN:
        return Merged(Verdict.SEND, overruled=theirs)
    return Merged(Verdict.CONFLICT)


def merge_set(
    base: Collection[str],
    *,
    ours: Collection[str],
    theirs: Collection[str] | Hidden,
) -> tuple[frozenset[str], frozenset[str]]:
    """What to send and what the set is here: (elements there afterwards, elements here afterwards).

    Each element is merged by itself: one side's adding or removing wins over the other's silence;
    the two never contradict each other on one element, so a set has no conflicts.
    """
    if isinstance(theirs, Hidden):
        return frozenset(base), frozenset(ours)
    held, mine, other = frozenset(base), frozenset(ours), frozenset(theirs)
    added = (mine - held) | (other - held)
    gone = (held - mine) | (held - other)
    merged = (held | added) - gone
    return merged, merged


def merge_elements(
    base: Mapping[str, Base],
    *,
    ours: Mapping[str, Value],
    theirs: Mapping[str, Value] | Hidden,
    owner: Owner,
) -> dict[str, Merged]:
    """Merge a keyed set (who plays which role) element by element, each with its own base.

    An element absent from a side has no value there.
    """
    keys = {*base, *ours, *(() if isinstance(theirs, Hidden) else theirs)}
    return {
        key: merge_field(
            base.get(key),
            ours=ours.get(key),
            theirs=HIDDEN if isinstance(theirs, Hidden) else theirs.get(key),
            owner=owner,
        )
        for key in sorted(keys)
    }


class Fate(enum.StrEnum):
    """What a deletion leads to."""

    TOMBSTONE = "tombstone"
    CONFLICT = "conflict"
    UNLINK = "unlink"
    DELETE_THERE = "delete_there"


def merge_deletion_there(*, ours_changed: bool) -> Fate:
    """Their row is gone: ours is marked as removed, unless somebody changed it meanwhile."""
    return Fate.CONFLICT if ours_changed else Fate.TOMBSTONE


def merge_deletion_here(*, deletes_there: bool, theirs_changed: bool) -> Fate:
    """Our row is gone: the link goes; theirs only where the mapping says so and nothing moved."""
    return Fate.DELETE_THERE if deletes_there and not theirs_changed else Fate.UNLINK
