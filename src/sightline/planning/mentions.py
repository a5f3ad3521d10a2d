"""Who is named with @ in a note: a full name after the sign, whatever the case of its letters."""

from __future__ import annotations

from collections.abc import Mapping


def named(text: str, people: Mapping[int, str]) -> tuple[int, ...]:
    """Keys of the people named, in order, each once.

    The longest name that fits is taken, and a name must end where a word ends: "@Ann Lee" is not
    Ann Leeds. Two people of one name are both meant: better one too many than nobody.
    """
    low = text.casefold()
    names = sorted(
        ((" ".join(name.casefold().split()), key) for key, name in people.items()),
        key=lambda one: (-len(one[0]), one[1]),
    )
    found: dict[int, None] = {}
    for place, sign in enumerate(low):
        if sign != "@" or (place and low[place - 1].isalnum()):
            continue
        rest = low[place + 1 :]
        fits = [
            (name, key)
            for name, key in names
            if name and rest.startswith(name) and _ends(rest, name)
        ]
        for name, key in fits:
            if len(name) == len(fits[0][0]):
                found[key] = None
    return tuple(found)


def _ends(rest: str, name: str) -> bool:
    after = rest[len(name) : len(name) + 1]
    return not after.isalnum()
