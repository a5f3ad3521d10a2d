"""Cold start and memory of the web process: time to the first page, resident memory after many.

Usage: ./run python benchmarks/startup/measure.py [--data FOLDER] [--requests N] [--times N]
The folder is a data folder whose database is migrated; without one a new empty one is made.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PAGE = "/people/sign-in"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and its children (Linux)."""
    pids = [pid]
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                pids.append(int(entry.name))
    return pids


def processor(pid: int) -> float:
    """Seconds of processor time that a process and its children took so far."""
    ticks = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Resident memory of a process and its children, in MiB."""
    total = 0
    for one in family(pid):
        try:
            rows = Path(f"/proc/{one}/status").read_text().splitlines()
        except OSError:
            continue
        total += next((int(row.split()[1]) for row in rows if row.startswith("VmRSS")), 0)
    return total / 1024


def once(data: Path, requests: int) -> tuple[float, float, float]:
    """(seconds to the first page, processor seconds until then, MiB after `requests` pages)."""
    port = free_port()
    environment = {
        **os.environ,
        "SIGHTLINE_DATA": str(data),
        "SIGHTLINE_URL": f"http://127.0.0.1:{port}",
    }
    started = time.perf_counter()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    server = subprocess.Popen(
        [
            *command,
            "--log-level",
            "error",
            "--blocking-threads",
            "4",
            "sightline.config.wsgi:application",
        ],
        env=environment,
    )
    try:
        address = f"http://127.0.0.1:{port}{PAGE}"
        while True:
            try:
                urllib.request.urlopen(address, timeout=10).read()
                break
            except urllib.error.HTTPError:
                raise
            except (urllib.error.URLError, ConnectionError):
                if time.perf_counter() - started > 60:
                    raise
                time.sleep(0.02)
        first, worked = time.perf_counter() - started, processor(server.pid)
        for _ in range(requests):
            urllib.request.urlopen(address, timeout=10).read()
        settle(server.pid)
        return first, worked, resident(server.pid)
    finally:
        server.terminate()
        server.wait(15)


def settle(pid: int) -> None:
    """Wait until the pages that nobody asked for are loaded: a second without work."""
    before = -1.0
    while processor(pid) - before > 0.1:
        before = processor(pid)
        time.sleep(1)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path)
    words.add_argument("--requests", type=int, default=100)
    words.add_argument("--times", type=int, default=5)
    given = words.parse_args()
    data = given.data or Path(tempfile.mkdtemp(prefix="sightline-startup-"))
    environment = {**os.environ, "SIGHTLINE_DATA": str(data)}
    prepare = "from sightline.cli import serve; serve.prepare()"
    code = f"import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'sightline.config.settings'); django.setup(); {prepare}"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    bare = []
    for _ in range(given.times):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import django"], check=True)
        bare.append(time.perf_counter() - started)
    runs = [once(data, given.requests) for _ in range(given.times)]
    firsts, worked, sizes = zip(*runs, strict=True)
    print(
        f"cold start to first page: median {statistics.median(firsts):.2f} s, worst {max(firsts):.2f} s (target 2 s)"
    )
    print(
        f"  of processor time: median {statistics.median(worked):.2f} s, least {min(worked):.2f} s"
    )
    print(f"  beside it, starting Python with Django alone: {statistics.median(bare):.2f} s")
    print(
        f"web processes after {given.requests} pages, all loaded: {max(sizes):.0f} MiB (target 150)"
    )
    print(f"load average: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
