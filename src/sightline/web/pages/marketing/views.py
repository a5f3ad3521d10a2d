"""Planned accounts, one account's whitespace and buying roles, and all of it as CSV."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.exchange.tables.formulas import SafeWriter
from sightline.planning.permissions import Act, Category
from sightline.planning.priorities import Link
from sightline.records.by_name import Place
from sightline.records.queries.marketing import (
    BuyingPerson,
    MarketingDetail,
    Problem,
    marketing_accounts,
    marketing_detail,
    marketing_export,
)
from sightline.records.scoping import Person
from sightline.web.gate import Request, needs
from sightline.web.htmx import render
from sightline.web.pages.priorities.present import link_words, standing_words
from sightline.wording.labels import BUYING_ROLES


@needs(Category.PLAN, Act.READ)
@require_safe
def show_all(request: Request) -> HttpResponse:
    """Tier 1 and 2 accounts by name."""
    person = request.person
    assert person is not None
    words = request.GET.get("q", "")[:100]
    at = Place(request.GET.get("after", ""), request.GET.get("before", ""))
    found = marketing_accounts(person, words=words, at=at)
    context = {
        "page_title": _("Marketing"),
        "page_note": _("Tier 1 and 2 accounts: where there is room, and who takes part in buying."),
        "rows": found.rows,
        "words": words,
        "before": found.before,
        "after": found.after,
    }
    return render(request, "marketing/list.html", context, partial="rows")


@needs(Category.PLAN, Act.READ)
@require_safe
def show(request: Request, account_id: int) -> HttpResponse:
    """One account: open whitespace, problems, buying roles and interests."""
    person = request.person
    assert person is not None
    found = marketing_detail(person, account_id, now=timezone.now())
    if found is None:
        raise Http404
    context = {
        "page_title": found.account.name,
        "found": found,
        "people": [(one, _roles(one)) for one in found.people],
        "interests": any(one.interests for one in found.people),
        "problems": [(one, _link(one), _standing(one)) for one in found.problems],
        "known": sum(cell.known for cell in found.cells),
    }
    return render(request, "marketing/account.html", context)


@needs(Category.PLAN, Act.READ)
@require_safe
def export(request: Request) -> StreamingHttpResponse:
    """Everything of the page as CSV, safe to open in a spreadsheet."""
    person = request.person
    assert person is not None
    # not asked until it is sent, so an account at a time is held in memory
    answer = StreamingHttpResponse(_csv(person), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="marketing.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _csv(person: Person) -> Iterator[str]:
    buffer = io.StringIO()
    header = ["account", "tier", "industry", "country", "what", "unit_or_person", "family_or_title"]
    writer = SafeWriter(buffer, [*header, "line_or_roles", "state_or_interests"])
    yield "\ufeff" + _taken(buffer)
    for found in marketing_export(person, now=timezone.now()):
        for row in _rows(found):
            writer.row(row)
        yield _taken(buffer)


def _rows(found: MarketingDetail) -> Iterator[list[str]]:
    of = found.account
    head = [of.name, str(of.tier), of.industry, of.country]
    for cell in found.cells:
        state = "open" if cell.known else "holder not known"
        yield [*head, "whitespace", cell.unit, cell.family, cell.line, state]
    for said in found.problems:
        day = said.said_on.isoformat()
        yield [*head, "problem", said.words, _link(said), day, _standing(said)]
    for one in found.people:
        interests = "; ".join(one.interests)
        yield [*head, "person", one.name, one.title, "; ".join(_roles(one)), interests]


def _link(said: Problem) -> str:
    return link_words()[Link(said.link)]


def _standing(said: Problem) -> str:
    return standing_words()[said.standing][0]


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _roles(person: BuyingPerson) -> list[str]:
    return [_(BUYING_ROLES[role].text) for role in person.roles if role in BUYING_ROLES]
