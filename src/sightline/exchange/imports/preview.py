"""What an import would do: every file parsed, every row judged, nothing stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sightline.actions.imports.decide import Decision
from sightline.actions.imports.lookups import Pending, Scope
from sightline.exchange.imports import listing
from sightline.exchange.imports.flow import ORDER, chunks, judge
from sightline.exchange.imports.ordering import order_rows
from sightline.exchange.imports.parse import Source, stage_file
from sightline.exchange.imports.plan import Job, Plan, Progress, silent
from sightline.exchange.imports.staging import Refusal, Staging, Waiting

_SAMPLES = 3
_LEFT_OUT = {
    "contact_without_account": "contacts of no account",
    "opportunity_without_account": "opportunities of no account",
    "case_without_account": "cases of no account",
    "contract_without_account": "contracts of no account",
    "asset_without_account": "assets of no account",
    "competitor_asset": "assets that are a competitor's",
    "owner_share": "sharing rows that only repeat the owner",
    "no_access": "sharing rows without access",
    "activity_without_account": "activities of no account",
    "group_of_people": "groups that stand for no role",
}
_UNKNOWN = {
    "owner_id": "owners that the User file does not hold",
    "executive_sponsor_id": "sponsors that the User file does not hold",
    "role_id": "roles that the UserRole file does not hold",
    "parent_id": "parents that are not in the files",
    "reports_to_id": "managers that are not in the files",
    "user_id/role_id": "sharing rows with groups whose members are not in the files",
}


@dataclass(slots=True)
class Tally:
    """Rows of one target by what becomes of them, with a few samples of changes."""

    create: int = 0
    change: int = 0
    skip: int = 0
    refuse: int = 0
    created: list[str] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def take(self, rows: list[Waiting], decision: Decision) -> None:
        """Add a chunk."""
        counts = decision.counts()
        self.create += counts["create"]
        self.change += counts["change"]
        self.skip += counts["skip"]
        self.refuse += counts["refuse"]
        names = {row.key: row for row in rows}
        for key in list(decision.creates)[: _SAMPLES - len(self.created)]:
            self.created.append(_name(names[key]))
        for change in decision.changes[: _SAMPLES - len(self.changed)]:
            fields = {
                name: [_plain(change.old[name]), _plain(value)]
                for name, value in change.new.items()
            }
            self.changed.append({"record": _name(names[change.key]), "fields": fields})

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "create": self.create,
            "change": self.change,
            "skip": self.skip,
            "refuse": self.refuse,
            "created": self.created,
            "changed": self.changed,
        }


@dataclass(slots=True)
class Preview:
    """The whole answer; `refused_rows` are records of files, whatever they would have become."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    rows: int = 0
    refused_rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, object]] = field(default_factory=list)

    def total(self, name: str) -> int:
        """Rows over all targets: create, change or skip."""
        return sum(int(getattr(tally, name)) for tally in self.tallies.values())

    def counts(self) -> dict[str, Any]:
        """As the run keeps it."""
        return {
            "rows": self.rows,
            "create": self.total("create"),
            "change": self.total("change"),
            "skip": self.total("skip") + sum(self.left_out.values()),
            "refuse": self.refused_rows,
            "targets": {name: tally.plain() for name, tally in self.tallies.items()},
            "reasons": self.reasons,
            "files": self.files,
        }


def stage_plan(
    plan: Plan, job: Job, staging: Staging, preview: Preview, *, progress: Progress = silent
) -> None:
    """Parse every file of a plan into the staging."""
    done = 0
    for source in plan.sources:
        note = f"Reading {source.file.name}"
        start = done

        def told(rows: int, *, start: int = start, note: str = note) -> None:
            progress(start + rows, plan.rows, note)

        read = stage_file(source, staging, job.context, progress=told)
        done += read.rows
        preview.rows += read.rows
        preview.left_out += read.left_out
    for target in staging.targets():
        staging.finish(target)
    order_rows(staging)
    staging.commit()


def judge_staged(
    staging: Staging, scope: Scope, preview: Preview, *, progress: Progress = silent
) -> None:
    """Judge every staged row against what is here, refusing what cannot be stored."""
    total = sum(staging.count(target) for target in ORDER)
    done = 0
    listing.begin(staging)
    for target in ORDER:
        for rows in chunks(staging, target):
            decision = judge(target, rows, scope)
            places = {row.n: row for row in rows}
            for why in decision.refused:
                row = places[why.n]
                refusal = Refusal(row.file, row.row, why.code, why.message, why.column)
                staging.refuse(target, why.n, refusal)
            listing.keep(staging, target, rows, decision)
            preview.unknown += decision.unknown
            preview.tallies.setdefault(target, Tally()).take(rows, decision)
            done += len(rows)
            progress(done, total, f"Comparing {target}")
    staging.commit()


def conclude(plan: Plan, staging: Staging, preview: Preview) -> None:
    """Reasons, files and warnings, when every row has been judged."""
    listing.finish(staging)
    refused = staging.refused_rows()
    preview.refused_rows = sum(refused.values())
    names = {source.number: source.file.name for source in plan.sources}
    preview.reasons = [
        {"file": names.get(file, ""), "code": code, "message": message, "rows": count}
        for file, code, message, count in staging.reasons()
    ]
    preview.files = [_file(source, plan, refused.get(source.number, 0)) for source in plan.sources]
    preview.warnings = [*plan.warnings]
    for code, count in preview.left_out.items():
        text = f"{count:,} {_LEFT_OUT.get(code, code)} are left out"
        preview.warnings.append({"code": code, "message": text})
    for column, count in preview.unknown.items():
        text = f"{count:,} rows name {_UNKNOWN.get(column, f'a {column} that is not known')}"
        preview.warnings.append({"code": f"unknown_{column}", "message": text})


def _file(source: Source, plan: Plan, refused: int) -> dict[str, Any]:
    evidence = plan.evidence[source.number]
    return {
        "name": source.file.name,
        "object": source.spec.name,
        "rows": evidence.rows,
        "refused": refused,
        "encoding": source.file.encoding,
        "columns": [
            {
                "header": column.header,
                "field": column.field.name if column.field else "",
                "guess": column.guess,
                "samples": evidence.samples.get(column.place, []),
            }
            for column in source.columns[:400]
        ],
    }


def _name(row: Waiting) -> str:
    return str(row.values.get("name") or row.values.get("subject") or row.key)[:120]


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return "(new)" if isinstance(value, Pending) else str(value)
