"""What of the repeat money may fall quiet, in words beside the bridge: it is in none of its bars."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from sightline.planning.errors import PlanningError
from sightline.planning.money import Money
from sightline.records.queries.quiet_risk import repeat_at_risk
from sightline.web.pages.account.parts import Parts
from sightline.wording.money import short_money


def quiet_words(parts: Parts) -> tuple[str, ...]:
    """Sentences, none where nobody buys repeatedly or a rate is missing. One query."""
    shell, setting = parts.shell, parts.setting
    if shell.plan is None:
        return ()
    plan = shell.plan

    def convert(amount: Money) -> Money:
        if amount.currency == plan.currency:
            return amount
        return setting.rates.convert(amount, plan.currency, on=plan.starts_on)

    try:
        found = repeat_at_risk(shell.scope.seen_ids, currency=plan.currency, convert=convert)
    except PlanningError:
        return ()
    return tuple(_said(found.repeat, found.expected, found.unknown)) if found else ()


def _said(repeat: Money, expected: Money, unknown: Money) -> Iterator[str]:
    yield _("%s a year is bought repeatedly: it is in no bar.") % short_money(repeat)
    if unknown < repeat:
        yield _("By chance %s of it falls quiet within six months.") % short_money(expected)
    if unknown.minor:
        yield _("Of %s no chance is known yet.") % short_money(unknown)
