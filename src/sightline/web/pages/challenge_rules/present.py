"""Rules as they are shown: what each is called, whether it is on, faults beside their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.records.queries.challenge_rules import RulesInForce
from sightline.web.pages.challenge_rules.forms import RulesForm

EXAMPLE = """# One [[rule]] for each. All conditions must hold.
[[rule]]
code = "own_large_renewal_soon"
title = "A large renewal is near"
about = "renewal"
when = [
  { field = "acv_up", at_least = 500000 },
  { field = "due", days_ahead_at_most = 60 },
]
money = "acv_up"
plan_says = "It renews by itself."
facts_say = "More than half a million is due within sixty days."
way_out = "Have the sponsor call."
"""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the list."""

    code: str
    title: str
    kind: str
    on: bool


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault, with the line as it was written."""

    line: int
    message: str
    written: str


def rule_lines(titles: Mapping[str, str], held: RulesInForce) -> tuple[RuleLine, ...]:
    """Own rules first, then the shipped ones in their order."""
    own = [(code, title, _("own")) for code, (title, _rule) in held.extra.items()]
    shipped = [(code, title, "") for code, title in titles.items()]
    return tuple(
        RuleLine(code, title, kind, code not in held.switched_off)
        for code, title, kind in (*own, *shipped)
    )


def numbered(form: RulesForm, *, held: str) -> tuple[FaultLine, ...]:
    """The faults of a refused file beside the lines they stand on."""
    lines = str(form.cleaned_data.get("text") or held).splitlines() if form.is_bound else []
    return tuple(
        FaultLine(
            fault.line,
            fault.message,
            lines[fault.line - 1] if 0 < fault.line <= len(lines) else "",
        )
        for fault in form.faults
    )
