"""Deciding: accept, override, importance, many at once, and taking it back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sightline.actions import tiers, weights
from sightline.actions.tiers import Override, StaleDecision
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.portfolio import views
from sightline.web.pages.portfolio.asking import way_back
from sightline.web.pages.portfolio.forms import ImportanceForm, OverrideForm

MOST_AT_ONCE = 200


@needs(Category.WALLET_TIERS, Act.DECIDE_TIER)
@require_POST
def accept(request: Request, account_id: int) -> HttpResponse:
    """Decide what is proposed."""
    setting = _visible(request, account_id)
    try:
        decision = tiers.accept_tier(
            setting.person, account_id, seen_decision=_seen(request), now=timezone.now()
        )
    except StaleDecision:
        return views.account_page(request, setting, account_id, stale=True, status=409)
    say(
        request,
        _("Tier %(tier)s is decided.") % {"tier": decision.tier},
        undo=f"{reverse('portfolio:decision-undo')}?d={decision.pk}",
    )
    return go(request, way_back(request, reverse("portfolio:list")))


@needs(Category.WALLET_TIERS, Act.DECIDE_TIER)
@require_POST
def override(request: Request, account_id: int) -> HttpResponse:
    """Decide another tier, with a reason, until a day."""
    setting = _visible(request, account_id)
    form = OverrideForm(request.POST, today=setting.today, auto_id=f"o{account_id}_%s")
    if not form.is_valid():
        return views.account_page(request, setting, account_id, override=form, status=422)
    wanted = Override(
        tier=int(form.cleaned_data["tier"]),
        reason=form.cleaned_data["reason"],
        lapses_on=form.cleaned_data["lapses_on"],
    )
    try:
        decision = tiers.override_tier(
            setting.person, account_id, wanted, seen_decision=_seen(request), now=timezone.now()
        )
    except StaleDecision:
        return views.account_page(
            request, setting, account_id, override=form, stale=True, status=409
        )
    except InvalidValue as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return views.account_page(request, setting, account_id, override=form, status=422)
    say(
        request,
        _("Tier %(tier)s is decided, until its reason lapses.") % {"tier": decision.tier},
        undo=f"{reverse('portfolio:decision-undo')}?d={decision.pk}",
    )
    return go(request, way_back(request, reverse("portfolio:list")))


@needs(Category.WALLET_TIERS, Act.WRITE)
@require_POST
def importance(request: Request, account_id: int) -> HttpResponse:
    """Three clicks and one reason; the tiers are computed again."""
    setting = _visible(request, account_id)
    form = ImportanceForm(request.POST, auto_id=f"i{account_id}_%s")
    if not form.is_valid():
        return views.account_page(request, setting, account_id, importance=form, status=422)
    tiers.answer_importance(
        setting.person,
        account_id,
        form.points(),
        reason=form.cleaned_data["reason"],
        now=timezone.now(),
    )
    points = sum(form.points().values())
    say(
        request,
        _("Importance %(points)s of 9 is noted. Tiers are being computed again.")
        % {"points": points},
    )
    return go(request, way_back(request, reverse("portfolio:list")))


@needs(Category.WALLET_TIERS, Act.DECIDE_TIER)
@require_POST
def accept_many(request: Request) -> HttpResponse:
    """Accept what is proposed for every account that was ticked, all or none."""
    setting = views.setting_of(request)
    seen = _ticked(request.POST.getlist("account"))
    if not seen:
        words = _("Tick the accounts whose proposal you accept.")
        return views.listed(request, setting, notice=words, status=422)
    if setting.reach.rows().filter(account_id__in=seen).count() < len(seen):
        raise Http404
    try:
        made = tiers.accept_many(setting.person, seen, now=timezone.now())
    except StaleDecision as error:
        words = _(
            "Somebody decided meanwhile (now tier %(tier)s: %(reason)s). Nothing was accepted; "
            "your selection is kept, look at it again."
        ) % {"tier": error.theirs["tier"], "reason": error.theirs["reason"] or _("accepted")}
        return views.listed(request, setting, notice=words, selected=seen, status=409)
    words = ngettext("%(n)s tier is decided.", "%(n)s tiers are decided.", len(made))
    which = "&".join(f"d={pk}" for pk in made)
    undo_at = f"{reverse('portfolio:decision-undo')}?{which}" if made else ""
    say(request, words % {"n": len(made)}, undo=undo_at)
    return go(request, way_back(request, reverse("portfolio:list")))


@needs(Category.WALLET_TIERS, Act.DECIDE_TIER)
@require_POST
def undo(request: Request) -> HttpResponse:
    """Take decisions back: what was in force before them is in force again."""
    setting = views.setting_of(request)
    ids = [int(text) for text in request.GET.getlist("d")[:MOST_AT_ONCE] if text.isdecimal()]
    try:
        tiers.undo_many(setting.person, ids, now=timezone.now())
    except InvalidValue as error:
        say(request, str(error), tone="warn")
    else:
        words = ngettext("The decision is taken back.", "The decisions are taken back.", len(ids))
        say(request, words)
    return go(request, way_back(request, reverse("portfolio:list")))


@needs(Category.FACTS, Act.READ)
@require_POST
def measure(request: Request) -> HttpResponse:
    """Ask for measures, tiers and plans now."""
    person = request.person
    assert person is not None
    weights.ask_to_measure(person)
    say(request, _("Figures are being computed. Reload in a minute."))
    return go(request, reverse("portfolio:list"))


def _visible(request: Request, account_id: int) -> views.Setting:
    """404 for what the person may not see; the action says 403 for what they may not do."""
    setting = views.setting_of(request)
    if not setting.reach.rows().filter(account_id=account_id).exists():
        raise Http404
    return setting


def _seen(request: Request) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() else None


def _ticked(values: list[str]) -> dict[int, int | None]:
    """Account to the decision that was in force when it was ticked."""
    found: dict[int, int | None] = {}
    for value in values[:MOST_AT_ONCE]:
        account, _colon, decision = value.partition(":")
        if account.isdecimal():
            found[int(account)] = int(decision) if decision.isdecimal() else None
    return found
