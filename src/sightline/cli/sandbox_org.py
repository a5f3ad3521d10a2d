"""The sandbox org that `./run` keeps beside the demonstration, and the connection to it.

The demonstration is imported from the very files that the org is filled with, so the first round
finds both sides equal; from then on they are kept in step as with any org.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

import click
from django.conf import settings

from sightline.actions.sync import asking, connections
from sightline.agreement.rules import Rules, default_rules, reading
from sightline.cli import children
from sightline.cli.demo import Say
from sightline.records.queries import sync as queries

NAME = "Sandbox org"
# As many calls a day as an org of fifty people has.
API_LIMIT = 300_000
_PACKAGE = Path(__file__).resolve().parents[3] / "salesforce"


def wanted() -> bool:
    """Whether there is anything to serve: the files that the demonstration came from."""
    return (_data() / "demonstration-export" / "Account.csv").exists()


def begin(port: int, say: Say) -> subprocess.Popen[str]:
    """Serve the org as a child of this process and hold the connection to its address."""
    process = children.start(
        _command(port), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    pk = queries.connection_named(NAME)
    address = f"http://127.0.0.1:{port}"
    if pk is None:
        say("Filling the sandbox org with the same company ...")
        pk = _attach(_said(process))
    connections.move(pk, settings={"login": address})
    asking.ask_round(pk, actor_id=None)
    say(f"\nSandbox org, a Salesforce to try with: {address}/sandbox")
    say(f"  token to sign in with: {_token()}")
    return process


def _command(port: int) -> list[str]:
    command = [
        *(sys.executable, "-m", "sightline_sandbox", "serve"),
        *("--data", str(_folder()), "--load", str(_data() / "demonstration-export")),
        *("--port", str(port), "--currencies", "--api-limit", str(API_LIMIT)),
        *("--access-token", _token()),
    ]
    return [*command, "--metadata", str(_PACKAGE)] if _PACKAGE.is_dir() else command


def _said(process: subprocess.Popen[str]) -> dict[str, str]:
    """What the org prints once it answers."""
    said: dict[str, str] = {}
    assert process.stdout is not None
    for line in process.stdout:
        name, _, value = line.partition(": ")
        said[name.strip()] = value.strip()
        if name == "access token":
            return said
    raise click.ClickException("The sandbox org did not start.")


def _attach(said: dict[str, str]) -> int:
    # the importer brings numpy along: only a first start needs it
    from sightline.exchange.demonstration.load import SOURCE

    mapping = _data() / "demonstration-export" / "mapping.toml"
    return connections.connect(
        NAME,
        brand="salesforce",
        settings={"login": said["address"], "client_id": said["client id"]},
        secrets={"client_secret": said["client secret"]},
        source=SOURCE,
        rules=_rules(mapping if mapping.exists() else None),
        actor_id=None,
    )


def _rules(mapping: Path | None) -> Rules:
    """The mapping to begin with. Raises TableRefused."""
    rules = default_rules("salesforce")
    if mapping is None:
        return rules
    from sightline.exchange.imports.mapping import read_mapping
    from sightline.exchange.imports.salesforce import OBJECTS

    chosen = read_mapping(mapping, OBJECTS.values())
    return reading(rules, columns=chosen.columns, meanings=chosen.values)


def _data() -> Path:
    return Path(settings.SIGHTLINE_DATA)


def _folder() -> Path:
    return _data() / "sandbox-org"


def _token() -> str:
    """The token for the record pages, made once and kept for this machine's user alone."""
    kept = _folder() / "token"
    if not kept.exists():
        _folder().mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(f"sandbox-{secrets.token_urlsafe(24)}", encoding="utf-8")
    return kept.read_text(encoding="utf-8").strip()
