"""Commands that talk to a running sandbox through its control API."""

import json
import os
import ssl
from pathlib import Path
from typing import Any

import click
import httpx

_FILE = "control.json"


def write_address(folder: Path, address: str, key: str, certificate: Path | None) -> None:
    """Leave address and key for the commands below, readable by this user only."""
    path = folder / _FILE
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(
            {
                "address": address,
                "key": key,
                "certificate": str(certificate) if certificate else None,
            },
            file,
        )


def call(data: Path, method: str, path: str, body: Any = None) -> Any:
    """One control request to the sandbox that serves a data folder."""
    from sightline_sandbox.loading.start import storage_folder

    try:
        known = json.loads((storage_folder(data) / _FILE).read_text())
    except FileNotFoundError:
        raise click.ClickException(f"no sandbox is serving {data}") from None
    verify: ssl.SSLContext | bool = True
    if known["certificate"]:
        verify = ssl.create_default_context(cafile=known["certificate"])
    answer = httpx.request(
        method,
        f"{known['address']}/__sandbox/{path}",
        json=body,
        headers={"Authorization": f"Bearer {known['key']}"},
        verify=verify,
        timeout=60,
    )
    if answer.is_error:
        raise click.ClickException(answer.text)
    return answer.json()


@click.group("control")
def control_group() -> None:
    """Faults and changes by an administrator, on a running sandbox."""


_DATA = click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path),
    help="The data folder the sandbox serves.",
)


@control_group.command("show")
@_DATA
@click.argument("path", default="faults")
def show(data: Path, path: str) -> None:
    """Show faults, requests, or anything else the control API can list."""
    click.echo(json.dumps(call(data, "GET", path), indent=2))


@control_group.command("fault")
@_DATA
@click.argument("kind")
@click.argument("settings", nargs=-1)
def fault(data: Path, kind: str, settings: tuple[str, ...]) -> None:
    """Arm a fault: `fault lost_response path=/composite times=2`."""
    body = {"kind": kind, **_pairs(settings)}
    click.echo(json.dumps(call(data, "POST", "faults", body), indent=2))


@control_group.command("do")
@_DATA
@click.argument("path")
@click.argument("settings", nargs=-1)
def do(data: Path, path: str, settings: tuple[str, ...]) -> None:
    """Change the org: `do fields/hide object=Account field=Industry`."""
    click.echo(json.dumps(call(data, "POST", path, _pairs(settings)), indent=2))


@control_group.command("clear")
@_DATA
def clear(data: Path) -> None:
    """Take every fault away and let the clock run true."""
    click.echo(json.dumps(call(data, "DELETE", "faults"), indent=2))


def _pairs(settings: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise click.BadParameter(f"expected name=value, got {setting!r}")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found
