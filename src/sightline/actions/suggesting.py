"""What to sell next, ranked over all customers in the ledger's engine and kept as one version.

Safe to run twice: a ranking is read only when it is whole, and the one before it goes then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from sightline.actions.ledger import DatabaseCatalogue
from sightline.actions.ledger_lines import opened_lines
from sightline.actions.ledger_place import has_lines
from sightline.actions.progress import Watched
from sightline.ledger.errors import NothingToJudge
from sightline.ledger.insight.holdings import Holdings, read_holdings
from sightline.ledger.insight.whitespace import Evidence, rank_lines, top
from sightline.ledger.method import InsightParameters, insight
from sightline.ledger.version import LedgerVersion
from sightline.records.models import Account, ProductLine, Suggestion, SuggestionRun, Unit
from sightline.records.queries import company

BATCH = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class _Ranking:
    """The market and what the ranking found in it."""

    held: Holdings
    evidence: Evidence


def rank_all(as_of: date | None = None, *, job: Watched) -> int:
    """Rank what every buyer may take next; answers how many buyers. 0 without revenue lines."""
    day = as_of or company.company_facts().today(timezone.now())
    parameters = insight(company.parameters_in_force(day))
    version = DatabaseCatalogue().current()
    found = _ranked(version, day, parameters)
    if found is None:
        SuggestionRun.objects.all().delete()
        return 0
    run = SuggestionRun.objects.create(
        ledger_version=version.number,
        as_of=day,
        buyers=len(found.held.buyers),
        months=parameters.whitespace_recent_months,
        lines=_adoption(found),
    )
    done, rows = 0, _rows(found, run)
    while some := list(islice(rows, BATCH)):
        with transaction.atomic():
            Suggestion.objects.bulk_create(some)
        done += len(some)
        job.progress(done, run.buyers, "buyers ranked")
    with transaction.atomic():
        SuggestionRun.objects.filter(pk=run.pk).update(whole=True)
        SuggestionRun.objects.exclude(pk=run.pk).filter(pk__lt=run.pk).delete()
    return done


def _ranked(version: LedgerVersion, day: date, parameters: InsightParameters) -> _Ranking | None:
    if not has_lines(version):
        return None
    with opened_lines(version, as_of=day, parameters=parameters, adds_up=False) as source:
        try:
            held = read_holdings(source, as_of=day, parameters=parameters)
        except NothingToJudge:
            return None
    return _Ranking(held, rank_lines(held.market, parameters=parameters))


def _adoption(found: _Ranking) -> dict[str, list[int]]:
    pairs = zip(found.evidence.adopters.tolist(), found.evidence.new.tolist(), strict=True)
    return {line: list(pair) for line, pair in zip(found.held.lines, pairs, strict=True)}


def _rows(found: _Ranking, run: SuggestionRun) -> Iterator[Suggestion]:
    """One row a buyer that the records still know; buyers with the same holdings share a list."""
    accounts = set(Account.objects.filter(removed_at=None).values_list("pk", flat=True))
    units = set(Unit.objects.filter(removed_at=None).values_list("pk", flat=True))
    known = {str(pk) for pk in ProductLine.objects.values_list("pk", flat=True)}
    lines: dict[int, list[Any]] = {}
    owned = found.held.market.owned.sum(axis=1)
    for buyer, (account, unit) in enumerate(found.held.buyers):
        if not account.isdecimal() or int(account) not in accounts:
            continue
        if unit and (not unit.isdecimal() or int(unit) not in units):
            continue
        kind = int(found.evidence.kind[buyer])
        if kind not in lines:
            lines[kind] = _lines(found, buyer, known)
        alone = bool(found.evidence.by_adoption[kind])
        yield Suggestion(
            run=run,
            account_id=int(account),
            unit_id=int(unit) if unit else None,
            peers=0 if alone else int(found.evidence.peers[kind]),
            similarity=0.0 if alone else round(float(found.evidence.similarity[kind]), 6),
            shared=round(float(found.evidence.shared[kind]), 3),
            owned=int(owned[buyer]),
            lines=lines[kind],
            holds=_holds(found, buyer),
            edge=None if alone else float(found.evidence.edge[kind]),
        )


def _holds(found: _Ranking, buyer: int) -> list[int]:
    """The lines that a buyer owns, those that we sell no more among them."""
    columns = np.flatnonzero(found.held.market.owned[buyer])
    return [int(line) for column in columns if (line := found.held.lines[column]).isdecimal()]


def _lines(found: _Ranking, buyer: int, known: set[str]) -> list[list[int]]:
    """[line, peers that own it, those of them that began lately], best first."""
    kind = found.evidence.kind[buyer]
    columns = top(found.evidence, buyer, count=len(found.held.lines))
    owning, begun = found.evidence.peers_owning[kind], found.evidence.peers_new[kind]
    return [
        [int(found.held.lines[column]), int(owning[column]), int(begun[column])]
        for column in np.asarray(columns)
        if found.held.lines[column] in known
    ]
