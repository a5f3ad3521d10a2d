"""The units behind "8 of 11 similar units own it": those that the reader may see, by name."""

from __future__ import annotations

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.whitespace import WhitespaceParameters
from sightline.records.queries.analytics.alike import Alike, AlikeRow, Asked, alike
from sightline.records.queries.analytics.dearest import Slice
from sightline.web.pages.analytics.sheets import Column, Line, Sheet
from sightline.web.pages.analytics.views import Setting

_NOBODY = Alike("", "", 0, 0, ())


def sheet(setting: Setting, asked: QueryDict) -> Sheet:
    """The list for one cell: `account`, `unit` (none: the account itself) and `line`."""
    found = _found(setting, asked) or _NOBODY
    words = {"unit": found.buyer, "line": found.line}

    def page(skip: int, most: int) -> tuple[list[Line], bool]:
        some = found.page(Slice(skip, most))
        return [_line(row) for row in some.rows], some.more

    return Sheet(
        "alike",
        _("Units like %(unit)s, and %(line)s") % words if found.buyer else _("Similar units"),
        _note(setting, found),
        (
            Column(_("Account")),
            Column(_("Unit"), none=_("the account itself")),
            Column(_("Owns it")),
            Column(_("Lines in common"), "number"),
            Column(_("Likeness"), "share"),
        ),
        read=page,
        all_rows=lambda: (_line(row) for row in found.rows),
        none=_("None of the similar units is one that you may see."),
    )


def _note(setting: Setting, found: Alike) -> str:
    if not found.peers:
        return _("Nobody could be compared with this unit.")
    few = setting.parameters.section(WhitespaceParameters, "whitespace").small_count
    said = _("a few") if 0 < found.owning < few else str(found.owning)
    return _(
        "%(said)s of the %(peers)s most similar units own it. Named are those that you may see."
    ) % {"said": said, "peers": found.peers}


def _line(row: AlikeRow) -> Line:
    owns = _("yes") if row.owns else _("no")
    cells = (row.account, row.unit or None, owns, row.common, row.likeness)
    return Line(reverse("whitespace:show", args=[row.account_id]), cells)


def _found(setting: Setting, asked: QueryDict) -> Alike | None:
    told = [asked.get(name, "") for name in ("account", "line", "unit")]
    account, line, unit = (int(one) if one.isascii() and one.isdecimal() else None for one in told)
    if account is None or line is None:
        return None
    return alike(setting.reach, Asked(account, unit, line))
