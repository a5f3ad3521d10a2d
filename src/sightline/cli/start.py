"""What `./run` does: everything ready, the demonstration loaded, the server started; once it answers,
its sandbox org and the worker beside it.

Bound to 127.0.0.1 only: the demonstration's sign-ins work nowhere else.
"""

from __future__ import annotations

import os
import socket
import sys
from functools import partial

import click

from sightline.cli import demo, sandbox_org, serve

HOST = "127.0.0.1"


@click.command()
@click.option("--empty", is_flag=True, help="Start without the demonstration company.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def start(empty: bool, port: int) -> None:
    """Set everything up and run it on this machine."""
    port = free_port(port)
    os.environ["SIGHTLINE_URL"] = f"http://{HOST}:{port}"
    serve.prepare()
    if not empty and demo.is_wanted():
        demo.load(click.echo)
    beside = []
    loaded = demo.is_loaded()
    if loaded:
        os.environ["SIGHTLINE_DEMONSTRATION"] = "1"
        if sandbox_org.wanted():
            beside.append(partial(sandbox_org.begin, free_port(port + 100), click.echo))

    def ready() -> None:
        show = demo.show_sign_ins if loaded else demo.show_first_administrator
        show(click.echo)
        click.echo(f"\nSightline is at http://{HOST}:{port}  (Ctrl-C stops it)\n")
        sys.stdout.flush()

    sys.exit(
        serve.run_together(
            host=HOST, port=port, processes=1, worker=True, ready=ready, beside=beside
        )
    )


def free_port(wanted: int) -> int:
    """The wanted port, or the next free one of the following twenty."""
    for port in range(wanted, wanted + 20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise click.ClickException(
        f"Ports {wanted} to {wanted + 19} are all taken. Name another: ./run --port 9000"
    )
