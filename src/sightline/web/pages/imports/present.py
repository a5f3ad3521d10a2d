"""Words and figures of an import's page, from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.exchange.imports.specs_of import specs_of
from sightline.exchange.imports.workspace import Workspace
from sightline.records.queries.imports import RunPage
from sightline.web.pages.imports.forms import KIND_LABELS

STEPS = ("files", "columns", "preview", "load")
_WORKING = frozenset({"uploaded", "previewing", "applying"})
_UNDOABLE = frozenset({"done", "cancelled", "failed"})
_TONES = {"certain": "pos", "likely": "accent", "chosen": "pos", "unknown": ""}
_GUESSES = {
    "certain": "certain",
    "likely": "likely",
    "chosen": "chosen",
    "unknown": "not used",
}
_HELP = {
    "unknown_account": "Add Account.csv of the same export, or correct the account",
    "unknown_opportunity": "Its opportunity is refused or missing",
    "unknown_contact": "Its contact is refused or missing",
    "erased": "Nothing to do",
    "id_twice": "Keep one of the rows",
    "ragged": "Give every row as many cells as the first",
    "empty": "Fill in the cell",
    "unreadable": "Correct the cell",
    "currency": "Use an ISO 4217 code such as EUR",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of the four counts."""

    what: str
    label: str
    note: str
    count: int
    tone: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: done, now or to come."""

    label: str
    number: int
    state: str


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of a file as the mapping table shows it. `name` is its input's name."""

    header: str
    samples: str
    name: str
    field: str
    choices: tuple[tuple[str, str], ...]
    guess: str
    tone: str


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The mapping table of one file."""

    name: str
    object: str
    rows: int
    columns: tuple[ColumnRow, ...]
    summary: str


def outcomes(counts: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """Create, change, skip, refuse."""
    return (
        Outcome("create", _("Create"), _("not here yet"), int(counts.get("create", 0)), "pos"),
        Outcome(
            "change", _("Change"), _("differs from ours"), int(counts.get("change", 0)), "accent"
        ),
        Outcome("skip", _("Skip"), _("same as ours"), int(counts.get("skip", 0)), ""),
        Outcome("refuse", _("Refuse"), _("cannot be stored"), int(counts.get("refuse", 0)), "neg"),
    )


def steps(state: str) -> tuple[Step, ...]:
    """Files, columns, preview, load: where the import stands."""
    labels = (_("Files"), _("Columns"), _("Preview"), _("Load"))
    now = {"uploaded": 1, "previewing": 3, "refused": 2, "ready": 3}.get(state, 4)
    over = state in ("done", "undone")
    return tuple(
        Step(label, place, "done" if place < now or over else "now" if place == now else "next")
        for place, label in enumerate(labels, start=1)
    )


def heading(page: RunPage) -> str:
    """The page's title: what a person does here now."""
    return {
        "ready": _("Check before loading"),
        "previewing": _("Check before loading"),
        "uploaded": _("Check before loading"),
        "applying": _("Loading"),
        "done": _("Loaded"),
        "refused": _("These files cannot be read yet"),
        "failed": _("Loading stopped"),
        "cancelled": _("Cancelled"),
        "undone": _("Taken back"),
    }[page.line.state]


def reasons(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Refusals by reason with what helps."""
    return [{**one, "help": _HELP.get(one["code"], "")} for one in counts.get("reasons", [])]


def changes(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sampled changes: record, field, before, after."""
    found = []
    for target, one in counts.get("targets", {}).items():
        for sample in one.get("changed", []):
            for name, (old, new) in sample["fields"].items():
                if name == "removed_at":
                    name, new = _("removed"), _("yes")
                shown = {"record": sample["record"], "target": target, "field": field_words(name)}
                found.append({**shown, "old": old, "new": new})
    return found


def field_words(name: str) -> str:
    """A column's name as words."""
    return name.removesuffix("_id").replace("_", " ")


def targets(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Counts by kind of row, those without any row left out; what was refused as it was read has
    no kind yet and is a line of its own, so that the column adds up to the figure above."""
    rows = counts.get("targets", {}).items()
    found = [
        {
            "name": KIND_LABELS.get(name, name),
            **{key: one.get(key, 0) for key in ("create", "change", "skip", "refuse")},
        }
        for name, one in rows
        if any(one.get(key) for key in ("create", "change", "skip", "refuse"))
    ]
    unread = int(counts.get("refuse", 0)) - sum(int(one["refuse"]) for one in found)
    if found and unread > 0:
        found.append(
            {"name": _("Refused while reading"), "create": 0, "change": 0, "skip": 0}
            | {"refuse": unread}
        )
    return found


def page_note(counts: Mapping[str, Any], title: str) -> str:
    """Which files, and how much was read of them; nothing is counted before it was read."""
    rows, files = int(counts.get("rows", 0)), len(counts.get("files", []))
    if not files:
        return title[:80]
    note = ngettext("%(files)d file", "%(files)d files", files) % {"files": files}
    told = ngettext("%(rows)s row", "%(rows)s rows", rows) % {"rows": f"{rows:,}"}
    return _("%(title)s: %(note)s, %(rows)s") % {"title": title[:80], "note": note, "rows": told}


def may_load(page: RunPage) -> bool:
    """Whether loading would store anything."""
    counts = page.line.counts
    return page.line.state == "ready" and bool(counts.get("create", 0) or counts.get("change", 0))


def columns(page: RunPage) -> tuple[FileColumns, ...]:
    """The mapping table of every file."""
    specs = {spec.name: spec for spec in specs_of(page.line.kind)}
    found = []
    for place, one in enumerate(page.line.counts.get("files", [])):
        spec = specs.get(one["object"])
        names = sorted(field.name for field in spec.fields) if spec else []
        choices = (("", _("Leave out")), *((name, field_words(name)) for name in names))
        rows = tuple(
            ColumnRow(
                header=column["header"],
                samples=", ".join(column["samples"]) or _("empty"),
                name=f"column-{place}-{number}",
                field=column["field"],
                choices=choices,
                guess=_GUESSES.get(column["guess"], column["guess"]),
                tone=_TONES.get(column["guess"], ""),
            )
            for number, column in enumerate(one.get("columns", []))
        )
        found.append(FileColumns(one["name"], one["object"], one["rows"], rows, _summary(rows)))
    return tuple(found)


def _summary(rows: Sequence[ColumnRow]) -> str:
    counted = {guess: sum(row.guess == guess for row in rows) for guess in _GUESSES.values()}
    return ", ".join(f"{count} {guess}" for guess, count in counted.items() if count)


def chosen_columns(page: RunPage, posted: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What a person changed in the mapping tables: field by column and object."""
    found: dict[str, dict[str, str]] = {}
    for file in columns(page):
        for row in file.columns:
            value = posted.get(row.name, row.field)
            if value != row.field and any(value == key for key, _ in row.choices):
                found.setdefault(file.object, {})[row.header] = value
    return found


def refused_files(page: RunPage) -> list[dict[str, Any]]:
    """The files with refused rows, in the order of their downloads."""
    folder = Path(page.folder) / "refused" if page.folder else None
    if folder is None or not folder.is_dir():
        return []
    return [{"name": path.name, "number": n} for n, path in enumerate(sorted(folder.glob("*.csv")))]


def is_listed(page: RunPage) -> bool:
    """Whether every row can be looked at: the list goes with the import's files."""
    return bool(page.folder) and Workspace.of(page.line.id).staging.exists()


def is_working(page: RunPage) -> bool:
    """Whether something runs that the page should follow."""
    progress = page.progress
    busy = progress is not None and progress.state in ("waiting", "running")
    return page.line.state in _WORKING or (busy and page.line.state in _UNDOABLE)


def may_undo(page: RunPage) -> bool:
    """Whether there may be something to take back."""
    return page.line.state in _UNDOABLE and not is_working(page)
