"""A person's days as iCalendar (RFC 5545): all-day entries that carry account and act only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from sightline.records.queries.messages import Dated

LINE = 75  # octets, RFC 5545 section 3.1
DAY = timedelta(days=1)


def calendar_text(days: Iterable[Dated], *, name: str, host: str) -> str:
    """The whole feed. Entries keep their UID, so that a moved day moves its entry."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sightline//Account planning//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
    ]
    for one in days:
        lines += _event(one, host=host)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(one: Dated, *, host: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{one.uid}@{host}",
        f"DTSTAMP:{_moment(one.changed_at)}",
        f"LAST-MODIFIED:{_moment(one.changed_at)}",
        f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.day + DAY:%Y%m%d}",
        f"SUMMARY:{_text(f'{one.account}: {one.act}')}",
        f"CATEGORIES:{_text(one.kind)}",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "END:VEVENT",
    ]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escaped as TEXT; control characters other than a line's end are dropped."""
    plain = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    plain = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in plain if ord(sign) >= 32 and ord(sign) != 127)


def _folded(line: str) -> Iterator[str]:
    """At most 75 octets a line, never inside a character; what follows begins with a space."""
    held, size, room = "", 0, LINE
    for sign in line:
        octets = len(sign.encode())
        if size + octets > room:
            yield held
            held, size, room = " ", 1, LINE
        held, size = held + sign, size + octets
    yield held
