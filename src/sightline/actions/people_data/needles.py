"""What names a person: the words that must be gone from every text after erasing them.

A name that others have too, or of one word, is looked for only where the person's own account is
spoken of: erasing one Maria must not blank another.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Q

from sightline.records.models import Account, Contact

SHORTEST = 5
SHORTEST_PART = 3
BLANK = "[erased]"


@dataclass(frozen=True, slots=True)
class Needles:
    """`everywhere` name this person alone; `at_home` may name others elsewhere. `family` are the
    accounts that are planned together with the person's own. `parts` are first and last name alone:
    they name the person only in texts that are known to be about them."""

    everywhere: tuple[str, ...]
    at_home: tuple[str, ...]
    family: frozenset[int]
    parts: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every needle."""
        return (*self.everywhere, *self.at_home)


def needles_for(contact_id: int) -> Needles | None:
    """The needles of a contact that is not emptied yet; None for nobody."""
    contact = Contact.objects.select_related("account").filter(pk=contact_id).first()
    return needles_of(contact) if contact is not None and contact.name else None


def needles_of(contact: Contact) -> Needles:
    """The needles of one contact, longest first. Three queries."""
    names = {contact.name, f"{contact.last_name}, {contact.first_name}".strip(", ")}
    names |= {f"{contact.first_name} {contact.last_name}".strip()}
    shared = {name for name in names if _is_shared(name, contact)}
    alone = [contact.email, contact.outside_id, contact.profile_url]
    alone += [contact.phone] if sum(sign.isdigit() for sign in contact.phone) > SHORTEST else []
    alone += [name for name in names if " " in name and name not in shared]
    home = [name for name in names if name and (" " not in name or name in shared)]
    return Needles(
        everywhere=_longest([one for one in alone if len(one) >= SHORTEST]),
        at_home=_longest(home),
        family=_family(contact),
        parts=_longest([one for one in _parts(contact) if one not in home]),
    )


def cleaned(value: Any, needles: tuple[str, ...]) -> Any:
    """A value with every needle in its texts blanked, the longest first; whole words, in any case
    of letters and any way of writing accents."""
    if isinstance(value, str):
        for one in needles:
            value = _pattern(one).sub(BLANK, value)
        return value
    if isinstance(value, list):
        return [cleaned(one, needles) for one in value]
    if isinstance(value, dict):
        return {cleaned(key, needles): cleaned(one, needles) for key, one in value.items()}
    return value


def spellings(needle: str) -> tuple[str, ...]:
    """A needle as texts may write it: accents in one sign or two, in capitals (ß as SS)."""
    composed = unicodedata.normalize("NFC", needle)
    apart = unicodedata.normalize("NFD", needle)
    found = (needle, composed, apart, composed.upper(), apart.upper(), composed.lower())
    return tuple(dict.fromkeys(found))


def sure_part(needle: str) -> str:
    """The longest run of plain letters of a needle, which every database compares in any case;
    empty where it is too short to look for."""
    runs = re.findall(r"[ -~]+", unicodedata.normalize("NFC", needle))
    longest = max(runs, key=len, default="")
    return longest if len(longest) >= SHORTEST else ""


@cache
def _pattern(needle: str) -> re.Pattern[str]:
    words = "|".join(re.escape(one) for one in spellings(needle))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def _parts(contact: Contact) -> list[str]:
    named = (contact.first_name, contact.last_name, *contact.name.split())
    return [one for one in named if len(one) >= SHORTEST_PART]


def _longest(found: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found), key=lambda one: (-len(one), one)))


def _is_shared(name: str, contact: Contact) -> bool:
    if not name:
        return False
    same = Contact.objects.filter(Q(name=name) | Q(name__iexact=name), erased_at=None)
    return same.exclude(pk=contact.pk).exists()


def _family(contact: Contact) -> frozenset[int]:
    top = contact.account.planning_account_id or contact.account_id
    own = Account.objects.filter(planning_account_id=top).values_list("pk", flat=True)
    return frozenset({top, contact.account_id, *own})
