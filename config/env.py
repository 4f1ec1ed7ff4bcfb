"""Typed values from the environment, read once and refused together when wrong; no Django here."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from config.values import (
    LOOPBACK,
    Database,
    Mail,
    Wrong,
    address,
    as_host,
    base_url,
    database,
    events_secret,
    fernet_keys,
    flag,
    folder,
    folder_to_fill,
    hosts,
    mail,
    number,
    one_of,
    origins,
    redis_url,
    secret_key,
)

T = TypeVar("T")

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
SECRETS = (
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "MAIL_EVENTS_SECRET",
)
# Without these a public site would run on values that only fit one developer's machine.
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")


class BadEnvironment(SystemExit):
    """One or more variables hold a value that is not usable; the text names each and what it should be.

    It is an end of the process, not a mishap in it: whatever reads the settings first (manage.py, the web
    server, Celery) prints the text and stops, without a traceback.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The environment is not usable:\n" + "\n".join(f"  - {line}" for line in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Environment:
    """Every value the outside may set, checked and typed. `docs/operate.md` explains each."""

    base_url: str
    secret_key: str = field(repr=False)
    field_encryption_keys: tuple[str, ...] = field(repr=False)
    database: Database
    database_owner: Database
    database_set_role: bool
    database_pool_size: int
    redis_url: str = field(repr=False)
    mail: Mail
    mail_events_secret: str = field(repr=False)
    mail_from: str
    mail_folder: Path | None
    mail_rate: int
    mail_resends_meetings: bool
    allowed_hosts: tuple[str, ...]
    csrf_trusted_origins: tuple[str, ...]
    trusted_proxy_count: int
    demo: bool
    instance_id: str
    log_level: str
    static_root: Path | None
    port: int | None
    pg_bindir: Path | None

    @property
    def is_production(self) -> bool:
        """Whether the site is served over https: secure cookies, HSTS, no demo, nothing by default."""
        return self.base_url.startswith("https://")


class Reader:
    """Reads one variable after the other and keeps every problem, so that all are told at once."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[str] = []

    def raw(self, name: str) -> str:
        """The value of `name`, or for a secret the content of the file that `<name>_FILE` points to."""
        value = self.values.get(name, "").strip()
        path = self.values.get(f"{name}_FILE", "").strip() if name in SECRETS else ""
        if not path:
            return value
        if value:
            self.problems.append(f"{name} and {name}_FILE: expected only one of the two")
            return value
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.problems.append(f"{name}_FILE: expected the path of a readable text file, got {path!r}")
            return ""

    def read(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """The parsed value, or `default` when the variable is absent, empty or wrong (then remembered)."""
        value = self.raw(name)
        if not value:
            return default
        try:
            return parse(value)
        except Wrong as wrong:
            # A secret is never repeated: this message goes to a terminal and to logs.
            got = "" if name in SECRETS else f", got {value!r}"
            self.problems.append(f"{name}: expected {wrong}{got}")
            return default

    def require(self, names: tuple[str, ...]) -> None:
        """Remember as a problem each of `names` that a public site lacks."""
        for name in names:
            if not self.values.get(name, "").strip() and not self.values.get(f"{name}_FILE", "").strip():
                self.problems.append(f"{name}: expected a value, because BASE_URL is https (a public site)")


def new_fernet_key() -> str:
    """A fresh key for FIELD_ENCRYPTION_KEYS."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def read(values: Mapping[str, str]) -> Environment:
    """Check every variable of `values`; raise BadEnvironment with all problems at once."""
    reader = Reader(values)
    base = reader.read("BASE_URL", base_url, "http://127.0.0.1:8000")
    host = urlsplit(base).hostname or ""
    local_database = Database("cairn", "cairn", "", "127.0.0.1", "5432", {})
    login = reader.read("DATABASE_URL", database, local_database)
    post = reader.read("EMAIL_URL", mail, Mail("127.0.0.1", 1025, "", "", use_tls=False, use_ssl=False))
    environment = Environment(
        base_url=base,
        # Random values keep a lone command on a developer's machine going; a public site must set its own.
        secret_key=reader.read("SECRET_KEY", secret_key, secrets.token_urlsafe(50)),
        field_encryption_keys=reader.read("FIELD_ENCRYPTION_KEYS", fernet_keys, (new_fernet_key(),)),
        database=login,
        database_owner=reader.read("DATABASE_OWNER_URL", database, login),
        database_set_role=reader.read("DATABASE_SET_ROLE", flag, True),
        database_pool_size=reader.read("DATABASE_POOL_SIZE", number(0, 100), 0),
        redis_url=reader.read("REDIS_URL", redis_url, "redis://127.0.0.1:6379/0"),
        mail=post,
        mail_events_secret=reader.read("MAIL_EVENTS_SECRET", events_secret(post.transport), ""),
        mail_from=reader.read(
            "MAIL_FROM", address, f"Cairn <bonjour@{'localhost' if host in LOOPBACK else host}>"
        ),
        mail_folder=reader.read("MAIL_FOLDER", folder("the absolute path of an existing folder"), None),
        # A provider cuts off who floods it; a mail server on a developer's machine does not mind.
        mail_rate=reader.read("MAIL_RATE", number(0, 1000), 5 if base.startswith("https://") else 0),
        mail_resends_meetings=reader.read("MAIL_RESENDS_MEETINGS", flag, False),
        allowed_hosts=reader.read(
            "ALLOWED_HOSTS", hosts, LOCAL_HOSTS if host in LOOPBACK else (as_host(host),)
        ),
        csrf_trusted_origins=reader.read("CSRF_TRUSTED_ORIGINS", origins, ()),
        trusted_proxy_count=reader.read("TRUSTED_PROXY_COUNT", number(0, 10), 0),
        demo=reader.read("CAIRN_DEMO", flag, False),
        instance_id=reader.read("INSTANCE_ID", str, host),
        log_level=reader.read("LOG_LEVEL", one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
        static_root=reader.read("STATIC_ROOT", folder_to_fill, None),
        port=reader.read("PORT", number(1, 65535), None),
        pg_bindir=reader.read(
            "PG_BINDIR",
            folder(
                "the absolute path of a folder with the programs postgres and initdb", "postgres", "initdb"
            ),
            None,
        ),
    )
    if environment.is_production:
        reader.require(REQUIRED_IN_PRODUCTION)
        if environment.demo:
            reader.problems.append("CAIRN_DEMO: expected no, because BASE_URL is https (a public site)")
        if environment.mail_folder:
            reader.problems.append("MAIL_FOLDER: expected nothing, because BASE_URL is https (a public site)")
    if reader.problems:
        raise BadEnvironment(reader.problems)
    return environment


def with_local(values: Mapping[str, str], note: Path) -> dict[str, str]:
    """`values`, completed from the note that a running `manage.py up` leaves for a second terminal.

    Nothing is taken from the note when the caller names a database of its own.
    """
    if "DATABASE_URL" in values or "DATABASE_URL_FILE" in values or not os.access(note, os.R_OK):
        return dict(values)
    lines = (line.partition("=") for line in note.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: value for name, _, value in lines} | dict(values)
