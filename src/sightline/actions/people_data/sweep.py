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


def sweep(needles: Needles) -> dict[str, int]:
    """Answers how many rows were blanked, by table."""
    counts = {}
    for model in apps.get_app_config("records").get_models():
        if model in IDENTITIES or model in FACTS or model is Job:
            continue
        fields = [field for field in model._meta.concrete_fields if _is_text(field)]
        blanked = _blank(model, fields, needles) if fields else 0
        if blanked:
            counts[str(model._meta.model_name)] = blanked
    return counts


def _is_text(field: models.Field[Any, Any]) -> bool:
    """Free text and JSON; choices, keys and indexes hold no names."""
    if field.choices or field.unique or field.primary_key:
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def _blank(model: type[models.Model], fields: list[models.Field[Any, Any]], found: Needles) -> int:
    names = [field.name for field in fields]
    blanked = 0
    for rows, words in _rows(model, fields, found):
        changed = []
        for row in rows:
            before = [getattr(row, name) for name in names]
            after = [cleaned(value, words) for value in before]
            if before != after:
                for name, field, value in zip(names, fields, after, strict=True):
                    setattr(row, name, _fitting(field, value))
                changed.append(row)
        with transaction.atomic():
            model._default_manager.bulk_update(changed, names, batch_size=100)
        blanked += len(changed)
    return blanked


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
    """The way from a row to its account, over one step at most; None where it has none."""
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model is Account:
            return field.attname
    for field in model._meta.concrete_fields:
        other = field.related_model
        if not field.is_relation or not isinstance(other, type):
            continue
        for further in other._meta.concrete_fields:
            if further.is_relation and further.related_model is Account:
                return f"{field.name}__{further.attname}"
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
