"""The one reader of environment variables.

Every setting is read here once, typed, and refused at start with its name, what
was found, and an example of what would do.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class EnvironmentProblem(Exception):
    """A setting that cannot be used: names the variable and an example."""

    def __init__(self, name: str, found: str, example: str) -> None:
        super().__init__(f"{name} is {found!r}, which cannot be used. Example: {name}={example}")
        self.name = name


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is. `engine` is `sqlite` or `postgresql`."""

    engine: str
    name: str
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything the installation is told from outside.

    `ledger` is the folder of the ledger's parts; `warehouse` the address of the company's own
    engine that holds the revenue lines, empty where they lie in that folder.
    """

    data: Path
    ledger: Path
    warehouse: str
    ledger_mapping: Path | None
    database: DatabaseAddress
    secret_key: str
    debug: bool
    allowed_hosts: tuple[str, ...]
    public_url: str
    time_zone: str
    frame_ancestors: tuple[str, ...]
    email: DatabaseAddress | None
    email_from: str
    chat_hosts: tuple[str, ...]
    demonstration: bool
    pool_size: int

    @property
    def uploads(self) -> Path:
        """The folder of files that people uploaded."""
        return self.data / "uploads"


def read_environment(source: Mapping[str, str] | None = None) -> Environment:
    """Read the environment; raises `EnvironmentProblem` on the first setting that is wrong."""
    values = os.environ if source is None else source
    data = Path(values.get("SIGHTLINE_DATA") or ".data").expanduser().resolve()
    _require_folder(data)
    ledger, warehouse = _ledger(values.get("LEDGER_URL", ""), data)
    return Environment(
        data=data,
        ledger=ledger,
        warehouse=warehouse,
        ledger_mapping=_mapping(values.get("LEDGER_MAPPING", "")),
        database=_database(values.get("DATABASE_URL", ""), data),
        secret_key=values.get("SIGHTLINE_SECRET_KEY") or _stored_secret(data),
        debug=_switch(values, "SIGHTLINE_DEBUG"),
        allowed_hosts=_words(values.get("SIGHTLINE_ALLOWED_HOSTS", "127.0.0.1 localhost [::1]")),
        public_url=_address(values, "SIGHTLINE_URL", "http://127.0.0.1:8000"),
        time_zone=_time_zone(values.get("SIGHTLINE_TIME_ZONE") or "UTC"),
        frame_ancestors=_words(values.get("SIGHTLINE_FRAME_ANCESTORS", "")),
        email=_email(values.get("SIGHTLINE_EMAIL_URL", "")),
        email_from=values.get("SIGHTLINE_EMAIL_FROM") or "Sightline <sightline@localhost>",
        chat_hosts=_words(values.get("SIGHTLINE_CHAT_HOSTS", "")),
        demonstration=_switch(values, "SIGHTLINE_DEMONSTRATION"),
        pool_size=_whole(values, "SIGHTLINE_POOL_SIZE", 8),
    )


def _require_folder(data: Path) -> None:
    """Make the folder, for its owner alone: the company's data and its key are kept in it."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise EnvironmentProblem("SIGHTLINE_DATA", str(data), "/var/lib/sightline") from problem


def _ledger(address: str, data: Path) -> tuple[Path, str]:
    """The folder of parts, and the warehouse's address where the ledger is no folder."""
    usual = data / "ledger"
    if not address:
        return usual, ""
    parts = urlsplit(address)
    if len(parts.scheme) > 1 and parts.scheme != "file":
        return usual, address
    folder = Path(unquote(parts.path) if parts.scheme == "file" else address).expanduser()
    if not folder.is_dir():
        raise EnvironmentProblem("LEDGER_URL", address, "postgres://reader:password@host/sales")
    return folder.resolve(), ""


def _mapping(name: str) -> Path | None:
    if not name:
        return None
    path = Path(name).expanduser()
    if not path.is_file():
        raise EnvironmentProblem("LEDGER_MAPPING", name, "/etc/sightline/ledger.toml")
    return path.resolve()


def _database(address: str, data: Path) -> DatabaseAddress:
    if not address:
        return DatabaseAddress("sqlite", str(data / "sightline.sqlite3"))
    example = "postgresql://user:password@localhost:5432/sightline"
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        name = unquote(parts.path) or "/" + parts.netloc
        return DatabaseAddress("sqlite", name)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise EnvironmentProblem("DATABASE_URL", _without_password(address), example)
    options = dict(parse_qsl(parts.query))
    return DatabaseAddress(
        "postgresql",
        unquote(parts.path.strip("/")),
        host=options.pop("host", "") or parts.hostname or "",
        port=str(parts.port or ""),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        options=tuple(sorted(options.items())),
    )


def _email(address: str) -> DatabaseAddress | None:
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise EnvironmentProblem(
            "SIGHTLINE_EMAIL_URL",
            _without_password(address),
            "smtp://user:password@mail:587",
        )
    return DatabaseAddress(
        parts.scheme,
        "",
        host=parts.hostname,
        port=str(parts.port or (465 if parts.scheme == "smtps" else 25)),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    if not parts.password:
        return address
    return address.replace(parts.password, "…")


def _stored_secret(data: Path) -> str:
    """The key kept in the data folder, made on first start and readable by its owner only."""
    kept = data / "secret-key"
    if not kept.exists():
        fresh = kept.with_name(f"secret-key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        try:
            os.link(fresh, kept)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text(encoding="utf-8").strip()


def _switch(values: Mapping[str, str], name: str) -> bool:
    found = values.get(name, "").strip().lower()
    if found in {"", "0", "no", "false", "off"}:
        return False
    if found in {"1", "yes", "true", "on"}:
        return True
    raise EnvironmentProblem(name, found, "1")


def _whole(values: Mapping[str, str], name: str, default: int) -> int:
    found = values.get(name, "").strip()
    if not found:
        return default
    if not found.isdecimal() or int(found) == 0:
        raise EnvironmentProblem(name, found, str(default))
    return int(found)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _address(values: Mapping[str, str], name: str, default: str) -> str:
    found = (values.get(name) or default).rstrip("/")
    if urlsplit(found).scheme not in {"http", "https"}:
        raise EnvironmentProblem(name, found, default)
    return found


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise EnvironmentProblem("SIGHTLINE_TIME_ZONE", name, "Europe/Berlin") from problem
    return name
