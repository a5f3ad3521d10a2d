"""Sync: state, lag, budget, queue, conflicts, refused writes, drift and history."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sightline.actions.sync import asking, connections, deciding
from sightline.actions.sync.context import SyncProblem
from sightline.agreement.rules import rules_from
from sightline.agreement.telling import told_of_people
from sightline.planning.permissions import Act, Category
from sightline.records.queries import sync as queries
from sightline.records.queries import sync_history, sync_titles
from sightline.records.queries.sync import ConnectionFacts
from sightline.web.gate import Request, needs, roles_may
from sightline.web.htmx import go, render, say
from sightline.web.pages.sync import present
from sightline.web.pages.sync.values import field_word


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show(request: Request) -> HttpResponse:
    """The one connection, or the list to choose from; how to connect where there is none."""
    found = queries.connections()
    if len(found) == 1:
        return go(request, reverse("sync:connection", args=[found[0].id]))
    person = request.person
    context = {
        "page_title": _("Sync"),
        "connections": present.connection_lines(found),
        "may_connect": person is not None and roles_may(person, Category.SETTINGS, Act.WRITE),
    }
    return render(request, "sync/list.html", context)


@needs(Category.SETTINGS, Act.READ)
@require_safe
def show_one(request: Request, connection_id: int) -> HttpResponse:
    """Everything about one connection."""
    facts = _known(connection_id)
    conflicts = queries.open_conflicts(connection_id)
    writes = queries.intents(connection_id)
    history = sync_history.crossings(connection_id, limit=12)
    named = [(row.target, row.local_id) for row in conflicts]
    named += [(row.target, row.local_id) for row in writes]
    named += [(row.target, row.local_id) for row in history]
    titles = sync_titles.titles(named)
    values = [(row.field, value) for row in conflicts for value in (row.base, row.ours, row.theirs)]
    values += [(row.field, value) for row in history for value in (row.before, row.after)]
    values += [(field, str(value)) for row in writes for field, value in row.values.items()]
    names = sync_titles.value_names(connection_id, values)
    currencies = sync_titles.currencies(named[: len(conflicts) + len(writes)])
    state, tone = present.state_words(facts)
    comparison = queries.last_comparison(connection_id)
    samples = comparison.samples[:20] if comparison is not None else []
    known = sync_titles.remote_titles(connection_id, [str(one["id"]) for one in samples])
    lines = present.write_lines(writes, titles, names, currencies)
    rules = rules_from(queries.mapping(connection_id)[1])
    context = {
        "page_title": facts.name,
        "page_note": str(facts.settings.get("login", "")),
        "facts": facts,
        "state": state,
        "tone": tone,
        "lag": present.lag_minutes(facts, now=timezone.now()),
        "by_browser": facts.settings.get("flow") == "web_server",
        "linked": f"{facts.linked:,}",
        "compared": f"{comparison.rows:,}" if comparison else "",
        "budget_used": f"{facts.budget_used or 0:,}",
        "budget_limit": f"{facts.budget_limit or 0:,}",
        "told": [field_word(one) for one in told_of_people(rules)],
        "budget_share": round((facts.budget or 0) * 100),
        "conflicts": present.conflict_cards(conflicts, titles, names, currencies),
        "alike": present.alike_lines(queries.contested_fields(connection_id)),
        "refused": [one for one in lines if one.facts.state == "refused"],
        "waiting": [one for one in lines if one.facts.state != "refused"],
        "objects": present.object_lines(
            queries.cursors(connection_id), sync_titles.object_states(connection_id)
        ),
        "comparison": comparison,
        "drift": present.drift_lines(samples, known),
        "history": present.crossing_lines(history, titles, names),
    }
    return render(request, "sync/show.html", context)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def pull_now(request: Request, connection_id: int) -> HttpResponse:
    """Asks for a round at once."""
    return _asked(request, connection_id, asking.ask_round, _("A round is on its way."))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def compare_now(request: Request, connection_id: int) -> HttpResponse:
    """Asks for a full comparison."""
    said = _("The comparison is on its way; it takes some minutes.")
    return _asked(request, connection_id, asking.ask_comparison, said)


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def pause(request: Request, connection_id: int) -> HttpResponse:
    """Stops or takes up the connection."""
    facts = _known(connection_id)
    paused = request.POST.get("paused") == "1"
    if facts.state == "needs_reconnect":
        say(request, _("Connect it again first: %(why)s") % {"why": facts.state_note}, tone="warn")
    else:
        connections.pause(connection_id, paused=paused, actor_id=_actor(request))
        say(request, _("The sync is paused.") if paused else _("The sync goes on."))
        if not paused:
            asking.ask_round(connection_id, actor_id=_actor(request))
    return go(request, reverse("sync:connection", args=[connection_id]))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def decide(request: Request, link_id: int) -> HttpResponse:
    """Settles the conflicts of one record, each for the side that was chosen, or all for one."""
    connection = queries.connection_of(link_id)
    if connection is None:
        raise Http404(_("There is no such record."))
    asked, for_all = request.POST.getlist("conflict"), request.POST.get("all", "")
    said = {key: for_all or request.POST.get(f"choice-{key}", "") for key in asked}
    choices = {int(key): choice for key, choice in said.items() if choice and key.isdecimal()}
    try:
        deciding.decide_record(link_id, choices, actor_id=_actor(request), now=timezone.now())
    except SyncProblem as problem:
        say(request, str(problem), tone="warn")
    else:
        say(request, _("Settled. It is carried out with the next round."))
    return go(request, reverse("sync:connection", args=[connection]))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def decide_alike(request: Request, connection_id: int) -> HttpResponse:
    """Settles every conflict over one field for a side; says so for the future too, if asked."""
    _known(connection_id)
    try:
        count = deciding.decide_alike(
            connection_id,
            target=request.POST.get("target", ""),
            field=request.POST.get("field", ""),
            choice=request.POST.get("choice", ""),
            always=request.POST.get("always") == "1",
            actor_id=_actor(request),
            now=timezone.now(),
        )
    except SyncProblem as problem:
        say(request, str(problem), tone="warn")
    else:
        said = ngettext(
            "%(count)s conflict settled. It is carried out with the next round.",
            "%(count)s conflicts settled. They are carried out with the next round.",
            count,
        )
        say(request, said % {"count": count})
    return go(request, reverse("sync:connection", args=[connection_id]))


@needs(Category.SETTINGS, Act.WRITE)
@require_POST
def retry(request: Request, intent_id: int) -> HttpResponse:
    """Tries a refused write again."""
    found = asking.ask_again(intent_id, actor_id=_actor(request), now=timezone.now())
    if found is None:
        raise Http404(_("That write does not exist any more."))
    say(request, _("It is tried again."))
    return go(request, reverse("sync:connection", args=[found]))


def _asked(
    request: Request, connection_id: int, verb: Callable[..., None], said: str
) -> HttpResponse:
    _known(connection_id)
    verb(connection_id, actor_id=_actor(request))
    say(request, said)
    return go(request, reverse("sync:connection", args=[connection_id]))


def _known(connection_id: int) -> ConnectionFacts:
    facts = queries.connection(connection_id)
    if facts is None:
        raise Http404(_("There is no such connection."))
    return facts


def _actor(request: Request) -> int:
    person = request.person
    assert person is not None
    return person.id
