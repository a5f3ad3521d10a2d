"""`DISTANCE(place, GEOLOCATION(latitude, longitude), 'mi')` as SQL: the great circle."""

from __future__ import annotations

from sightline_sandbox.errors import ApiError
from sightline_sandbox.schema.field import COMPOUND_TYPES, Field, field_from, make_raw
from sightline_sandbox.soql import refusals, tree
from sightline_sandbox.soql.scope import Scope

#: The earth's radius in each unit SOQL knows.
_RADIUS = {"mi": 3958.7613, "km": 6371.0088}
_PLACES = 2


def distance(call: tree.Call, scope: Scope) -> tuple[str, Field]:
    """SQL and kind of a distance. Refuses fields that are no place, and other units."""
    places = [_place(argument, call, scope) for argument in call.arguments]
    unit = call.constants[-1].strip("'").lower() if call.constants else ""
    if len(places) != _PLACES or unit not in _RADIUS:
        raise _refused(call, scope, f"unexpected token: '{call.name}'")
    (north, east), (to_north, to_east) = places
    sql = f"great_circle({north}, {east}, {to_north}, {to_east}, {_RADIUS[unit]})"
    return sql, field_from(make_raw("distance", "double"))


def _place(where: tree.Expression, call: tree.Call, scope: Scope) -> tuple[str, str]:
    if isinstance(where, tree.Call):
        if where.name.upper() != "GEOLOCATION" or len(where.constants) != _PLACES:
            raise _refused(call, scope, f"unexpected token: '{where.name}'")
        north, east = (repr(float(text)) for text in where.constants)
        return north, east
    column = scope.column(where)
    if column.field.type not in COMPOUND_TYPES:
        raise _refused(call, scope, f"field '{column.field.name}' is not a location")
    parts = scope.build.schema.get(column.entity).parts_of(column.field)
    return tuple(f'{column.alias}."{parts[n].name}"' for n in ("latitude", "longitude"))  # type: ignore[return-value]


def _refused(call: tree.Call, scope: Scope, message: str) -> ApiError:
    return refusals.at(scope.build.text, call.position, message)
