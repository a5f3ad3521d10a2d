"""Renewals of an account, and the strategy a person sets for one of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sightline.actions import renewals as verbs
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Act, Category
from sightline.records.queries import account_renewals
from sightline.records.queries.account_renewals import Choice, ContractRow, StrategyRow
from sightline.records.queries.renewals import plays_of_renewals
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, render, say
from sightline.web.pages.account import deals
from sightline.web.pages.account.forms import RenewalForm
from sightline.web.pages.account.parts import Parts
from sightline.web.pages.account.renewals import ShownRenewal, goal_words, risk_words
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.renewals.present import Way, way_to_play

Shown = tuple[ShownRenewal, RenewalForm | None, Way | None]
CONFLICT_FIELDS = ("goal", "risk", "owner_id", "decider_id", "notes")


@needs(Category.FACTS, Act.READ)
@require_safe
def renewals(request: Request, account_id: int) -> HttpResponse:
    """Every running contract with its milestones and, for those who may write, its strategy."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    return _page(request, shell, {})


@needs(Category.PLAN, Act.WRITE)
@require_POST
def renewal_set(request: Request, account_id: int, contract_id: int) -> HttpResponse:
    """Set goal, risk, owner, decider and price position of one renewal."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    row = account_renewals.contract_of(shell.scope, contract_id)
    if row is None:
        raise Http404(_("There is no such contract here."))
    if not shell.rights.plan_write:
        raise PermissionDenied(_("You may not change this renewal."))
    ours, theirs = _people(shell)
    key = f"renewal{contract_id}"
    form = RenewalForm(request.POST, ours=ours, theirs=theirs, auto_id=f"id_{key}_%s")
    if not form.is_valid():
        return _page(request, shell, {contract_id: form}, status=422)
    try:
        verbs.set_renewal(
            request.person,
            contract_id,
            form.wanted,
            seen_version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except InvalidValue as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return _page(request, shell, {contract_id: form}, status=422)
    except verbs.StaleRenewal:
        return _conflict(request, shell, row, form)
    say(request, _("The renewal of %s is saved.") % (row.name or _("this contract")))
    return go(request, reverse("account:renewals", args=[account_id]) + f"#contract-{contract_id}")


def _conflict(request: Request, shell: Shell, row: ContractRow, form: RenewalForm) -> HttpResponse:
    """409: what was typed stays in the fields, the other person's values stand beside them, and
    saving again writes on top of theirs."""
    fresh = account_renewals.contract_of(shell.scope, row.id) or row
    data = {**dict(form.data.items()), "version": str(fresh.strategy.version)}
    ours, theirs = _people(shell)
    kept = RenewalForm(data, ours=ours, theirs=theirs, auto_id=f"id_renewal{row.id}_%s")
    kept.is_valid()
    for name in CONFLICT_FIELDS:
        mine = kept.cleaned_data.get(name)
        other = getattr(fresh.strategy, name)
        if (mine or None) != (other or None):
            said = _told(name, fresh.strategy) or _("nothing")
            kept.add_error(name, _("Somebody else set: %s") % said)
    return _page(request, shell, {row.id: kept}, status=409)


def _told(name: str, strategy: StrategyRow) -> str:
    return {
        "goal": goal_words().get(strategy.goal, ""),
        "risk": risk_words().get(strategy.risk, ""),
        "owner_id": strategy.owner,
        "decider_id": strategy.decider,
        "notes": strategy.notes,
    }[name]


def _page(
    request: Request, shell: Shell, forms: dict[int, RenewalForm], *, status: int = 200
) -> HttpResponse:
    parts = Parts(shell)
    found = parts.shown_renewals()
    may_write = shell.rights.plan_write and shell.scope.plans_itself
    wanted = _wanted(request, found) if may_write and not forms else None
    ours, theirs = _people(shell) if wanted else ((), ())
    made = plays_of_renewals(one.row.id for one in found) if shell.rights.plan else {}
    start = shell.scope.account_id if may_write else None
    shown: list[Shown] = []
    for one in found:
        form = forms.get(one.row.id)
        if form is None and one.row.id == wanted:
            key = f"renewal{one.row.id}"
            form = RenewalForm.of(one.row.strategy, key=key, ours=ours, theirs=theirs)
        way = way_to_play(one.row.id, made=made, start=start if one.row.ends_on else None)
        shown.append((one, form, way))
    context = {
        **frame_of(shell, _("Renewals"), current="account:renewals"),
        "renewals": shown,
        "may_write": may_write,
        "conflict": status == 409,
        "deals": deals.renewal_cards(parts.deals, setting=parts.board_setting),
    }
    return render(request, "account/renewals.html", context, status=status)


def _wanted(request: Request, found: Sequence[ShownRenewal]) -> int | None:
    """Which strategy stands open for writing: the one asked for, else the first that is in sight
    and not whole. One at a time, because each form lists everybody who may decide."""
    asked = request.GET.get("edit", "")
    if asked.isdecimal() and int(asked) in {one.row.id for one in found}:
        return int(asked)
    return next((one.row.id for one in found if one.lacks and one.in_sight), None)


def _people(shell: Shell) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    return account_renewals.our_people(shell.scope), account_renewals.their_people(shell.scope)
