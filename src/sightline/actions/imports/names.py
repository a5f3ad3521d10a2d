"""Rows that files know only by name: product lines, stages, competitors and units.

Each is made once, in a small transaction of its own, before the chunk that refers to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from sightline.actions import journal
from sightline.actions.imports.lookups import (
    IncomingRow,
    Scope,
    UnitKey,
    name_maps,
    places,
    reference_maps,
    units,
)
from sightline.actions.imports.targets import Target
from sightline.actions.imports.told_columns import unit_keys
from sightline.agreement.identity import canonical_id
from sightline.agreement.naming import company_key, sort_key
from sightline.records.models import (
    Competitor,
    ImportRun,
    Product,
    ProductFamily,
    ProductLine,
    Stage,
    Unit,
)

# Salesforce's own stages in their order; others come after, closed ones last.
_STAGES = (
    *("prospecting", "qualification", "needs analysis", "value proposition"),
    *("id. decision makers", "perception analysis", "proposal/price quote"),
    *("negotiation/review", "closed won", "closed lost"),
)
_LAST = 900


def make_names(
    target: Target, rows: Sequence[IncomingRow], scope: Scope, *, run: ImportRun | None
) -> int:
    """Make what the rows name and nobody made yet; answers how many rows that are."""
    made = 0
    found = name_maps(target, rows)
    for value, (column, kind) in target.named.items():
        missing = {
            str(row.values[value]): row.values
            for row in rows
            if row.values.get(value) and str(row.values[value]) not in found[column]
        }
        if missing:
            made += _MAKERS[kind](missing, run)
    if target.has_unit:
        made += _make_units(target, rows, scope, run)
    return made


def _make_lines(missing: Mapping[str, Mapping[str, Any]], run: ImportRun | None) -> int:
    with transaction.atomic():
        families = _families({str(one["family"]) for one in missing.values() if one.get("family")})
        count = ProductLine.objects.count()
        lines = [
            ProductLine(
                name=name[:120],
                family_id=families.get(str(values.get("family"))),
                revenue_kind=values.get("revenue_kind") or ProductLine.RevenueKind.REPEAT,
                kind_confirmed=bool(values.get("revenue_kind")),
                position=min(count + place, 32_767),
            )
            for place, (name, values) in enumerate(missing.items())
        ]
        ProductLine.objects.bulk_create(lines, ignore_conflicts=True)
        return _journalled("product lines", missing, run)


def _families(names: Iterable[str]) -> dict[str, int]:
    wanted = {name[:120] for name in names}
    ProductFamily.objects.bulk_create(
        [ProductFamily(name=name) for name in sorted(wanted)], ignore_conflicts=True
    )
    found = ProductFamily.objects.filter(name__in=wanted).values_list("name", "pk")
    return dict(found)


def _make_stages(missing: Mapping[str, Mapping[str, Any]], run: ImportRun | None) -> int:
    with transaction.atomic():
        Stage.objects.bulk_create(
            [_stage(name, values) for name, values in missing.items()], ignore_conflicts=True
        )
        return _journalled("stages", missing, run)


def _stage(name: str, values: Mapping[str, Any]) -> Stage:
    word = name.casefold()
    won = bool(values.get("is_won")) or word in ("closed won", "won")
    closed = won or bool(values.get("is_closed")) or word in ("closed lost", "lost")
    standard = _STAGES.index(word) if word in _STAGES else 100
    chance = values.get("seller_probability", values.get("probability"))
    if closed:
        chance = 100 if won else 0
    return Stage(
        name=name[:80],
        position=_LAST + (0 if won else 1) if closed else standard,
        probability=chance,
        is_closed=closed,
        is_won=won,
    )


def _make_competitors(missing: Mapping[str, Mapping[str, Any]], run: ImportRun | None) -> int:
    keys = {company_key(name)[:200]: name for name in sorted(missing, reverse=True)}
    with transaction.atomic():
        Competitor.objects.bulk_create(
            [Competitor(name=name[:200], key=key) for key, name in keys.items()],
            ignore_conflicts=True,
        )
        return _journalled("competitors", keys.values(), run)


def _make_units(
    target: Target, rows: Sequence[IncomingRow], scope: Scope, run: ImportRun | None
) -> int:
    accounts = reference_maps(
        target, [row for row in rows if row.values.get("business_unit")], scope
    )["account_id"]
    known = places(pk for pk in accounts.values() if isinstance(pk, int))
    return make_units(unit_keys(rows, accounts, known), run=run)


def make_units(keys: Iterable[UnitKey], *, run: ImportRun | None) -> int:
    """Units by planning account, parent unit and name, where they are missing."""
    wanted = set(keys)
    unknown = wanted - units(wanted).keys()
    if not unknown:
        return 0
    # Of several spellings of one unit the first in order becomes its name.
    spelled = {
        (one[0], one[1], sort_key(one[2])): one for one in sorted(unknown, key=str, reverse=True)
    }
    missing = set(spelled.values())
    with transaction.atomic():
        Unit.objects.bulk_create(
            [
                Unit(
                    account_id=account,
                    parent_id=parent,
                    name=name[:255],
                    kind=Unit.Kind.BUSINESS_UNIT,
                )
                for account, parent, name in sorted(missing, key=str)
            ]
        )
        return _journalled("units", [name for _, _, name in missing], run)


def _journalled(what: str, names: Iterable[str], run: ImportRun | None) -> int:
    made = sorted(names)
    shown = ", ".join(made[:5]) + (" …" if len(made) > 5 else "")
    journal.record(
        "import_names",
        actor_id=run.created_by_id if run else None,
        note=f"{len(made)} {what}: {shown}",
        run=run,
    )
    return len(made)


_MAKERS = {
    "line": _make_lines,
    "stage": _make_stages,
    "competitor": _make_competitors,
}


def lines_for(wanted: Iterable[str], *, run: ImportRun | None, make: bool) -> dict[str, str]:
    """Keys of product lines by name, or by a product's id, code or name; missing ones are made.

    A name is compared without case. Without `make` a missing one is simply not answered.
    """
    asked = sorted(set(wanted))
    found: dict[str, str] = {}
    by_fold = {
        name.casefold(): str(pk) for pk, name in ProductLine.objects.values_list("pk", "name")
    }
    found |= {name: by_fold[name.casefold()] for name in asked if name.casefold() in by_fold}
    missing = [name for name in asked if name not in found]
    found |= _through_products(missing)
    missing = [name for name in missing if name not in found]
    if make and missing:
        # Of several spellings the first in order becomes the name.
        spelled = {name.casefold(): name for name in reversed(missing)}
        _make_lines({name: {} for name in spelled.values()}, run)
        made = ProductLine.objects.filter(name__in=[name[:120] for name in spelled.values()])
        by_name = {name: str(pk) for pk, name in made.values_list("pk", "name")}
        found |= {name: by_name[spelled[name.casefold()][:120]] for name in missing}
    return found


def _through_products(words: Sequence[str]) -> dict[str, str]:
    by_id = {canonical_id(word): word for word in words}
    found: dict[str, str] = {}
    for column in ("outside_id", "code", "name"):
        asked = by_id if column == "outside_id" else {word: word for word in words}
        rows = Product.objects.filter(**{f"{column}__in": asked}, removed_at=None).exclude(
            line=None
        )
        for value, line in rows.values_list(column, "line_id"):
            found.setdefault(asked[value], str(line))
    return found
