"""Live latency with fifty people at work, and what is left after worker, web and sandbox are killed.

Usage: ./run python benchmarks/sync/under_load.py DATA [--seconds 90] [--people 50] [--night]
       [--rest] [--kill]
DATA is the folder of a demonstration that has been started once; it is copied. Every person's page
says every three seconds that it is looked at. Someone in the org edits an opportunity of a watched
account; the time until our row says the same is the latency: the next edit follows at once, right
after a read, which is the worst moment. The company is where it is noon, or with --night midnight,
when screens are read less often. With --rest, opportunities and accounts that nobody looks at are
edited meanwhile at any moment, and are to be here after one interval and 5 s. With --kill, one of the three
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
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.sync.site_at_work import API, Site, prepare

EVERY, SLOW_EVERY = 60.0, 300.0  # seconds between reads, as in jobs/sync/rounds.py


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


class Unwatched:
    """Edits there of what nobody looks at, at any moment, each waited for by itself."""

    # By object: their field and ours, an edit every so many seconds, and one interval and five.
    KINDS = {
        "Opportunity": ("NextStep", "records_opportunity", "next_step", 5.0, EVERY),
        "Account": ("Website", "records_account", "website", 20.0, SLOW_EVERY),
    }

    def __init__(self, site: Site, accounts: list[int], seconds: float) -> None:
        self.site, self.seconds = site, seconds
        marks = ",".join("?" * len(accounts))
        self.rows = {
            "Account": site.rows(
                "SELECT id, outside_id FROM records_account "
                f"WHERE planning_account_id NOT IN ({marks}) "
                "AND outside_id <> '' AND removed_at IS NULL ORDER BY id",
                *accounts,
            ),
            "Opportunity": site.rows(
                "SELECT o.id, o.outside_id FROM records_opportunity o "
                "JOIN records_account a ON a.id = o.account_id "
                f"WHERE a.planning_account_id NOT IN ({marks}) "
                "AND o.outside_id <> '' AND o.removed_at IS NULL ORDER BY o.id",
                *accounts,
            ),
        }
        self.took: dict[str, list[float]] = {name: [] for name in self.KINDS}
        self.threads = [threading.Thread(target=self.edit, args=(name,)) for name in self.KINDS]
        for one in self.threads:
            one.start()

    def edit(self, name: str) -> None:
        """Edit one row after the other, and look for all of them until each was seen."""
        field, table, ours, pause, longest = self.KINDS[name]
        waiting: dict[int, tuple[str, float]] = {}
        rows = iter(self.rows[name])
        began = time.monotonic()
        next_edit = began + random.uniform(0, pause)
        while waiting or next_edit - began < self.seconds:
            if time.monotonic() >= next_edit and next_edit - began < self.seconds:
                pk, remote = next(rows)
                self.site.there(
                    "PATCH", f"/sobjects/{name}/{remote}", {field: f"seen-{pk}.example"}
                )
                waiting[pk] = f"seen-{pk}.example", time.monotonic()
                next_edit = time.monotonic() + random.uniform(0, 2 * pause)
            for pk, (text, since) in list(waiting.items()):
                found = self.site.rows(f"SELECT {ours} FROM {table} WHERE id = ?", pk)[0][0]
                lost = time.monotonic() - since > 3 * longest
                if text in found or lost:
                    self.took[name].append(time.monotonic() - since)
                    del waiting[pk]
            time.sleep(0.2)

    def told(self) -> bool:
        """When all were seen: how long it took, and whether no longer than it may."""
        for one in self.threads:
            one.join()
        good = True
        for name, took in self.took.items():
            most = self.KINDS[name][4] + 5
            good = good and bool(took) and max(took) <= most
            print(
                f"{name}, nobody looking: {len(took)} edits, p50 {share(took, 0.5):.0f} s, "
                f"p95 {share(took, 0.95):.0f} s, most {max(took):.0f} s of {most:.0f}"
            )
        return good


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
    asked.add_argument("--night", action="store_true")
    asked.add_argument("--rest", action="store_true")
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


def measured(site: Site, given: argparse.Namespace) -> int:
    """One run over a started site."""
    prepare(site, night=given.night)
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
    rest = Unwatched(site, accounts, given.seconds) if given.rest else None
    found = latencies(site, deals, given.seconds)
    whole = time.monotonic() - began
    used = {name: (site.cpu(name) - before[name]) / whole for name in site.commands}
    calls = site.rows("SELECT budget_used FROM records_syncconnection")[0][0] - calls - len(found)
    calls -= sum(len(one) for one in rest.took.values()) if rest else 0
    print(f"{len(accounts)} people, {len(found)} edits in {whole:.0f} s, load {load:.1f}")
    print(
        f"latency p50 {share(found, 0.5):.1f} s, p95 {share(found, 0.95):.1f} s, most {max(found):.1f} s"
    )
    print(
        f"a page's ping p50 {share(took, 0.5):.2f} s, p95 {share(took, 0.95):.2f} s ({len(took)})"
    )
    print("processor share: " + ", ".join(f"{name} {one:.2f}" for name, one in used.items()))
    print(f"calls {calls} in {whole:.0f} s: {calls / whole * 86_400:,.0f} a day of 300,000")
    good = rest is None or rest.told()
    ended.set()
    return 0 if good and share(found, 0.95) <= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
