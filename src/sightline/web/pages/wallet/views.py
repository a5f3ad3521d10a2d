"""The wallet of one account."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.planning.permissions import Act, Category
from sightline.planning.wallet import WalletParameters
from sightline.records.queries.company import parameters_in_force, rates
from sightline.records.queries.wallet_page import (
    suppliers_named,
    wallet_choices,
    wallet_facts,
)
from sightline.records.queries.whitespace import GridSetting, scored_grid
from sightline.records.scoping import may_on
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.account.shell import Shell, frame_of, shell_of
from sightline.web.pages.wallet.present import asked_of, page_of
from sightline.web.pages.wallet.told import Look


@dataclass(frozen=True, slots=True)
class Purse:
    """An account whose wallet this person may see."""

    shell: Shell
    numbers: WalletParameters
    may_write: bool


def purse_of(request: Request, account_id: int) -> Purse:
    """404 unless the account is visible, 403 unless its wallet is."""
    assert request.person is not None
    shell = shell_of(request.person, account_id)
    if not shell.rights.wallet:
        raise PermissionDenied(_("You may not see the wallet of this account."))
    numbers = parameters_in_force(shell.today).section(WalletParameters, "wallet")
    writes = may_on(request.person, account_id, Category.WALLET_TIERS, Act.WRITE)
    return Purse(shell, numbers, writes and shell.scope.plans_itself)


@needs(Category.WALLET_TIERS, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """Total, ours, who has the rest, and what to ask next."""
    return wallet_page(request, purse_of(request, account_id))


def wallet_page(
    request: Request, purse: Purse, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The page; `refusal` says why something was not taken, and what was typed is kept."""
    shell = purse.shell
    told = rates()
    facts = wallet_facts(
        shell.scope,
        currency=shell.currency,
        rates=told,
        on=shell.today,
        parameters=purse.numbers,
    )
    grid = None
    if shell.rights.whitespace:
        setting = GridSetting(shell.today, shell.currency, parameters_in_force(shell.today))
        grid = scored_grid(shell.scope, setting=setting, rates=told)
    page = page_of(Look(facts, grid, shell.today, purse.numbers))
    words, found = request.GET.get("supplier", "").strip()[:100], None
    if words and facts.spend is not None:
        found = asked_of(
            facts.spend, suppliers_named(shell.scope.account_id, words, spend=facts.spend)
        )
    context = {
        **frame_of(shell, _("Wallet"), current="wallet:show"),
        "supplier": words,
        "found": found,
        "shown": page.to_class if found is None else found,
        "purse": purse,
        "page": page,
        "refusal": refusal,
        "typed": request.POST,
        "account_id": shell.scope.account_id,
        "choices": wallet_choices(shell.scope.account_id, told=facts.told),
    }
    return render(request, "wallet/show.html", context, status=status)
