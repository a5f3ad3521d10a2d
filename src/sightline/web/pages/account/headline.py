"""The headline figures of an account: each with its period, its note, and what it was made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing import lines
from sightline.planning.money import Money
from sightline.web.figures import Figure, Input
from sightline.web.pages.account.shell import Shell
from sightline.wording import dates
from sightline.wording.chances import percent
from sightline.wording.money import full_money, money_range, short_money

NEAR_RENEWAL_DAYS = 180


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure: what it is called, how it reads, a note with a tone, and its inside.

    `code` is the key under which it is asked about.
    """

    label: str
    value: str
    note: str
    figure: Figure
    tone: str = ""
    spark: str = ""
    code: str = ""


def acv_words(source: str) -> str:
    """Where an ACV comes from, in words."""
    return {
        "asset": _("active assets and subscriptions"),
        "contract": _("active contracts"),
        "won_line": _("won opportunity lines"),
        "trailing": _("last twelve months, not contracted"),
    }.get(source, _("not known"))


def subtitle_of(shell: Shell) -> str:
    """Industry and place, the plan and who owns it, in one line."""
    head, plan = shell.head, shell.plan
    place = ", ".join(part for part in (head.industry, head.city or head.country) if part)
    parts = [place] if place else []
    if plan is not None:
        changed = dates.time_ago(plan.changed_at, now=shell.now)
        said = {"plan": plan.label, "version": plan.version, "changed": changed}
        parts.append(_("Plan %(plan)s, version %(version)s, changed %(changed)s") % said)
    if head.owner:
        parts.append(_("Owner %s") % head.owner)
    if not shell.scope.plans_itself and shell.scope.planning_name:
        parts.append(_("planned with %s") % shell.scope.planning_name)
    return ". ".join(parts)


def headline_of(shell: Shell) -> tuple[Headline, ...]:
    """The figures this person may see, in the order of the page."""
    found = {"acv": _recurring(shell)}
    if shell.plan is not None:
        found["target"] = _target(shell)
    if shell.rights.wallet and shell.tier is not None and shell.scope.plans_itself:
        found |= {"potential": _potential(shell), "vulnerability": _vulnerability(shell)}
    found |= {"usage": _usage(shell), "renewal": _renewal(shell)}
    return tuple(replace(one, code=code) for code, one in found.items())


NO_CHANGE = "+0%"


def signed(share: float) -> str:
    """A change as +6% or −3%; what rounds to nothing is NO_CHANGE."""
    return f"{share * 100:+z.0f}%".replace("-", "−")


def change_words(now: int, before: int) -> tuple[str, str]:
    """The change on the year before, and its tone; without a year before it is said."""
    if before <= 0:
        return _("no year before to compare"), ""
    share = (now - before) / before
    words = f"{share * 100:+z.0f}%".replace("-", "−")
    return _("%s on the year before") % words, "pos" if share >= 0 else "neg"


def _recurring(shell: Shell) -> Headline:
    found = shell.measured
    label = _("Recurring revenue")
    if found is None:
        why = _("Nothing was measured yet. Loading revenue or won opportunities fills this.")
        return Headline(label, _("not known"), _("not measured yet"), Figure(explanation=why))
    note, tone = change_words(found.r12, found.r12_before)
    marks = [code for code in ("trailing",) if code in found.sources]
    marks += ["from_bookings"] if found.from_bookings else []
    inputs = (
        Input(_("Revenue of the last 12 months"), _money(found.r12, found.currency)),
        Input(_("The 12 months before"), _money(found.r12_before, found.currency)),
    )
    figure = Figure(
        inputs=inputs,
        explanation=_("Annual contract value of recurring lines, on the day of the measures."),
        source=", ".join(acv_words(source) for source in found.sources),
        as_of=found.as_of,
        marks=tuple(marks),
        missing=() if found.acv is not None else (_("annual contract value"),),
    )
    value = _short(found.acv, found.currency) if found.acv is not None else _("not known")
    spark = lines.sparkline(
        [float(month) for month in found.monthly[-13:-1]],
        described=_("Revenue by month over the last twelve ended months"),
        tone="" if tone != "neg" else "neg",
        width=72,
    )
    words = _("12 months %s") % note if found.r12_before > 0 else note
    return Headline(label, value, words, figure, tone, spark)


def _target(shell: Shell) -> Headline:
    plan = shell.plan
    assert plan is not None
    label = _("Target %s") % plan.label
    if plan.target is None:
        why = _("Nobody has set a target yet. Set one on the plan.")
        return Headline(label, _("none yet"), _("set one on the plan"), Figure(explanation=why))
    by = {
        "crm": _("from the CRM"),
        "person": _("agreed by %s") % plan.agreed_by if plan.agreed_by else _("agreed here"),
    }.get(plan.target_source, "")
    until = _("by %s") % dates.day(plan.ends_on)
    figure = Figure(
        inputs=(Input(_("Target"), _money(plan.target, plan.currency)),),
        explanation=_("What the plan is to reach at the end of its year."),
        source=by,
        as_of=plan.agreed_on,
    )
    return Headline(label, _short(plan.target, plan.currency), until, figure)


def _potential(shell: Shell) -> Headline:
    tier = shell.tier
    assert tier is not None
    label = _("Potential, 3 years")
    told = tier.wallet_method == "told"
    share = _share(shell)
    if tier.potential is None:
        why = _("It needs a year of revenue, or somebody's estimate of what they spend.")
        return Headline(label, _("not known"), share, Figure(explanation=why))
    low = tier.potential_low if tier.potential_low is not None else tier.potential
    high = tier.potential_high if tier.potential_high is not None else tier.potential
    inputs = [Input(_("Range"), money_range(Money(low, tier.currency), Money(high, tier.currency)))]
    if tier.wallet is not None:
        inputs.append(Input(_("What they spend a year"), _money(tier.wallet, tier.currency)))
    figure = Figure(
        inputs=tuple(inputs),
        explanation=_("What this account could realistically bring in over three years."),
        source=_("estimate of a person") if told else _("comparable accounts"),
        as_of=tier.as_of,
        marks=() if told else ("inferred",),
        missing=tier.missing,
    )
    return Headline(label, _short(tier.potential, tier.currency), share, figure)


def _share(shell: Shell) -> str:
    """Ours of what they spend, likely value; the range stands where wallets are kept."""
    tier, found = shell.tier, shell.measured
    if tier is None or not tier.wallet or found is None or tier.wallet <= 0:
        return _("wallet share not known")
    share = min(1.0, max(0.0, found.r12 / tier.wallet))
    words = _("about %s of their spend") % percent(share)
    return words if tier.wallet_method == "told" else _("%s, inferred") % words


def _vulnerability(shell: Shell) -> Headline:
    tier = shell.tier
    assert tier is not None
    label = _("Vulnerability")
    why = _("1 − Π (1 − p) over the parts that hold.")
    if tier.vulnerability is None:
        return Headline(label, _("none"), _("no revenue to lose"), Figure(explanation=why))
    parts = [part for part in tier.parts if part.get("p")]
    missing = [part for part in tier.parts if part.get("p") is None and part.get("text")]
    figure = Figure(
        inputs=tuple(
            Input(_strip_share(str(part["text"])), percent(float(part["p"]))) for part in parts
        ),
        explanation=why,
        as_of=tier.as_of,
        missing=tuple(str(part["text"]).removeprefix("not known: ") for part in missing),
    )
    note = ngettext("%(n)s part holds", "%(n)s parts hold", len(parts)) % {"n": len(parts)}
    tone = "warn" if tier.vulnerability >= 50 else ""
    return Headline(label, _("%s of 100") % tier.vulnerability, note, figure, tone)


def _usage(shell: Shell) -> Headline:
    found = shell.measured
    label = _("Usage, last 3 months")
    if found is None or found.usage_now is None:
        why = _("No usage was loaded for this account.")
        return Headline(label, _("not known"), _("no usage loaded"), Figure(explanation=why))
    before = found.usage_before
    figure = Figure(
        inputs=(Input(_("The 3 months before"), _whole(before) if before is not None else "–"),),
        explanation=_("Quantity over the last three calendar months that ended, all lines."),
        source=_("usage loaded into the ledger"),
        as_of=found.as_of,
    )
    if not before:
        return Headline(label, _whole(found.usage_now), _("no months before"), figure)
    share = float(found.usage_now / before) - 1
    told = signed(share)
    same = _("as much as in the 3 months before")
    note = same if told == NO_CHANGE else _("%s on the 3 months before") % told
    return Headline(label, _whole(found.usage_now), note, figure, "neg" if share < -0.05 else "")


def _renewal(shell: Shell) -> Headline:
    label, found = _("Next renewal"), shell.renewal
    if found is None:
        why = _("No contract and no asset with an end is loaded.")
        return Headline(label, _("none known"), "", Figure(explanation=why))
    days = (found.on - shell.today).days
    note = dates.days_between(found.on, today=shell.today)
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()
    if found.value is not None:
        note = f"{note}, {_short(found.value, found.currency)}"
        inputs = (Input(_("Up for renewal, a year"), _money(found.value, found.currency)),)
    else:
        missing = (_("its value"),)
    figure = Figure(
        inputs=inputs,
        explanation=_("The first end of a contract, or of an asset where there is no contract."),
        source=_("contracts of the CRM"),
        missing=missing,
    )
    tone = "warn" if days <= NEAR_RENEWAL_DAYS else ""
    return Headline(label, dates.day(found.on), note, figure, tone)


def _strip_share(text: str) -> str:
    """The words of a part without the share that stands beside them."""
    return text.rsplit(" (", 1)[0]


def _short(minor: int, currency: str) -> str:
    return short_money(Money(minor, currency))


def _money(minor: int, currency: str) -> str:
    return full_money(Money(minor, currency))


def _whole(value: Decimal) -> str:
    return f"{value:,.0f}"
