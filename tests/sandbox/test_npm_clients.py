"""jsforce and the `sf` command, unchanged, against the sandbox."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.sandbox import npm_clients
from tests.sandbox.conftest import Served
from tests.sandbox.test_oauth import key_and_certificate

pytestmark = pytest.mark.npm


@pytest.fixture(scope="module")
def answers(shared: Served) -> dict[str, Any]:
    folder = npm_clients.install("jsforce", npm_clients.JSFORCE, npm_clients.NODE)
    script = Path(__file__).with_name("jsforce_steps.mjs")
    done = subprocess.run(
        [npm_clients.node(folder), str(script), str(folder), shared.http, shared.token],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_jsforce_step_is_answered(answers: dict[str, Any]) -> None:
    failed = {name: entry for name, entry in answers.items() if "answer" not in entry}
    assert set(failed) == {"badQuery"}
    assert failed["badQuery"]["code"] == "INVALID_FIELD"


def test_jsforce_reads_what_it_wrote(answers: dict[str, Any]) -> None:
    def of(name: str) -> Any:
        return answers[name]["answer"]

    assert of("version") == "50.0"
    assert [r["success"] for r in of("createMany")] == [True, False]
    assert of("retrieve")["Name"] == "Made by jsforce"
    assert [r["Name"] for r in of("find")] == ["Upserted"] and of("count") == 1
    assert of("describe") == "003" and of("limits") == 100_000
    assert of("search")["searchRecords"][0]["Name"] == "Upserted"
    assert of("create")["id"] in of("updated")["ids"]
    assert of("everyPage") == 2200
    assert of("undelete")[0]["success"] is True and of("loggedIn") is True


def test_jsforce_bulk_interfaces_report_good_and_bad_rows(answers: dict[str, Any]) -> None:
    loaded = answers["bulk2load"]["answer"]
    assert [r["LastName"] for r in loaded["successfulResults"]] == ["A"]
    assert "REQUIRED_FIELD_MISSING" in loaded["failedResults"][0]["sf__Error"]
    assert answers["bulk2query"]["answer"] == [{"LastName": "A", "Owner.Name": "Sandbox Admin"}]
    assert answers["bulk1load"]["answer"][0]["success"] is True
    assert answers["bulk1query"]["answer"] == [{"Name": "Old way"}]


Sf = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def sf(shared: Served, tmp_path_factory: pytest.TempPathFactory) -> Sf:
    folder = npm_clients.install("sf", npm_clients.SALESFORCE_CLI, npm_clients.NODE)
    home = tmp_path_factory.mktemp("sf-home")
    environment = {
        **os.environ,
        "HOME": str(home),
        "PATH": f"{Path(npm_clients.node(folder)).parent}:{os.environ['PATH']}",
        "SF_ACCESS_TOKEN": shared.token,
        "SF_AUDIENCE_URL": shared.http,
        "SF_DISABLE_TELEMETRY": "true",
        "SF_AUTOUPDATE_DISABLE": "true",
        "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
        "NODE_NO_WARNINGS": "1",
    }

    def run(*arguments: str, cwd: Path = home) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(folder / "node_modules/.bin/sf"), *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment,
            cwd=cwd,
        )

    signed_in = run(
        "org",
        "login",
        "access-token",
        "--instance-url",
        shared.http,
        "--no-prompt",
        "--alias",
        "sandbox",
        "--set-default",
    )
    assert signed_in.returncode == 0, signed_in.stdout + signed_in.stderr
    return run


def result(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)["result"]


def test_sf_creates_queries_and_deletes_a_row(sf: Sf) -> None:
    made = result(
        sf(
            "data",
            "create",
            "record",
            "-s",
            "Account",
            "-v",
            "Name='From sf' Industry=Energy",
            "--json",
        )
    )
    assert made["success"] is True
    found = result(
        sf(
            "data",
            "query",
            "-q",
            "SELECT Id, Owner.Name FROM Account WHERE Name = 'From sf'",
            "--json",
        )
    )
    assert [r["Id"] for r in found["records"]] == [made["id"]]
    shown = sf(
        "data",
        "query",
        "-q",
        "SELECT Name, Owner.Name, (SELECT LastName FROM Contacts) "
        "FROM Account WHERE Name = 'From sf'",
    )
    assert "OWNER.NAME" in shown.stdout and "Sandbox Admin" in shown.stdout
    gone = result(sf("data", "delete", "record", "-s", "Account", "-i", made["id"], "--json"))
    assert gone["success"] is True


def test_sf_describes_and_lists_objects_and_limits(sf: Sf) -> None:
    described = result(sf("sobject", "describe", "-s", "Opportunity", "--json"))
    assert described["name"] == "Opportunity" and len(described["fields"]) > 40
    assert "Account" in result(sf("sobject", "list", "--json"))
    limits = result(sf("org", "list", "limits", "--json"))
    assert {"DailyApiRequests"} <= {entry["name"] for entry in limits}


def test_sf_moves_rows_in_bulk_both_ways(sf: Sf, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("Name,Phone\nBulk one,1\nBulk two,2\n")
    loaded = result(
        sf("data", "import", "bulk", "-s", "Account", "-f", str(rows), "--wait", "2", "--json")
    )
    assert (loaded["processedRecords"], loaded["failedRecords"]) == (2, 0)
    out = tmp_path / "out.csv"
    result(
        sf(
            "data",
            "export",
            "bulk",
            "-q",
            "SELECT Name FROM Account WHERE Name LIKE 'Bulk%'",
            "--output-file",
            str(out),
            "--wait",
            "2",
            "--json",
        )
    )
    with out.open() as file:
        assert sorted(r["Name"] for r in csv.DictReader(file)) == ["Bulk one", "Bulk two"]


def test_sf_shows_the_services_own_words_for_a_bad_query(sf: Sf) -> None:
    done = sf("data", "query", "-q", "SELECT Nope FROM Account", "--json")
    assert done.returncode != 0
    assert "No such column 'Nope' on entity 'Account'" in done.stdout + done.stderr


def test_sf_signs_in_by_jwt(sf: Sf, shared: Served, tmp_path: Path) -> None:
    key, certificate = key_and_certificate()
    app = {"id": "sf-jwt", "certificate": certificate, "flows": ["jwt_bearer"]}
    shared.control("POST", "apps", app)
    file = tmp_path / "key.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    done = result(
        sf(
            "org",
            "login",
            "jwt",
            "--username",
            "integration@sandbox.example",
            "--jwt-key-file",
            str(file),
            "--client-id",
            "sf-jwt",
            "--instance-url",
            shared.http,
            "--json",
        )
    )
    assert done["orgId"] == shared.org.id


def test_sf_deploys_the_package_and_assigns_its_permission_set(sf: Sf, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(Path(__file__).parents[2] / "salesforce", project)
    source = str(project / "force-app")
    done = result(sf("project", "deploy", "start", "--source-dir", source, "--json", cwd=project))
    assert done["status"] == "Succeeded" and done["numberComponentsDeployed"] >= 30
    assert {f["type"] for f in done["files"]} >= {"CustomObject", "CustomField", "PermissionSet"}
    assigned = result(sf("org", "assign", "permset", "--name", "Sightline_Sync", "--json"))
    assert assigned["failures"] == []
