"""Estimates, payments, suppliers: each a plain post."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sightline.actions import wallet as verbs
from sightline.exchange.spend import SpendTable, read_spend
from sightline.exchange.tables.errors import TableRefused
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.queries.wallet_twice import Twice, standing_twice
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.wallet.views import Purse, purse_of, wallet_page
from sightline.web.pages.whitespace.forms import amount_of

MOST_BYTES = 60_000_000


@needs(Category.WALLET_TIERS, Act.WRITE)
@require_POST
def estimate(request: Request, account_id: int) -> HttpResponse:
    """What somebody said they spend a year."""

    def add(purse: Purse) -> str:
        assert request.person is not None
        currency = purse.shell.currency
        amounts = [amount_of(request.POST.get(name, ""), currency) for name in _RANGE]
        low, likely, high = (one.minor if one else None for one in amounts)
        if likely is None:
            raise InvalidValue(_("Give the likely yearly spend."), field="likely")
        unit = request.POST.get("unit", "")
        if unit and not unit.isdecimal():
            raise InvalidValue(_("There is no such unit in this account."), field="unit")
        given = verbs.GivenEstimate(
            likely=likely,
            low=low,
            high=high,
            currency=currency,
            source=request.POST.get("source", ""),
            confidence=request.POST.get("confidence", "medium"),
            category=request.POST.get("category", ""),
            unit_id=int(unit) if unit else None,
        )
        verbs.add_estimate(
            request.person, account_id, given, on=purse.shell.today, now=purse.shell.now
        )
        return _("Kept. Tiers are computed again with it.")

    return _act(request, account_id, add)


_RANGE = ("low", "likely", "high")


@needs(Category.WALLET_TIERS, Act.WRITE)
@require_POST
def step(request: Request, account_id: int) -> HttpResponse:
    """The next-step target; empty takes the default again."""

    def put(purse: Purse) -> str:
        assert request.person is not None
        currency = purse.shell.currency
        money = amount_of(request.POST.get("amount", ""), currency)
        minor = money.minor if money else None
        verbs.set_step(request.person, account_id, minor, currency=currency)
        return _("Kept.")

    return _act(request, account_id, put)


@needs(Category.WALLET_TIERS, Act.WRITE)
@require_POST
def spend(request: Request, account_id: int) -> HttpResponse:
    """A file of payments."""

    def load(purse: Purse) -> str:
        assert request.person is not None
        upload = request.FILES.get("file")
        if upload is None:
            raise InvalidValue(_("Choose a file."), field="file")
        if (upload.size or 0) > MOST_BYTES:
            raise InvalidValue(_("The file is larger than 60 MB."), field="file")
        table = _read(upload, purse.shell.currency)
        file = verbs.GivenFile(
            Path(str(upload.name)).name,
            table.digest,
            table.rows,
            purse.shell.currency,
            table.refused,
        )
        kept = verbs.keep_spend(
            request.person,
            account_id,
            file,
            table.months,
            parameters=purse.numbers,
            now=purse.shell.now,
        )
        return _loaded(table, standing_twice(account_id, kept))

    return _act(request, account_id, load)


def _loaded(table: SpendTable, twice: Twice | None) -> str:
    taken = table.rows - table.refused_rows
    words = ngettext("%s payment taken", "%s payments taken", taken) % f"{taken:,}"
    if table.refused_rows:
        first = table.refused[0]
        told = {"n": f"{table.refused_rows:,}", "row": first[0], "why": first[1]}
        words += _(", %(n)s refused (row %(row)s: %(why)s)") % told
    if twice is not None:
        told = {"n": f"{twice.sums:,}", "name": twice.name}
        words += (
            ". "
            + _(
                "%(n)s of its monthly sums stand in %(name)s too and count twice: take one file out"
            )
            % told
        )
    return words


@needs(Category.WALLET_TIERS, Act.WRITE)
@require_POST
def spend_undo(request: Request, account_id: int, file_id: int) -> HttpResponse:
    """Take a file out again."""

    def undo(purse: Purse) -> str:
        assert request.person is not None
        verbs.undo_spend(request.person, file_id, now=purse.shell.now)
        return _("Taken out.")

    return _act(request, account_id, undo)


@needs(Category.WALLET_TIERS, Act.WRITE)
@require_POST
def supplier(request: Request, account_id: int, supplier_id: int) -> HttpResponse:
    """What a supplier is to us, or that it is the same firm as another."""

    def put(purse: Purse) -> str:
        assert request.person is not None
        same = request.POST.get("same", "")
        if same.isdecimal():
            verbs.same_supplier(request.person, account_id, supplier_id, int(same))
            return _("One supplier from now on.")
        what = request.POST.get("what", "")
        verbs.class_supplier(request.person, account_id, supplier_id, what)
        return _("Kept.")

    return _act(request, account_id, put)


def _read(upload: object, currency: str) -> SpendTable:
    folder = Path(tempfile.mkdtemp(prefix="spend-"))
    try:
        suffix = Path(str(getattr(upload, "name", ""))).suffix.lower()
        target = folder / f"payments{suffix if suffix in _KINDS else '.csv'}"
        with target.open("wb") as file:
            for chunk in upload.chunks():  # type: ignore[attr-defined]
                file.write(chunk)
        return read_spend(target, currency=currency)
    except TableRefused as refused:
        raise InvalidValue(str(refused), field="file") from refused
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_KINDS = frozenset({".csv", ".xlsx", ".parquet"})


def _act(request: Request, account_id: int, act: Callable[[Purse], str]) -> HttpResponse:
    purse = purse_of(request, account_id)
    if not purse.may_write:
        raise PermissionDenied(_("You may see this wallet, but not change it."))
    try:
        done = act(purse)
    except NotAllowed:
        raise
    except PlanningError as error:
        return wallet_page(request, purse, refusal=str(error), status=422)
    say(request, done)
    return go(request, reverse("wallet:show", args=[account_id]))
