"""Probe the sandbox with clients written by others: jsforce, simple-salesforce, the `sf` command.

Run: `./run python benchmarks/sandbox/probes/run.py [jsforce] [simple-salesforce] [sf]` (all three by
default). Starts a sandbox of its own, lets each client exercise it clause by clause, and prints one
line per clause; ends with 1 when a clause differs from what the client expects of the service.
npm clients are fetched once into `~/.cache/sightline-npm`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT), str(HERE)]

from tests.sandbox import npm_clients  # noqa: E402

COMMAND = [sys.executable, "-c", "from sightline_sandbox.cli import main; main()"]
CLIENTS = ("jsforce", "simple-salesforce", "sf")


@dataclass(frozen=True, slots=True)
class Target:
    """The sandbox to probe: plain and TLS address, token, certificate, client app, data folder."""

    http: str
    https: str
    token: str
    certificate: str
    client_id: str
    client_secret: str
    data: Path


def started(data: Path) -> tuple[subprocess.Popen[str], Target]:
    """A sandbox in a process of its own."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--data", str(data), "--port", "0", "--tls"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    printed: dict[str, str] = {}
    for line in process.stdout:
        key, _, value = line.strip().partition(": ")
        printed[key] = value
        if key == "access token":
            break
    https = printed["address"]
    return process, Target(
        http=https.replace("https:", "http:"),
        https=https,
        token=printed["access token"],
        certificate=printed["certificate"],
        client_id=printed["client id"],
        client_secret=printed["client secret"],
        data=data,
    )


def jsforce(target: Target) -> Iterator[dict[str, object]]:
    """The clauses jsforce exercises."""
    folder = npm_clients.install("jsforce", npm_clients.JSFORCE, npm_clients.NODE)
    given = [target.http, target.token, target.client_id, target.client_secret]
    done = subprocess.run(
        [npm_clients.node(folder), str(HERE / "jsforce.mjs"), str(folder), *given],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    for line in done.stdout.splitlines():
        yield json.loads(line)
    if done.returncode:
        yield {"clause": "the script runs to its end", "ok": False, "detail": done.stderr[-800:]}


def clauses_of(client: str, target: Target) -> Iterator[dict[str, object]]:
    """The clauses of a client, by its name on the command line."""
    if client == "jsforce":
        return jsforce(target)
    if client == "sf":
        import sf_command

        return sf_command.clauses(target)
    import simple_salesforce_steps

    return simple_salesforce_steps.clauses(target)


def main() -> int:
    """Probe with the clients named; answers how many clauses differed, at most 1."""
    wanted = sys.argv[1:] or list(CLIENTS)
    different = 0
    with tempfile.TemporaryDirectory() as name:
        process, target = started(Path(name))
        try:
            for client in wanted:
                begun = time.monotonic()
                print(f"== {client}")
                for entry in clauses_of(client, target):
                    word = "ok       " if entry["ok"] else "DIFFERENT"
                    print(f"{word} {entry['clause']}", flush=True)
                    if not entry["ok"]:
                        different += 1
                        print(f"          {entry.get('detail')}")
                print(f"   {time.monotonic() - begun:.0f} s")
        finally:
            process.terminate()
            process.wait(10)
    print(f"{different} clauses different")
    return min(different, 1)


if __name__ == "__main__":
    sys.exit(main())
