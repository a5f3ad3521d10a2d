"""Finding our own name among the suppliers of spend lines."""

from __future__ import annotations

from sightline.ledger.errors import NothingToJudge
from sightline.ledger.source import Source

_SHOWN = 3


def named(source: Source, us: str) -> str:
    """The supplier as the lines write it; capitals and blanks at the ends do not matter.

    NothingToJudge when there is none, or several that differ only in capitals.
    """
    source.make("suppliers")
    rows = source.connection.execute(
        "SELECT DISTINCT supplier FROM suppliers WHERE lower(trim(supplier)) = lower(trim($us))",
        {"us": us},
    ).fetchall()
    found = sorted(str(row[0]) for row in rows)
    if us in found:
        return us
    if len(found) == 1:
        return found[0]
    if found:
        raise NothingToJudge(f"several suppliers are written like {us}: {', '.join(found)}")
    near = source.connection.execute(
        "SELECT supplier FROM (SELECT DISTINCT supplier FROM suppliers) WHERE supplier <> '' "
        f"ORDER BY jaro_winkler_similarity(lower(supplier), lower($us)) DESC, 1 LIMIT {_SHOWN}",
        {"us": us},
    ).fetchall()
    if not near:
        raise NothingToJudge("no spend line up to that day names a supplier")
    names = ", ".join(str(row[0]) for row in near)
    raise NothingToJudge(f'no supplier is called "{us}"; the nearest names are {names}')
