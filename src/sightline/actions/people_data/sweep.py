"""Blanking what names a person in every text of every record, whatever concept it belongs to.

The tables are asked of the schema, so that a text added later is swept without being listed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from sightline.actions.people_data.needles import Needles, cleaned, spellings, sure_part
from sightline.records.models import Account, Contact, CrmUser, Job, SignIn

IDENTITIES = frozenset({Contact, CrmUser, SignIn})
"""Tables of people: somebody of the same name keeps theirs."""
FACTS = frozenset({Account})
CHUNK = 500
# As far as the evidence of an explanation of a plan of an account.
MOST_STEPS = 3


def sweep(needles: Needles) -> dict[str, int]:
    """Answers how many rows were blanked, by table."""
    counts = {}
    for model in _swept():
        fields = [field for field in model._meta.concrete_fields if _is_text(field)]
        blanked = _blank(model, fields, needles) if fields else 0
        if blanked:
            counts[str(model._meta.model_name)] = blanked
    return counts


def blank_rows(rows: models.QuerySet[Any], words: tuple[str, ...]) -> int:
    """Blank these words in every text of these rows, which are known to be about the person."""
    fields = [field for field in rows.model._meta.concrete_fields if _is_text(field)]
    return _clean(rows.model, list(rows) if fields else [], fields, words)


def still_named(words: tuple[str, ...], family: frozenset[int], *, most: int) -> tuple[str, ...]:
    """Rows of these accounts with one of the words in a text, as `table:key`: nothing is changed.
    Facts of the CRM and what housekeeping keeps are left out: nobody writes of people there."""
    found: list[str] = []
    for model in _swept():
        fields = [field for field in model._meta.concrete_fields if _is_text(field)]
        home = _at_home(model)
        if not fields or home is None or not words:
            continue
        rows = _holding(model, fields, words).filter(**{f"{home}__in": family})
        for row in rows[: most - len(found)]:
            texts = [getattr(row, field.name) for field in fields]
            if texts != [cleaned(text, words) for text in texts]:
                found.append(f"{model._meta.model_name}:{row.pk}")
    return tuple(found)


def _swept() -> Iterator[type[models.Model]]:
    for model in apps.get_app_config("records").get_models():
        if model not in IDENTITIES and model not in FACTS and model is not Job:
            yield model


def _is_text(field: models.Field[Any, Any]) -> bool:
    """Free text and JSON; choices, keys and indexes hold no names."""
    if field.choices or field.unique or field.primary_key:
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def _blank(model: type[models.Model], fields: list[models.Field[Any, Any]], found: Needles) -> int:
    return sum(_clean(model, rows, fields, words) for rows, words in _rows(model, fields, found))


def _clean(
    model: type[models.Model],
    rows: list[models.Model],
    fields: list[models.Field[Any, Any]],
    words: tuple[str, ...],
) -> int:
    changed = []
    for row in rows:
        before = [getattr(row, field.name) for field in fields]
        after = [cleaned(value, words) for value in before]
        if before != after:
            for field, value in zip(fields, after, strict=True):
                setattr(row, field.name, _fitting(field, value))
            changed.append(row)
    if changed:
        with transaction.atomic():
            names = [field.name for field in fields]
            model._default_manager.bulk_update(changed, names, batch_size=100)
    return len(changed)


def _rows(
    model: type[models.Model], fields: list[models.Field[Any, Any]], found: Needles
) -> Iterator[tuple[list[models.Model], tuple[str, ...]]]:
    """Rows that hold a needle, with the needles that may be blanked in them."""
    if found.everywhere:
        query = _holding(model, fields, found.everywhere)
        for chunk in _chunks(query):
            yield chunk, found.everywhere
    home = _at_home(model)
    if found.at_home and home is not None:
        query = _holding(model, fields, found.at_home).filter(**{f"{home}__in": found.family})
        for chunk in _chunks(query):
            yield chunk, found.at_home


def _at_home(model: type[models.Model]) -> str | None:
    """The shortest way from a row to its account, over other rows; None where it has none."""
    ways: list[tuple[type[models.Model], str]] = [(model, "")]
    for _step in range(MOST_STEPS):
        further = []
        for here, way in ways:
            for field in here._meta.concrete_fields:
                other = field.related_model
                if not field.is_relation or not isinstance(other, type):
                    continue
                if other is Account:
                    return f"{way}{field.attname}"
                if other not in IDENTITIES and other is not model:
                    further.append((other, f"{way}{field.name}__"))
        ways = further
    return None


def _holding(
    model: type[models.Model], fields: list[models.Field[Any, Any]], needles: tuple[str, ...]
) -> models.QuerySet[models.Model]:
    """Rows in which any text holds any needle; JSON is looked at as the database writes it."""
    plain = [field.name for field in fields if not isinstance(field, models.JSONField)]
    coded = [field.name for field in fields if isinstance(field, models.JSONField)]
    query = model._default_manager.all()
    for name in coded:
        query = query.annotate(**{f"text_of_{name}": Cast(name, TextField())})
    held = Q()
    for text in _looked_for(needles):
        for name in plain:
            held |= Q(**{f"{name}__icontains": text})
        for name in coded:
            held |= Q(**{f"text_of_{name}__icontains": text})
            held |= Q(**{f"text_of_{name}__icontains": json.dumps(text)[1:-1]})
    return query.filter(held).order_by("pk")


def _looked_for(needles: tuple[str, ...]) -> tuple[str, ...]:
    """What finds at least every row with a needle: SQLite knows the case of plain letters only."""
    found = [
        text
        for one in needles
        for text in ((sure_part(one),) if sure_part(one) else spellings(one))
    ]
    return tuple(dict.fromkeys(found))


def _chunks(query: models.QuerySet[models.Model]) -> Iterator[list[models.Model]]:
    keys = list(query.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        model = query.model
        yield list(model._default_manager.filter(pk__in=keys[start : start + CHUNK]))


def _fitting(field: models.Field[Any, Any], value: Any) -> Any:
    longest = getattr(field, "max_length", None)
    if isinstance(value, str) and longest:
        return value[:longest]
    return value
