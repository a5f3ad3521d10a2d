"""The command itself: serve, print, survive a kill, take control commands."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

#: What a Developer Edition org is delivered with.
_STANDARD = {"Account": 12, "Contact": 20, "Opportunity": 31, "Case": 26, "Lead": 22} | {
    "Product2": 17,
    "PricebookEntry": 17,
    "Campaign": 4,
}
COMMAND = [sys.executable, "-c", "from sightline_sandbox.cli import main; main()"]


class Running:
    """A sandbox in a process of its own."""

    def __init__(self, data: Path, *more: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--data", str(data), "--port", "0", *more],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.printed: dict[str, str] = {}
        for line in self.process.stdout:
            key, _, value = line.strip().partition(": ")
            self.printed[key] = value
            if key == "access token":
                break
        self.client = httpx.Client(
            base_url=f"{self.printed['address']}/services/data/v60.0/",
            headers={"Authorization": f"Bearer {self.printed['access token']}"},
            verify=False,
        )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Running]]:
    running: list[Running] = []
    yield running
    for one in running:
        one.stop()


def count(running: Running, name: str = "Account") -> int:
    answer = running.client.get("query", params={"q": f"SELECT COUNT() FROM {name}"})
    return int(answer.json()["totalSize"])


def test_a_new_org_holds_the_samples_and_stops_cleanly(
    tmp_path: Path, started: list[Running]
) -> None:
    running = Running(tmp_path / "org", "--tls")
    started.append(running)
    assert running.printed["address"].startswith("https://127.0.0.1:")
    found = {name: count(running, name) for name in _STANDARD}
    assert found == _STANDARD
    plain = running.printed["address"].replace("https", "http")
    assert httpx.get(f"{plain}/services/data").status_code == 200
    assert Path(running.printed["certificate"]).exists()
    mode = (tmp_path / "org" / "control.json").stat().st_mode
    assert mode & 0o077 == 0
    assert running.stop() == 0


def test_an_export_in_the_folder_is_loaded_once(tmp_path: Path, started: list[Running]) -> None:
    (tmp_path / "Account.csv").write_text("Name\nOnly one\n")
    first = Running(tmp_path)
    started.append(first)
    assert count(first) == 1
    first.stop()
    second = Running(tmp_path, "--user", "standard@sandbox.example")
    started.append(second)
    assert count(second) == 1
    info = httpx.get(
        second.printed["address"] + "/services/oauth2/userinfo",
        headers={"Authorization": f"Bearer {second.printed['access token']}"},
    ).json()
    assert info["preferred_username"] == "standard@sandbox.example"
    assert first.printed["organization"] == second.printed["organization"]


def test_what_was_answered_survives_a_kill(tmp_path: Path, started: list[Running]) -> None:
    first = Running(tmp_path, "--no-samples", "--access-token", "00Dtest!fixed.token")
    started.append(first)
    for n in range(20):
        assert first.client.post("sobjects/Account", json={"Name": f"A{n}"}).status_code == 201
    first.kill()
    second = Running(tmp_path, "--access-token", "00Dtest!fixed.token")
    started.append(second)
    assert count(second) == 20
    assert second.printed["access token"] == "00Dtest!fixed.token"


def test_a_crash_fault_ends_the_process_after_the_commit(
    tmp_path: Path, started: list[Running]
) -> None:
    running = Running(tmp_path, "--no-samples")
    started.append(running)
    control = [*COMMAND, "control"]
    armed = subprocess.run(
        [*control, "fault", "--data", str(tmp_path), "crash_after", "method=POST"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(armed.stdout)["kind"] == "crash_after"
    with pytest.raises(httpx.TransportError):
        running.client.post("sobjects/Account", json={"Name": "A"})
    assert running.process.wait(10) == 137
    again = Running(tmp_path)
    started.append(again)
    assert count(again) == 1
    hidden = subprocess.run(
        [*control, "do", "--data", str(tmp_path), "fields/hide", "object=Account", "field=Phone"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(hidden.stdout)["hidden"] == ["Account.Phone"]


def test_a_folder_not_for_writing_is_served_from_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sightline_sandbox.loading import start

    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    data = tmp_path / "export"
    data.mkdir()
    (data / "Account.csv").write_text("Name\nOnly one\n")
    assert start.storage_folder(data) == data
    data.chmod(0o555)
    aside = start.storage_folder(data)
    assert aside != data and aside.stat().st_mode & 0o077 == 0
    assert aside == start.storage_folder(data)
    assert [p.name for p in data.iterdir()] == ["Account.csv"]
