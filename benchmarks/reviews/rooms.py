"""Thirty rooms of six people on SQLite: how quickly does everybody see what anybody changes?"""

from __future__ import annotations

import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOMS = int(os.environ.get("ROOMS", "30"))
PEOPLE = 6
SECONDS = float(os.environ.get("SECONDS", "60"))
PAUSE = 2.0
EDIT_EVERY = 10.0
LATEST = 3.0


@dataclass
class Told:
    """What was measured, by kind of request, in seconds."""

    times: dict[str, list[float]] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    lost: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float) -> None:
        """One request."""
        with self.lock:
            self.times.setdefault(kind, []).append(seconds)


@dataclass
class Room:
    """One room: who may write in it, its items, and what was settled when."""

    review: int
    cookies: list[str]
    items: list[int]
    settled: dict[int, float] = field(default_factory=dict)


def main() -> int:
    """Make the rooms, run them, print what came of it."""
    os.environ["SIGHTLINE_DATA"] = tempfile.mkdtemp(prefix="rooms-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "sightline.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    rooms = make_rooms()
    port, server = serve()
    told = Told()
    before, end = cpu_of(server.pid), time.monotonic() + SECONDS
    with ThreadPoolExecutor(ROOMS * PEOPLE) as pool:
        for room in rooms:
            for place, cookie in enumerate(room.cookies):
                pool.submit(sit, room, cookie, place, port, end, told)
    spent = cpu_of(server.pid) - before
    server.terminate()
    print(f"the server took {spent:.1f} s of CPU in {SECONDS:.0f} s, load {os.getloadavg()[0]:.1f}")
    for kind, times in sorted(told.times.items()):
        times.sort()
        p95 = times[int(len(times) * 0.95)]
        rate = len(times) / SECONDS
        print(
            f"{kind:10} {len(times):6} requests {rate:6.1f}/s "
            f"median {statistics.median(times) * 1000:6.1f} ms p95 {p95 * 1000:6.1f} ms"
        )
    told.delays.sort()
    if not told.delays:
        print("nothing was seen")
        return 1
    latest = told.delays[int(len(told.delays) * 0.95)]
    print(
        f"seen by others: {len(told.delays)} median {statistics.median(told.delays):.2f} s "
        f"p95 {latest:.2f} s worst {told.delays[-1]:.2f} s, lost {told.lost}"
    )
    return 1 if told.lost or latest > LATEST else 0


def make_rooms() -> list[Room]:
    """Open rooms with items, and the sessions of the people in each."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from sightline.records.models import AccountAccess, Review, ReviewItem
    from tests import makers
    from tests.web.account.world import make_plan

    # nobody signs in with these passwords: hashing them slowly would take the longest
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    makers.company(reporting_currency="GBP")
    found = []
    for _number in range(ROOMS):
        owner = makers.crm_user()
        account = makers.account(owner=owner)
        plan = make_plan(account, owner, target=10_000_00)
        review = Review.objects.create(
            plan=plan,
            account=account,
            state="open",
            held_on=timezone.now().date(),
            opened_at=timezone.now(),
            part="progress",
            part_since=timezone.now(),
        )
        items = [
            ReviewItem.objects.create(review=review, key=f"challenge:{n}", kind="challenge").pk
            for n in range(24)
        ]
        cookies = []
        for place in range(PEOPLE):
            user = owner if place == 0 else makers.crm_user()
            if place:
                AccountAccess.objects.create(account=account, user=user, why="team", may_write=True)
            client = Client()
            client.force_login(makers.sign_in("account_manager", user=user))
            cookies.append(
                f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
            )
        found.append(Room(review.pk, cookies, items))
    return found


def serve() -> tuple[int, subprocess.Popen[bytes]]:
    """The product as people run it, on a free port: a process of its own, without the worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sightline.cli", "serve", "--no-worker", "--port", str(port)]
    server = subprocess.Popen(command)
    for _ in range(300):
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/people/sign-in")
            return port, server
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process and those below it took so far (Linux)."""
    own = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = (int(own[11]) + int(own[12])) / os.sysconf("SC_CLK_TCK")
    return ticks + sum(cpu_of(int(child)) for child in children)


def sit(room: Room, cookie: str, place: int, port: int, end: float, told: Told) -> None:
    """One person's tab: asks every two seconds, fetches what changed; the first one also edits."""
    since, seen, known = int(time.time() * 1000), set[int](), set[int]()
    edit_at = time.monotonic() + random.uniform(0, EDIT_EVERY)
    time.sleep(random.uniform(0, PAUSE))
    ask = _asker(cookie, port, told)
    base = f"/reviews/{room.review}/room"
    while time.monotonic() < end:
        if place == 0 and time.monotonic() > edit_at and room.items:
            item = room.items.pop()
            body = "ending=decision&words=Go&version=1"
            ask("settle", "POST", f"{base}/items/{item}/settle", body)
            room.settled[item] = time.monotonic()
            edit_at = time.monotonic() + EDIT_EVERY
        status, told_of = ask("changes", "GET", f"{base}/changes?since={since}", None)
        if status == 200:
            since = told_of["since"]
            fresh = [one for one in told_of["changes"] if one["id"] not in seen]
            seen |= {one["id"] for one in fresh}
            names = {name for one in fresh for name in one["fragments"]}
            if names:
                ask("fragments", "GET", f"{base}/fragments?names={','.join(sorted(names))}", None)
            _note(room, names, known, told, place)
        time.sleep(PAUSE)
    due = [item for item, at in room.settled.items() if at < end - LATEST]
    with told.lock:
        told.lost += sum(item not in known for item in due) if place else 0


def _note(room: Room, names: set[str], known: set[int], told: Told, place: int) -> None:
    now = time.monotonic()
    for name in names:
        item = int(name[5:]) if name.startswith("item-") else 0
        if item in room.settled and item not in known:
            known.add(item)
            if place:
                with told.lock:
                    told.delays.append(now - room.settled[item])
        elif item:
            known.add(item)


def _asker(cookie: str, port: int, told: Told) -> Callable[..., tuple[int, Any]]:
    import json

    line = HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(kind: str, method: str, path: str, body: str | None) -> tuple[int, Any]:
        started = time.monotonic()
        headers = {"Cookie": cookie, "HX-Request": "true", "HX-Request-Type": "partial"}
        if body is not None:
            token = "a" * 32
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"{cookie}; csrftoken={token}",
                "X-CSRFToken": token,
            }
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
        except (HTTPException, OSError):
            # kept open between requests, as browsers do; the server may have closed it
            line.close()
            line.request(method, path, body, headers)
            answer = line.getresponse()
        raw = answer.read()
        told.add(kind, time.monotonic() - started)
        json_like = (answer.getheader("Content-Type") or "").startswith("application/json")
        return answer.status, json.loads(raw) if raw and json_like else {}

    return ask


if __name__ == "__main__":
    sys.exit(main())
