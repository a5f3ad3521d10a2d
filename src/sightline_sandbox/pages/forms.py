"""What the record pages show: lists and forms made from describe."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from sightline_sandbox.errors import ApiError
from sightline_sandbox.rows.read import Row
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.work import Work

#: The fields a person most likely edits; custom fields follow.
_SHOWN = {
    "Account": "Name Type Industry ParentId OwnerId Phone Website AnnualRevenue "
    "NumberOfEmployees Rating BillingStreet BillingCity BillingState BillingPostalCode "
    "BillingCountry Description",
    "Contact": "FirstName LastName AccountId Title Department ReportsToId Email Phone "
    "MobilePhone LeadSource OwnerId Description",
    "Opportunity": "Name AccountId StageName Amount CloseDate Probability NextStep Type "
    "LeadSource ForecastCategoryName OwnerId Description",
    "Task": "Subject Status Priority ActivityDate WhatId WhoId OwnerId Description",
}
_INPUTS = {
    "int": "number",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "date": "date",
    "email": "email",
    "url": "text",
    "phone": "tel",
}
_MOST_CHOICES = 300


def problem(message: str) -> str:
    """A message of something refused."""
    return f'<p class="error" role="alert">{escape(message)}</p>'


def login(following: str, message: str) -> str:
    """The sign-in form."""
    refused = problem(message) if message else ""
    return (
        f"<h1>Sign in to the sandbox org</h1>{refused}"
        '<form method="post" action="/sandbox/login">'
        f'<input type="hidden" name="next" value="{escape(following)}">'
        '<label for="token">Access token</label>'
        '<input id="token" name="token" type="password" autocomplete="off" required>'
        "<p>The sandbox printed one when it started.</p><button>Sign in</button></form>"
    )


def home(work: Work, names: tuple[str, ...]) -> str:
    """Counts per object."""
    rows = ""
    for name in names:
        (count,) = work.db.execute(
            f'SELECT COUNT(*) FROM {quoted(name)} WHERE "IsDeleted" = 0'
        ).fetchone()
        rows += f'<tr><th scope="row"><a href="/sandbox/objects/{name}">{name}</a></th>'
        rows += f"<td>{count}</td></tr>"
    return (
        f"<h1>Sandbox org</h1><p>Signed in as {escape(work.viewer.username)}.</p>"
        '<table><thead><tr><th scope="col">Object</th><th scope="col">Records</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _columns(sobject: SObject) -> list[Field]:
    names = {
        "Account": "Name Industry BillingCountry",
        "Contact": "Name Title Email",
        "Opportunity": "Name StageName Amount CloseDate",
        "Task": "Subject Status ActivityDate",
    }[sobject.name].split()
    return [f for name in names if (f := sobject.find(name))]


def listing(work: Work, sobject: SObject, wanted: str, limit: int) -> str:
    """Rows as a table, with a search box."""
    columns = _columns(sobject)
    name = sobject.name_field
    tests = ['t."IsDeleted" = 0']
    shared = work.org.sharing.row_filter(work.viewer)(sobject, "t")
    tests += [shared] if shared else []
    if wanted and name is not None:
        tests.append(f"instr(lower(t.{quoted(name.name)}), lower(:wanted)) > 0")
    selected = ", ".join(f"t.{quoted(f.name)}" for f in columns)
    found = work.db.execute(
        f'SELECT t."Id", {selected} FROM {quoted(sobject.name)} t WHERE {" AND ".join(tests)} '
        f'ORDER BY t."SystemModstamp" DESC LIMIT {limit}',
        {"wanted": wanted},
    )
    head = "".join(f'<th scope="col">{escape(f.label)}</th>' for f in columns)
    body = ""
    for row in found:
        first = escape(str(row[1] or "(no name)"))
        rest = "".join(f"<td>{escape(_plain(v))}</td>" for v in row[2:])
        body += f'<tr><th scope="row"><a href="/sandbox/records/{row[0]}">{first}</a></th>'
        body += f"{rest}</tr>"
    plural = escape(sobject.raw["labelPlural"])
    return (
        f"<h1>{plural}</h1>"
        f'<form method="get" role="search"><label for="q">Name contains</label>'
        f'<input id="q" name="q" value="{escape(wanted)}"><button>Search</button></form>'
        f'<p><a href="/sandbox/objects/{sobject.name}/new">New</a></p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def fields_of(work: Work, sobject: SObject) -> list[Field]:
    """The fields of the form, as far as this user sees and may write them."""
    named = [f for name in _SHOWN[sobject.name].split() if (f := sobject.find(name))]
    custom = [f for f in sobject.fields.values() if f.raw["custom"] and f.stored]
    return [f for f in [*named, *custom] if work.viewer.sees(sobject, f)]


def read(work: Work, sobject: SObject, form: Mapping[str, str]) -> dict[str, Any]:
    """The values of a submitted form for a new row."""
    values: dict[str, Any] = {}
    for field in fields_of(work, sobject):
        if field.type == "boolean":
            values[field.name] = field.name in form
        elif form.get(field.name):
            values[field.name] = form[field.name]
    return values


def changed(work: Work, sobject: SObject, form: Mapping[str, str], row: Row) -> dict[str, Any]:
    """The values of a submitted form that differ from the row."""
    values: dict[str, Any] = {}
    for field in fields_of(work, sobject):
        if not (field.updateable and work.viewer.writes(sobject, field)):
            continue
        if field.type == "boolean":
            if bool(row.get(field.name)) != (field.name in form):
                values[field.name] = field.name in form
        elif field.name in form and form[field.name] != _input_value(field, row.get(field.name)):
            values[field.name] = form[field.name].replace("\r\n", "\n") or None
    return values


def _input_value(field: Field, value: Any) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return _plain(value)


def editor(
    work: Work,
    sobject: SObject,
    values: Mapping[str, Any],
    mark: str,
    *,
    record_id: str | None,
    done: str = "",
    refused: ApiError | None = None,
) -> str:
    """The form of a row."""
    title = "Edit" if record_id else "New"
    inputs = "".join(_input(work, sobject, f, values, refused) for f in fields_of(work, sobject))
    note = f'<p class="done" role="status">{escape(done)}</p>' if done else ""
    note += problem(refused.message) if refused else ""
    action = (
        f"/sandbox/records/{record_id}" if record_id else f"/sandbox/objects/{sobject.name}/new"
    )
    delete = '<button name="action" value="delete">Delete</button>' if record_id else ""
    shown = f"<p>{record_id}</p>" if record_id else ""
    return (
        f"<h1>{title} {escape(sobject.raw['label'])}</h1>{note}{shown}"
        f'<form method="post" action="{action}"><input type="hidden" name="mark" value="{mark}">'
        f'{inputs}<p><button name="action" value="save">Save</button> {delete}</p></form>'
    )


def _input(
    work: Work,
    sobject: SObject,
    field: Field,
    values: Mapping[str, Any],
    refused: ApiError | None,
) -> str:
    value = values.get(field.name)
    wrong = refused is not None and field.name in (refused.fields or [])
    extra = ' aria-invalid="true"' if wrong else ""
    if not (field.updateable and work.viewer.writes(sobject, field)):
        extra += " disabled"
    required = not field.nillable and field.type != "boolean" and field.name != "OwnerId"
    extra += " required" if required else ""
    label = f'<label for="{field.name}">{escape(field.label)}</label>'
    return label + _control(work, field, value, extra)


def _control(work: Work, field: Field, value: Any, extra: str) -> str:
    start = f'id="{field.name}" name="{field.name}"{extra}'
    if field.type == "boolean":
        checked = " checked" if value else ""
        return f'<input type="checkbox" {start}{checked}>'
    if field.type in ("picklist", "combobox") and field.picklist:
        return _select(start, [(v, v) for v in field.picklist], _plain(value))
    if field.type == "reference":
        return _reference(work, field, start, _plain(value))
    if field.type == "textarea":
        return f'<textarea {start} rows="4">{escape(_plain(value))}</textarea>'
    kind = _INPUTS.get(field.type, "text")
    step = ' step="any"' if kind == "number" else ""
    shown = escape(_input_value(field, value))
    return f'<input type="{kind}"{step} {start} value="{shown}">'


def _select(start: str, choices: list[tuple[str, str]], value: str) -> str:
    if value and value not in [c[0] for c in choices]:
        choices = [(value, value), *choices]
    options = "".join(
        f'<option value="{escape(v)}"{" selected" if v == value else ""}>{escape(t)}</option>'
        for v, t in [("", ""), *choices]
    )
    return f"<select {start}>{options}</select>"


def _reference(work: Work, field: Field, start: str, value: str) -> str:
    """A choice of rows where there are few, else the id as text."""
    target = work.schema.find(field.targets[0]) if len(field.targets) == 1 else None
    name = target.name_field if target else None
    if target is None or name is None:
        return f'<input {start} value="{escape(value)}">'
    live = 'WHERE "IsDeleted" = 0' if target.find("IsDeleted") else ""
    rows = work.db.execute(
        f'SELECT "Id", {quoted(name.name)} FROM {quoted(target.name)} {live} '
        f"ORDER BY 2 LIMIT {_MOST_CHOICES + 1}"
    ).fetchall()
    if len(rows) > _MOST_CHOICES:
        return f'<input {start} value="{escape(value)}">'
    return _select(start, [(r[0], _plain(r[1])) for r in rows], value)
