"""What to say where the folder or the disk refuses to be written: a sentence, not a traceback."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_FULL = (
    "There is no room left on the disk of SIGHTLINE_DATA{at}. Make room, or name a folder with more \
of it (SIGHTLINE_DATA=/path), and run the same again."
)
_CLOSED = (
    "SIGHTLINE_DATA may not be written{at}. Give this user the right to, or name another folder: \
SIGHTLINE_DATA=/path"
)
_DENIED = "Permission denied{at}. Give this user the right to it, or name another folder: \
SIGHTLINE_DATA=/path"
_ERRORS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _CLOSED,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
}
# as databases say it
_WORDS = {
    "disk is full": _FULL,
    "no space left on device": _FULL,
    "disk quota exceeded": _FULL,
    "read-only file system": _CLOSED,
    "readonly database": _CLOSED,
    "unable to open database file": _CLOSED,
}


def in_words(problem: BaseException) -> str | None:
    """What to tell somebody whose disk is full or folder closed; None where it is neither."""
    for one in _behind(problem):
        said = _ERRORS.get(one.errno or 0) if isinstance(one, OSError) else None
        if said is None:
            text = str(one).lower()
            said = next((told for words, told in _WORDS.items() if words in text), None)
        if said is not None:
            file = getattr(one, "filename", None)
            return said.format(at=f" (at {file})" if file else "")
    return None


def _behind(problem: BaseException) -> Iterator[BaseException]:
    """The error and those that led to it, the last first."""
    seen: set[int] = set()
    one: BaseException | None = problem
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__
