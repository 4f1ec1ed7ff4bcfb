"""Typed values from the environment, read once and refused together when wrong; no Django here."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

T = TypeVar("T")

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
SECRETS = (
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "EMAIL_URL",
)
# Without these a public site would run on values that only fit one developer's machine.
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\]|[0-9A-Fa-f]*:[0-9A-Fa-f:]+")
ADDRESS = re.compile(r"(?:[^<>@\r\n]* )?<?[^\s<>@]+@[^\s<>@]+>?")


class BadEnvironment(Exception):
    """One or more variables hold a value that is not usable; the text names each and what it should be."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The environment is not usable:\n" + "\n".join(f"  - {line}" for line in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Database:
    """Where PostgreSQL is and as whom to log in; `options` are further libpq parameters."""

    name: str
    user: str
    password: str = field(repr=False)
    host: str
    port: str
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class Mail:
    """The SMTP server that takes our mail."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    use_tls: bool
    use_ssl: bool


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
    mail_from: str
    mail_folder: Path | None
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


class Wrong(ValueError):
    """What was expected instead; the reader adds the variable's name."""


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


def flag(value: str) -> bool:
    """yes or no, with the usual spellings."""
    words = {
        "yes": True,
        "true": True,
        "1": True,
        "on": True,
        "no": False,
        "false": False,
        "0": False,
        "off": False,
    }
    try:
        return words[value.lower()]
    except KeyError:
        raise Wrong("yes or no") from None


def number(lowest: int, highest: int) -> Callable[[str], int]:
    """A parser of whole numbers between two bounds, both allowed."""

    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise Wrong(f"a whole number from {lowest} to {highest}")
        return int(value)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    """A parser that takes one of a few words, in any case."""

    def parse(value: str) -> str:
        if value.upper() not in choices:
            raise Wrong("one of " + ", ".join(choices))
        return value.upper()

    return parse


def words(value: str) -> tuple[str, ...]:
    """Items between commas, without empty ones."""
    return tuple(item.strip() for item in value.split(",") if item.strip())


def split_url(value: str, expected: str) -> SplitResult:
    """The parts of an address; a port that is no number is refused here rather than at first use."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise Wrong(expected) from None
    return parts


def base_url(value: str) -> str:
    """The public address without a final slash: https, or http on this machine only."""
    expected = "https://host (or http://127.0.0.1:port on this machine only), without path or query"
    parts = split_url(value, expected)
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not bare or not parts.hostname or not (parts.scheme == "https" or local):
        raise Wrong(expected)
    return value.rstrip("/")


def database(value: str) -> Database:
    """The parts of `postgresql://user:password@host:port/name?option=value`."""
    expected = "postgresql://user:password@host:port/name (a unix socket as ?host=/folder)"
    parts = split_url(value, expected)
    options = {key: found[-1] for key, found in parse_qs(parts.query).items()}
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name or "/" in name or "options" in options:
        raise Wrong(
            expected + ("; the option `options` is set by Cairn itself" if "options" in options else "")
        )
    host = options.pop("host", "") or parts.hostname or ""
    port = options.pop("port", "") or str(parts.port or "")
    return Database(name, unquote(parts.username or ""), unquote(parts.password or ""), host, port, options)


def redis_url(value: str) -> str:
    """The broker's address, as Celery understands it."""
    expected = "redis://host:port/number, rediss://... or redis+socket:///path"
    parts = split_url(value, expected)
    on_network = parts.scheme in ("redis", "rediss") and parts.hostname
    on_socket = parts.scheme == "redis+socket" and parts.path not in ("", "/")
    if not on_network and not on_socket:
        raise Wrong(expected)
    return value


def mail(value: str) -> Mail:
    """The parts of an SMTP address: plain, with STARTTLS (smtp+tls) or with TLS from the start (smtps)."""
    expected = "smtp://user:password@host:port, smtp+tls://... (STARTTLS) or smtps://..."
    parts = split_url(value, expected)
    if parts.scheme not in SMTP_PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise Wrong(expected)
    return Mail(
        host=parts.hostname,
        port=parts.port or SMTP_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
    )


def address(value: str) -> str:
    """A sender: an address, or a name and an address between angle brackets."""
    if not ADDRESS.fullmatch(value) or value.count("<") != value.count(">"):
        raise Wrong("an e-mail address, or a name and an address: Cairn <bonjour@example.org>")
    return value


def hosts(value: str) -> tuple[str, ...]:
    """Host names; a star would accept any Host header and is refused."""
    found = words(value)
    if not found or not all(HOST.fullmatch(host) for host in found):
        raise Wrong("host names between commas, without scheme, port or star: cairn.example.org")
    return found


def origins(value: str) -> tuple[str, ...]:
    """Origins that may post forms to this site."""
    expected = "origins between commas, each https://host"
    for item in words(value):
        parts = split_url(item, expected)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise Wrong(expected)
    return words(value)


def secret_key(value: str) -> str:
    """Django's own bar for a signing key: long, and not one repeated character."""
    if len(value) < 50 or len(set(value)) < 5 or value.startswith("django-insecure-"):
        raise Wrong("at least 50 random characters (`manage.py new_keys` prints some)")
    return value


def fernet_keys(value: str) -> tuple[str, ...]:
    """Encryption keys, the newest first: it encrypts, the others still decrypt."""
    expected = (
        "one or more keys of 32 bytes in URL-safe base64, between commas (`manage.py new_keys` prints one)"
    )
    for key in words(value):
        try:
            if len(base64.urlsafe_b64decode(key)) != 32:
                raise Wrong(expected)
        except (binascii.Error, ValueError):
            raise Wrong(expected) from None
    if not words(value):
        raise Wrong(expected)
    return words(value)


def folder(expected: str, *contents: str) -> Callable[[str], Path]:
    """A parser of an absolute path to a folder that exists and holds `contents`."""

    def parse(value: str) -> Path:
        path = Path(value)
        if (
            not path.is_absolute()
            or not path.is_dir()
            or not all((path / name).exists() for name in contents)
        ):
            raise Wrong(expected)
        return path

    return parse


def absolute_path(value: str) -> Path:
    """A path that may not exist yet."""
    if not Path(value).is_absolute():
        raise Wrong("an absolute path")
    return Path(value)


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
        mail=reader.read("EMAIL_URL", mail, Mail("127.0.0.1", 1025, "", "", use_tls=False, use_ssl=False)),
        mail_from=reader.read(
            "MAIL_FROM", address, f"Cairn <bonjour@{'localhost' if host in LOOPBACK else host}>"
        ),
        mail_folder=reader.read("MAIL_FOLDER", folder("the absolute path of an existing folder"), None),
        allowed_hosts=reader.read("ALLOWED_HOSTS", hosts, LOCAL_HOSTS if host in LOOPBACK else (host,)),
        csrf_trusted_origins=reader.read("CSRF_TRUSTED_ORIGINS", origins, ()),
        trusted_proxy_count=reader.read("TRUSTED_PROXY_COUNT", number(0, 10), 0),
        demo=reader.read("CAIRN_DEMO", flag, False),
        instance_id=reader.read("INSTANCE_ID", str, host),
        log_level=reader.read("LOG_LEVEL", one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
        static_root=reader.read("STATIC_ROOT", absolute_path, None),
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
