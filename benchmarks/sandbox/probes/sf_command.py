"""The clauses the `sf` command exercises: signing in, data, bulk, describe, metadata."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.sandbox import npm_clients

if TYPE_CHECKING:
    from run import Target

Step = Callable[[], None]


def clauses(target: Target) -> Iterator[dict[str, object]]:
    """One entry per clause: ok, or what differed."""
    with tempfile.TemporaryDirectory() as name:
        probe = Probe(target, Path(name))
        for clause, step in probe.steps().items():
            try:
                step()
            except Exception as error:
                detail = f"{type(error).__name__}: {error}"[:800]
                yield {"clause": clause, "ok": False, "detail": detail}
            else:
                yield {"clause": clause, "ok": True}


class Probe:
    """The command, with a home folder of its own."""

    def __init__(self, target: Target, home: Path) -> None:
        self.target = target
        self.home = home
        folder = npm_clients.install("sf", npm_clients.SALESFORCE_CLI, npm_clients.NODE)
        self.command = str(folder / "node_modules/.bin/sf")
        self.environment = {
            **os.environ,
            "HOME": str(home),
            "PATH": f"{Path(npm_clients.node(folder)).parent}:{os.environ['PATH']}",
            "SF_ACCESS_TOKEN": target.token,
            "SF_DISABLE_TELEMETRY": "true",
            "SF_AUTOUPDATE_DISABLE": "true",
            "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
            "NODE_NO_WARNINGS": "1",
        }

    def run(self, line: str, *more: str, cwd: Path | None = None) -> Any:
        """The `result` of a command; raises with its own words when it fails."""
        done = subprocess.run(
            [self.command, *line.split(), *more, "--json"],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=self.environment,
            cwd=cwd or self.home,
        )
        try:
            answer = json.loads(done.stdout)
        except json.JSONDecodeError:
            raise AssertionError(done.stdout[-400:] + done.stderr[-400:]) from None
        if done.returncode:
            raise AssertionError(f"{answer.get('name')}: {answer.get('message')}")
        return answer["result"]

    def steps(self) -> dict[str, Step]:
        return {
            "sign in by access token": self.sign_in,
            "org display, list limits, list users, open": self.org,
            "create, get, update, upsert by query, delete a record": self.records,
            "query, queryAll, SOSL, columns of a query": self.queries,
            "bulk import, update, upsert, delete, export": self.bulk,
            "tree export and import": self.trees,
            "sobject list and describe": self.describe,
            "api request rest": self.requests,
            "deploy the package, assign its permission set, list metadata": self.metadata,
        }

    def sign_in(self) -> None:
        line = "org login access-token --no-prompt --alias probe --set-default --instance-url"
        assert self.run(line, self.target.http)["username"]

    def org(self) -> None:
        assert self.run("org display")["connectedStatus"] == "Connected"
        assert {"DailyApiRequests"} <= {e["name"] for e in self.run("org list limits")}
        assert self.run("org list sobject record-counts --sobject Account")
        assert len(self.run("org list users")) >= 1
        assert "frontdoor.jsp" in self.run("org open --url-only")["url"]

    def records(self) -> None:
        line = "data create record --sobject Account --values"
        made = self.run(line, "Name='By sf' Industry=Energy")["id"]
        assert self.run("data get record --sobject Account --where", "Name='By sf'")["Id"] == made
        self.run(f"data update record --sobject Account --record-id {made} --values", "Phone=1")
        assert self.run(f"data get record --sobject Account --record-id {made}")["Phone"] == "1"
        self.run(f"data delete record --sobject Account --record-id {made}")

    def queries(self) -> None:
        self.run("data create record --sobject Account --values", "Name='Sf searchable'")
        soql = "SELECT Name, Owner.Name, (SELECT Id FROM Contacts) FROM Account WHERE Name LIKE 'Sf sea%'"
        assert self.run("data query --query", soql)["totalSize"] == 1
        assert self.run("data query --all-rows --query", "SELECT Id FROM Account")["done"]
        counted = "SELECT StageName, COUNT(Id) n FROM Opportunity GROUP BY StageName"
        assert self.run("data query --query", counted)["records"]
        found = self.run("data search --query", "FIND {searchable} RETURNING Account(Name)")
        assert [r["Name"] for r in found["searchRecords"]] == ["Sf searchable"]
        shown = subprocess.run(
            [self.command, "data", "query", "--query", soql],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=self.environment,
            cwd=self.home,
        )
        assert "OWNER.NAME" in shown.stdout, shown.stdout + shown.stderr

    def _csv(self, name: str, rows: list[list[str]]) -> str:
        path = self.home / name
        with path.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return str(path)

    def bulk(self) -> None:
        new = self._csv("new.csv", [["LastName", "Company"], ["Sf one", "C"], ["Sf two", "C"]])
        done = self.run("data import bulk --sobject Lead --wait 3 --file", new)
        assert (done["processedRecords"], done["failedRecords"]) == (2, 0)
        found = self.run("data query --query", "SELECT Id FROM Lead WHERE LastName LIKE 'Sf%'")
        ids = [r["Id"] for r in found["records"]]
        changed = self._csv("changed.csv", [["Id", "Title"], *[[i, "T"] for i in ids]])
        self.run("data update bulk --sobject Lead --wait 3 --file", changed)
        self.run("data upsert bulk --sobject Lead --external-id Id --wait 3 --file", changed)
        out = self.home / "out.csv"
        line = f"data export bulk --output-file {out} --result-format csv --wait 3 --query"
        self.run(line, "SELECT Id, Title FROM Lead WHERE LastName LIKE 'Sf%'")
        with out.open() as file:
            assert [r["Title"] for r in csv.DictReader(file)] == ["T", "T"]
        gone = self._csv("gone.csv", [["Id"], *[[i] for i in ids]])
        self.run("data delete bulk --sobject Lead --wait 3 --file", gone)
        left = self.run("data query --query", "SELECT Id FROM Lead WHERE LastName LIKE 'Sf%'")
        assert left["totalSize"] == 0

    def trees(self) -> None:
        folder = self.home / "tree"
        folder.mkdir()
        soql = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name LIKE 'Edge%'"
        line = f"data export tree --plan --output-dir {folder} --query"
        self.run(line, soql)
        plan = next(folder.glob("*plan.json"))
        made = self.run("data import tree --plan", str(plan))
        assert len(made) >= 2

    def describe(self) -> None:
        assert "Account" in self.run("sobject list")
        assert self.run("sobject describe --sobject Opportunity")["keyPrefix"] == "006"

    def requests(self) -> None:
        done = subprocess.run(
            [self.command, "api", "request", "rest", "/services/data/v66.0/limits"],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=self.environment,
            cwd=self.home,
        )
        assert "DailyApiRequests" in done.stdout, done.stderr

    def metadata(self) -> None:
        project = self.home / "project"
        shutil.copytree(Path(__file__).parents[3] / "salesforce", project)
        line = "project deploy start --source-dir"
        done = self.run(line, str(project / "force-app"), cwd=project)
        assert done["status"] == "Succeeded", done
        assert self.run("org assign permset --name Sightline_Sync")["failures"] == []
        listed = self.run("org list metadata --metadata-type ReportType")
        assert len(listed) == 2
