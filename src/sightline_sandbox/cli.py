"""The command `sightline-sandbox`: serve an org, load into it, arm faults."""

from __future__ import annotations

import logging
import secrets
import signal
import threading
from pathlib import Path

import click

from sightline_sandbox.application import Sandbox
from sightline_sandbox.certificate import tls_context
from sightline_sandbox.control_client import control_group, write_address
from sightline_sandbox.loading import start
from sightline_sandbox.org import Org
from sightline_sandbox.server import SandboxServer


@click.group()
def main() -> None:
    """A Salesforce-compatible sandbox org on this machine."""


@main.command()
@click.option(
    "--data",
    "data",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of the org; an export (CSV files) in it is loaded at first start.",
)
@click.option("--port", default=8443, show_default=True, help="Port; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--tls", is_flag=True, help="Serve TLS too, on the same port.")
@click.option("--user", default=None, help="Whose token to print: username or id.")
@click.option("--access-token", default=None, help="Use this token instead of a random one.")
@click.option(
    "--load",
    "loads",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Load another export (folder or zip) into a new org.",
)
@click.option(
    "--metadata",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="SFDX source folder with custom objects and fields.",
)
@click.option(
    "--samples/--no-samples",
    default=None,
    help="Load the sample records (default: when there is no export).",
)
@click.option("--account-plans/--no-account-plans", default=True)
@click.option("--currencies/--no-currencies", default=False, help="Several currencies.")
@click.option("--person-accounts/--no-person-accounts", default=False)
@click.option("--api-limit", default=None, type=int, help="API calls a day.")
@click.option("--verbose", is_flag=True)
def serve(
    data: Path,
    port: int,
    host: str,
    tls: bool,
    user: str | None,
    access_token: str | None,
    loads: tuple[Path, ...],
    metadata: tuple[Path, ...],
    samples: bool | None,
    account_plans: bool,
    currencies: bool,
    person_accounts: bool,
    api_limit: int | None,
    verbose: bool,
) -> None:
    """Serve an org until it is told to stop."""
    logging.basicConfig(level=logging.DEBUG if verbose else logging.WARNING)
    folder = start.storage_folder(data)
    org = Org(
        folder / "sandbox.sqlite3",
        account_plans=account_plans,
        currencies=currencies,
        person_accounts=person_accounts,
    )
    org.call_limit = api_limit or org.call_limit
    for line in start.prepare(org, data, loads=loads, metadata=metadata, samples=samples):
        click.echo(line)
    sandbox = Sandbox(org, control_key=secrets.token_urlsafe(24))
    context, certificate = tls_context(folder) if tls else (None, None)
    try:
        server = SandboxServer((host, port), sandbox, context)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}") from None
    scheme = "https" if tls else "http"
    sandbox.address = f"{scheme}://{_printed_host(host)}:{server.server_address[1]}"
    token = start.token_for(sandbox, user, access_token)
    write_address(folder, sandbox.address, sandbox.control_key, certificate)
    click.echo(f"address: {sandbox.address}")
    if certificate is not None:
        click.echo(f"certificate: {certificate}")
    click.echo(f"organization: {org.id}")
    for line in start.app_lines(sandbox):
        click.echo(line)
    sandbox.runner.resume()
    click.echo(f"access token: {token}")
    _until_stopped(server)


def _printed_host(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104


def _until_stopped(server: SandboxServer) -> None:
    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever(poll_interval=0.2)
    server.server_close()


main.add_command(control_group)
