"""Live latency with fifty people at work, and what is left after worker, web and sandbox are killed.

Usage: ./run python benchmarks/sync/under_load.py DATA [--seconds 90] [--people 50] [--kill]
DATA is the folder of a demonstration that has been started once; it is copied. Every person's page
says every three seconds that it is looked at. Someone in the org edits an opportunity of a watched
account; the time until our row says the same is the latency. With --kill, one of the three
processes is killed with SIGKILL every few seconds meanwhile, people here edit and make opportunities
too, and at the end every edit must be on both sides, nothing twice, and the comparison empty.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
API = "/services/data/v66.0"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Site:
    """The three processes over one copied folder."""

    def __init__(self, data: Path) -> None:
        self.data, self.web_port, self.org_port = data, free_port(), free_port()
        self.token = (data / "sandbox-org" / "token").read_text().strip()
        self.environment = {
            **os.environ,
            "SIGHTLINE_DATA": str(data),
            "PYTHONPATH": str(ROOT / "src"),
        }
        self.environment["SIGHTLINE_DEMONSTRATION"] = "1"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.spent: dict[str, float] = {}
        self.cli = [sys.executable, "-m", "sightline.cli"]
        self.commands = {
            "sandbox": [
                *(sys.executable, "-m", "sightline_sandbox", "serve", "--data"),
                *(str(data / "sandbox-org"), "--port", str(self.org_port), "--currencies"),
                *("--api-limit", "300000", "--access-token", self.token),
                *("--metadata", str(ROOT / "salesforce")),
            ],
            "web": [*self.cli, "serve", "--port", str(self.web_port), "--no-worker"],
            "worker": [*self.cli, "worker"],
        }

    @property
    def org(self) -> str:
        return f"http://127.0.0.1:{self.org_port}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One of our own commands."""
        return subprocess.run(
            [*self.cli, *words], env=self.environment, capture_output=True, text=True, check=False
        )

    def start(self, name: str) -> None:
        """Begin a process, in a group of its own."""
        self.processes[name] = subprocess.Popen(
            self.commands[name],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """SIGKILL for a process and its children; what it spent is kept."""
        one = self.processes[name]
        self.spent[name] = self.cpu(name)
        os.killpg(one.pid, signal.SIGKILL)
        one.wait()

    def cpu(self, name: str) -> float:
        """Processor seconds of a process so far, those before its deaths included."""
        try:
            text = Path(f"/proc/{self.processes[name].pid}/stat").read_text()
        except OSError:
            return self.spent.get(name, 0.0)
        parts = text.rpartition(")")[2].split()
        return self.spent.get(name, 0.0) + (int(parts[11]) + int(parts[12])) / os.sysconf(
            "SC_CLK_TCK"
        )

    def wait_for(self, address: str, seconds: float = 120) -> None:
        """Until something answers there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                httpx.get(address, timeout=5)
                return
            except httpx.HTTPError:
                time.sleep(0.3)
        raise SystemExit(f"nothing answered at {address}")

    def rows(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        """Read from our database."""
        known = sqlite3.connect(
            f"file:{self.data / 'sightline.sqlite3'}?mode=ro", uri=True, timeout=20
        )
        try:
            return known.execute(sql, given).fetchall()
        finally:
            known.close()

    def there(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """A person or program in the org; tried again while it is down."""
        headers = {"Authorization": f"Bearer {self.token}"}
        for _ in range(120):
            try:
                answer = httpx.request(
                    method, f"{self.org}{API}{path}", json=body, params=query or None, headers=headers,
                    timeout=20,
                )  # fmt: skip
            except httpx.HTTPError:
                time.sleep(0.5)
                continue
            if answer.status_code < 500 and "UNABLE_TO_LOCK" not in answer.text:
                assert answer.is_success, answer.text
                return answer.json() if answer.content else None
            time.sleep(0.2)
        raise SystemExit("the org does not come back")


def watched(site: Site, people: int) -> list[int]:
    """Accounts with open opportunities, one for each person."""
    rows = site.rows(
        "SELECT a.id FROM records_account a JOIN records_opportunity o ON o.account_id = a.id "
        "WHERE o.removed_at IS NULL AND o.is_closed = 0 AND o.outside_id <> '' "
        "AND a.planning_account_id IS NOT NULL GROUP BY a.id ORDER BY a.id LIMIT ?",
        people,
    )
    return [row[0] for row in rows]


def signed_in(site: Site) -> httpx.Client:
    """A browser of somebody who sees everything."""
    known = json.loads((site.data / "demonstration-sign-ins.json").read_text())
    who = next(one for one in known if one["role"] == "Operations")
    client = httpx.Client(base_url=site.web, timeout=30, follow_redirects=True)
    page = (
        client.get("/people/sign-in")
        if client.get("/sign-in").status_code == 404
        else client.get("/sign-in")
    )
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token is not None
    name = re.search(
        r'<input[^>]+type="(?:email|text)"[^>]+name="([^"]+)"', page.text
    ) or re.search(r'name="(email|username)"', page.text)
    assert name is not None
    answer = client.post(
        page.url.path,
        data={"csrfmiddlewaretoken": token[1], name[1]: who["email"], "password": who["password"]},
        headers={"Referer": str(page.url)},
    )
    assert "csrfmiddlewaretoken" not in answer.text or "sign-out" in answer.text, answer.text[:300]
    return client


def people_at_work(site: Site, accounts: list[int], ended: threading.Event) -> list[float]:
    """Pages that say that they are looked at; answers how long each took."""
    took: list[float] = []
    client = signed_in(site)

    def look(place: int) -> None:
        time.sleep(random.uniform(0, 3))
        while not ended.is_set():
            began = time.monotonic()
            try:
                answer = client.post(
                    f"/sync/accounts/{accounts[place % len(accounts)]}/watch",
                    headers={
                        "X-CSRFToken": client.cookies.get("csrftoken", ""),
                        "Referer": site.web,
                    },
                )
                if answer.status_code == 200:
                    took.append(time.monotonic() - began)
            except httpx.HTTPError:
                pass
            ended.wait(max(0.1, 3 - (time.monotonic() - began)))

    for place in range(len(accounts)):
        threading.Thread(target=look, args=(place,), daemon=True).start()
    return took


def deals_of(site: Site, accounts: list[int]) -> list[tuple[int, str]]:
    """Open opportunities of the watched accounts: our key and theirs."""
    marks = ",".join("?" * len(accounts))
    rows = site.rows(
        f"SELECT id, outside_id FROM records_opportunity WHERE account_id IN ({marks}) "
        "AND removed_at IS NULL AND is_closed = 0 AND outside_id <> '' ORDER BY id",
        *accounts,
    )
    random.Random(7).shuffle(rows)
    return [(row[0], row[1]) for row in rows]


def latencies(site: Site, deals: list[tuple[int, str]], seconds: float) -> list[float]:
    """Edit there, wait for it here; one after the other."""
    found, until, number = [], time.monotonic() + seconds, 0
    while time.monotonic() < until:
        pk, remote = deals[number % len(deals)]
        text, number = f"Seen live {number}", number + 1
        site.there("PATCH", f"/sobjects/Opportunity/{remote}", {"NextStep": text})
        began = time.monotonic()
        while time.monotonic() - began < 90:
            if (
                site.rows("SELECT next_step FROM records_opportunity WHERE id = ?", pk)[0][0]
                == text
            ):
                break
            time.sleep(0.02)
        found.append(time.monotonic() - began)
    return found


def share(values: list[float], part: float) -> float:
    """The value below which a share of them lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


def killing(site: Site, deals: list[tuple[int, str]], seconds: float) -> int:
    """Edits on both sides and creations here, one process killed every few seconds; differences."""
    os.environ.update(site.environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sightline.config.settings"
    import django

    django.setup()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    from django.db import close_old_connections
    from django.db.models import F

    from sightline.records.models import Account, Opportunity

    said: dict[str, str] = {}
    made: list[str] = []
    kills: dict[str, int] = dict.fromkeys(site.commands, 0)
    half = len(deals) // 2
    until, number = time.monotonic() + seconds, 0
    next_kill = time.monotonic() + 3
    while time.monotonic() < until:
        close_old_connections()
        pk, remote = deals[number % half]
        text = f"There {number}"
        site.there("PATCH", f"/sobjects/Opportunity/{remote}", {"NextStep": text})
        said[remote] = text
        pk, remote = deals[half + number % half]
        text = f"Here {number}"
        Opportunity.objects.filter(pk=pk).update(next_step=text, version=F("version") + 1)
        said[remote] = text
        if number % 4 == 0:
            name = f"Made under load {number}"
            account = Account.objects.get(
                pk=Opportunity.objects.values_list("account_id").get(pk=pk)[0]
            )
            deal = Opportunity.objects.get(pk=pk)
            Opportunity.objects.create(
                account=account, name=name, stage=deal.stage, amount=100_00,
                currency=deal.currency, close_date=deal.close_date, owner=deal.owner,
            )  # fmt: skip
            made.append(name)
        number += 1
        time.sleep(0.4)
        if time.monotonic() >= next_kill:
            name = list(site.commands)[sum(kills.values()) % len(site.commands)]
            site.kill(name)
            kills[name] += 1
            site.start(name)
            next_kill = time.monotonic() + random.uniform(4, 9)
    print(f"{number} edits there, {number} here, {len(made)} made here; killed {kills}", flush=True)
    site.wait_for(f"{site.org}{API}/")
    return reckoning(site, said, made)


def reckoning(site: Site, said: dict[str, str], made: list[str]) -> int:
    """When it is quiet: every edit on both sides, every creation once, nothing differs."""
    wrong = 0
    for _ in range(12):
        site.run("sync", "Sandbox org", "--once")
        waiting = site.rows("SELECT count(*) FROM records_syncintent")[0][0]
        if not waiting:
            break
        time.sleep(15)
    lost = 0
    for remote, text in said.items():
        there = site.there("GET", f"/sobjects/Opportunity/{remote}", fields="NextStep")["NextStep"]
        here = site.rows("SELECT next_step FROM records_opportunity WHERE outside_id = ?", remote)
        lost += not (there == text == here[0][0])
    twice = missing = 0
    for name in made:
        count = site.there(
            "GET", "/query", q=f"SELECT COUNT() FROM Opportunity WHERE Name = '{name}'"
        )
        twice += count["totalSize"] > 1
        missing += count["totalSize"] == 0
    verified = site.run("sync", "verify", "Sandbox org")
    waiting = site.rows("SELECT state, count(*) FROM records_syncintent GROUP BY state")
    print(f"lost {lost} of {len(said)}, made twice {twice}, not made {missing}, waiting {waiting}")
    print(f"verify: {verified.stdout.strip()} {verified.stderr.strip()[-200:]}", flush=True)
    wrong += lost + twice + missing + (verified.returncode != 0)
    return wrong


def main() -> int:
    """Start everything, measure, stop it."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("data", type=Path)
    asked.add_argument("--seconds", type=float, default=90)
    asked.add_argument("--people", type=int, default=50)
    asked.add_argument("--kill", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(given.data, data)
        site = Site(data)
        try:
            return measured(site, given)
        finally:
            for name in site.processes:
                site.kill(name)


_MOVE = """
import sys, django
django.setup()
from sightline.actions.sync import connections
connections.move(1, settings={"login": sys.argv[1]})
"""


def measured(site: Site, given: argparse.Namespace) -> int:
    """One run over a started site."""
    site.run("migrate")
    with sqlite3.connect(site.data / "sightline.sqlite3") as ours:
        ours.execute(
            "UPDATE records_syncconnection SET state = 'ready', parked_until = NULL, "
            "lease_until = NULL, lease_owner = ''"
        )
        ours.execute("UPDATE records_job SET run_at = datetime('now') WHERE name LIKE 'sync%'")
    subprocess.run(
        [sys.executable, "-c", _MOVE, site.org],
        env={**site.environment, "DJANGO_SETTINGS_MODULE": "sightline.config.settings"},
        check=True,
    )
    for name in ("sandbox", "web"):
        site.start(name)
    site.wait_for(f"{site.org}{API}/")
    site.wait_for(site.web)
    first = site.run("sync", "Sandbox org", "--once")
    print("first round:", (first.stdout or first.stderr).strip()[-300:], flush=True)
    site.start("worker")
    accounts = watched(site, given.people)
    ended = threading.Event()
    took = people_at_work(site, accounts, ended)
    deals = deals_of(site, accounts)
    time.sleep(10)
    before = {name: site.cpu(name) for name in site.commands}
    calls = site.rows("SELECT budget_used FROM records_syncconnection")[0][0]
    began, load = time.monotonic(), os.getloadavg()[0]
    if given.kill:
        wrong = killing(site, deals, given.seconds)
        ended.set()
        return 1 if wrong else 0
    found = latencies(site, deals, given.seconds)
    ended.set()
    whole = time.monotonic() - began
    used = {name: (site.cpu(name) - before[name]) / whole for name in site.commands}
    calls = site.rows("SELECT budget_used FROM records_syncconnection")[0][0] - calls - len(found)
    print(f"{len(accounts)} people, {len(found)} edits in {whole:.0f} s, load {load:.1f}")
    print(
        f"latency p50 {share(found, 0.5):.1f} s, p95 {share(found, 0.95):.1f} s, most {max(found):.1f} s"
    )
    print(
        f"a page's ping p50 {share(took, 0.5):.2f} s, p95 {share(took, 0.95):.2f} s ({len(took)})"
    )
    print("processor share: " + ", ".join(f"{name} {one:.2f}" for name, one in used.items()))
    print(f"calls {calls} in {whole:.0f} s: {calls / whole * 86_400:,.0f} a day of 300,000")
    return 0 if share(found, 0.95) <= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
