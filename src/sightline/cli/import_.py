"""`sightline import KIND FILES…`: look at files, show what they would do, store them.

Exit codes: 0 done; 1 refused, or done with refused rows; 2 wrong use. Progress goes to stderr.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from sightline.actions.imports import runs
from sightline.exchange.imports import service
from sightline.exchange.imports.mapping import Chosen, chosen_from, read_mapping
from sightline.exchange.imports.plan import Job
from sightline.exchange.imports.preview import Preview
from sightline.exchange.imports.service import KINDS, Asked
from sightline.exchange.imports.specs_of import specs_of
from sightline.exchange.tables.errors import TableRefused
from sightline.ledger.errors import LedgerError
from sightline.planning.errors import PlanningError

_REASONS = 12


@click.command("import")
@click.argument("kind", type=click.Choice([*KINDS, "rates"]), required=False)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option("--mapping", metavar="NAME|FILE", help="A saved mapping, or a TOML file.")
@click.option("--source", default="", help="Whose rows these are. Default: Salesforce, or Files.")
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="How 03/04/2026 is meant.")
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="How 1.234 is meant.")
@click.option("--currency", default="", help="Currency of amounts where a file does not say.")
@click.option("--zone", default="", help="Time zone of moments that name none. Default: UTC.")
@click.option(
    "--resume", "resumed", type=int, metavar="NUMBER", help="Go on with a stopped import."
)
@click.option("--undo", "undone", type=int, metavar="NUMBER", help="Take an import back.")
@click.option("--demonstration", is_flag=True, hidden=True)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def import_command(kind: str | None, files: tuple[Path, ...], **options: Any) -> None:
    """Bring in a Salesforce export (folder, ZIP or files) or CSV and XLSX files of one KIND.

    \b
    salesforce-export  what Salesforce's Data Export Service or Data Loader wrote
    accounts contacts opportunities products contracts wallet
    revenue-lines usage activities
    rates              month, currency, rate
    """
    try:
        sys.exit(_run(kind, files, options))
    except (TableRefused, PlanningError, LedgerError) as refused:
        _refused(refused, as_json=options["as_json"])
    except OSError as problem:
        click.echo(f"refused: {problem}", err=True)
    sys.exit(1)


def _run(kind: str | None, files: tuple[Path, ...], options: dict[str, Any]) -> int:
    as_json: bool = options["as_json"]
    if options["undone"]:
        from sightline.exchange.imports.undoing import undo_run

        return _said(undo_run(options["undone"], actor_id=None), as_json)
    if options["resumed"]:
        return _apply(options["resumed"], None, as_json)
    if kind is None or not files:
        raise click.UsageError("Name a kind and at least one file. sightline import --help")
    if kind == "rates":
        from sightline.exchange.imports.rates import load_rates

        return _said(load_rates(files, dry_run=options["dry_run"]), as_json)
    asked = _asked(kind, files, options)
    if options["dry_run"]:
        return _dry_run(asked, as_json)
    run = service.begin(asked, actor_id=None)
    preview = service.preview_run(run.pk, progress=_progress)
    return _apply(run.pk, preview, as_json)


def _asked(kind: str, files: tuple[Path, ...], options: dict[str, Any]) -> Asked:
    given = {
        name: options[name] for name in ("dates", "decimal", "currency", "zone") if options[name]
    }
    return Asked(
        kind=kind,
        paths=files,
        chosen=_mapping(kind, options["mapping"]),
        given=given,
        source=options["source"],
        demonstration=options["demonstration"],
    )


def _mapping(kind: str, name: str | None) -> Chosen:
    if not name:
        return Chosen({}, {}, {})
    specs = specs_of(kind)
    if name.endswith(".toml") or Path(name).is_file():
        return read_mapping(Path(name), specs)
    saved = runs.saved_mapping(kind, name)
    if saved is None:
        raise TableRefused("mapping", f"no mapping for {kind} is called {name!r}")
    return chosen_from(saved, specs, name=name)


def _dry_run(asked: Asked, as_json: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="sightline-import-") as folder:
        job = Job(
            kind=asked.kind,
            paths=asked.paths,
            workspace=Path(folder),
            chosen=asked.chosen,
            today=service.today(),
            currency=asked.given.get("currency") or runs.company_currency(),
            given=asked.given,
            goes_on=runs.has_accounts_of(asked.source_name),
        )
        _, preview = service.look(job, source=asked.source_name, progress=_progress)
    _clear()
    if as_json:
        click.echo(json.dumps({"dry_run": True, **_plain(preview)}, ensure_ascii=False))
    else:
        _show(preview, "would be")
    return 1 if preview.refused_rows else 0


def _apply(run_id: int, preview: Preview | None, as_json: bool) -> int:
    counts = service.apply_run(run_id, progress=_progress)
    _clear()
    run = runs.get(run_id)
    refused = int(run.counts.get("refuse", 0)) if preview is None else preview.refused_rows
    folder = Path(run.folder) / "refused"
    if as_json:
        answer: dict[str, Any] = {"run": run_id, "applied": counts, "state": run.state}
        if preview is not None:
            answer |= _plain(preview)
        answer["refused_files"] = [str(path) for path in sorted(folder.glob("*.csv"))]
        click.echo(json.dumps(answer, ensure_ascii=False))
        return 1 if refused else 0
    if preview is not None:
        _show(preview, "are")
    click.echo(f"Import {run_id} is done.")
    if refused:
        click.echo(f"Refused rows, to be mended and loaded again: {folder}")
    return 1 if refused else 0


def _plain(preview: Preview) -> dict[str, Any]:
    counts = preview.counts()
    counts["warnings"] = preview.warnings
    counts["files"] = [
        {name: value for name, value in one.items() if name != "columns"} for one in counts["files"]
    ]
    return counts


def _show(preview: Preview, verb: str) -> None:
    counts = preview.counts()
    click.echo(f"{'':24}{'create':>10}{'change':>10}{'skip':>10}{'refuse':>10}")
    for name, one in preview.tallies.items():
        row = (one.create, one.change, one.skip, one.refuse)
        click.echo(f"{name:24}" + "".join(f"{count:>10,}" for count in row))
    click.echo(
        f"{counts['rows']:,} rows read: {counts['create']:,} {verb} created, "
        f"{counts['change']:,} changed, {counts['skip']:,} skipped, {counts['refuse']:,} refused."
    )
    for reason in counts["reasons"][:_REASONS]:
        click.echo(f"refused: {reason['file']}: {reason['rows']:,} × {reason['message']}")
    for warning in preview.warnings:
        click.echo(f"note: {warning['message']}")


def _said(answer: dict[str, Any], as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo("; ".join(f"{name} {value}" for name, value in answer.items()))
    return 1 if answer.get("refused") else 0


def _refused(refused: Exception, *, as_json: bool) -> None:
    _clear()
    if as_json:
        code = getattr(refused, "code", "refused")
        click.echo(json.dumps({"refused": {"code": code, "message": str(refused)}}))
    click.echo(f"refused: {refused}", err=True)


def _progress(done: int, total: int | None, note: str) -> None:
    if sys.stderr.isatty():
        share = f" {100 * done // total}%" if total else ""
        click.echo(f"\r\033[K{note}{share}", nl=False, err=True)
    elif done == total and total:
        click.echo(f"{note}: {done:,}", err=True)


def _clear() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
