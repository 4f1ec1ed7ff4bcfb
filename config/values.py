"""Parsers of single values from the environment: each returns it typed or raises Wrong; no Django here."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
# Providers that take a mail by HTTPS, and where each answers.
MAIL_PROVIDERS = {"resend": "api.resend.com", "brevo": "api.brevo.com"}
EVENTS_SECRET_LENGTH = 24
HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
SERVER = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?")  # containers have names with underscores
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# Of libpq's parameters those that say how to reach a server; the rest is Cairn's own affair.
LIBPQ_OPTIONS = frozenset(
    "host port sslmode sslrootcert sslcert sslkey sslpassword sslcrl sslnegotiation sslsni "
    "ssl_min_protocol_version ssl_max_protocol_version channel_binding require_auth gssencmode krbsrvname "
    "target_session_attrs application_name keepalives keepalives_idle keepalives_interval keepalives_count "
    "tcp_user_timeout passfile".split()
)
TLS_OPTIONS = frozenset("ssl_cert_reqs ssl_ca_certs ssl_certfile ssl_keyfile ssl_check_hostname".split())
CERT_REQUIREMENTS = ("required", "optional", "none", "CERT_REQUIRED", "CERT_OPTIONAL", "CERT_NONE")
ADDRESS = re.compile(r"(?:[^<>@\r\n]* )?<?[^\s<>@]+@[^\s<>@]+>?")


class Wrong(ValueError):
    """What was expected instead; the reader adds the variable's name."""


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
    """Who takes our mail; `transport` is the way to it. A provider's key is the password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    use_tls: bool
    use_ssl: bool
    transport: str = "smtp"

    @property
    def provider_url(self) -> str:
        """Where the provider answers: https, but for a stand-in on this machine; "" with SMTP."""
        if self.transport not in MAIL_PROVIDERS:
            return ""
        return f"{'https' if self.use_ssl else 'http'}://{as_host(self.host)}:{self.port}"


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
        digits = value.isascii() and value.isdigit() and len(value) <= len(str(highest))
        if not digits or not lowest <= int(value) <= highest:
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
    """The parts of an address; what would be misread or fail at first use is refused here."""
    try:
        parts = urlsplit(value)
        is_sound = parts.port != 0 and not parts.fragment and "#" not in value
    except ValueError:
        raise Wrong(expected) from None
    # urlsplit drops tabs and line ends in silence, and reads a password with a bare @ its own way.
    if not is_sound or re.search(r"[\s\x00-\x1f\x7f]", value) or parts.netloc.count("@") > 1:
        raise Wrong(expected)
    return parts


def decoded(text: str | None, expected: str, *, spaces: bool = False) -> str:
    """`text` without its percent escapes; broken ones, control characters and, mostly, spaces are refused."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text or ""):
        raise Wrong(expected)
    try:
        found = unquote(text or "", errors="strict")
    except UnicodeDecodeError:
        raise Wrong(expected) from None
    if re.search(r"[\x00-\x1f\x7f]" if spaces else r"[\s\x00-\x1f\x7f]", found):
        raise Wrong(expected)
    return found


def query_of(parts: SplitResult, known: frozenset[str], expected: str) -> dict[str, str]:
    """The options after the question mark, each known, named once and with a value."""
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True) if parts.query else []
    except ValueError:
        raise Wrong(expected) from None
    decoded(parts.query, expected, spaces=True)
    names = [name for name, _option in pairs]
    if set(names) - known:  # which one is not told: it may be the end of a password
        raise Wrong(f"{expected}; of options only {', '.join(sorted(known)) or 'none'}")
    if len(set(names)) < len(names) or not all(option for _name, option in pairs):
        raise Wrong(f"{expected}; each option once, with a value")
    return dict(pairs)


def server(host: str | None, expected: str) -> str:
    """The name or number of a server."""
    if not host or not (SERVER.fullmatch(host) or is_ipv6(host)):
        raise Wrong(expected)
    return host


def is_ipv6(host: str) -> bool:
    """Whether this is such an address, without brackets."""
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def base_url(value: str) -> str:
    """The public address in lower case, without a final slash: https, or http on this machine only."""
    expected = "https://host (or http://127.0.0.1:port on this machine only), without path or query"
    parts = split_url(value, expected)
    bare = parts.path in ("", "/") and "?" not in value and "@" not in parts.netloc
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    server(parts.hostname, expected)
    if not bare or not (parts.scheme == "https" or local):
        raise Wrong(expected)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def database(value: str) -> Database:
    """The parts of `postgresql://user:password@host:port/name?option=value`."""
    expected = "postgresql://user:password@host:port/name (a unix socket as ?host=/folder)"
    if "options=" in value.partition("?")[2]:
        raise Wrong(expected + "; the option `options` is set by Cairn itself")
    parts = split_url(value, expected + ", with @ : / ? # and % in names and passwords as %40 and so on")
    name = decoded(parts.path.removeprefix("/"), expected)
    if parts.scheme not in ("postgresql", "postgres") or not name or "/" in name:
        raise Wrong(expected)
    options = query_of(parts, LIBPQ_OPTIONS, expected)
    host, port = (
        options.pop("host", "") or parts.hostname or "",
        options.pop("port", "") or str(parts.port or ""),
    )
    if host and not host.startswith("/"):
        server(host, expected)
    if port:
        number(1, 65535)(port)
    if options.get("sslmode", "prefer") not in SSL_MODES:
        raise Wrong(f"{expected}; for sslmode one of {', '.join(SSL_MODES)}")
    user, password = decoded(parts.username, expected), decoded(parts.password, expected, spaces=True)
    return Database(name, user, password, host, port, options)


def redis_url(value: str) -> str:
    """The broker's address, as Celery understands it; TLS checks the server's certificate."""
    expected = "redis://host:port/number, rediss://... or redis+socket:///path"
    parts = split_url(value, expected)
    decoded(parts.netloc, expected, spaces=True)
    if parts.scheme == "redis+socket":
        options = query_of(parts, frozenset({"virtual_host"}), expected)
        is_sound = parts.path not in ("", "/") and is_database_number(options.get("virtual_host", "0"))
    else:
        server(parts.hostname, expected)
        options = query_of(parts, TLS_OPTIONS if parts.scheme == "rediss" else frozenset(), expected)
        is_sound = parts.scheme in ("redis", "rediss") and is_database_number(
            parts.path.removeprefix("/") or "0"
        )
    if not is_sound:
        raise Wrong(expected)
    if parts.scheme != "rediss":
        return value
    if options.setdefault("ssl_cert_reqs", "required") not in CERT_REQUIREMENTS:
        raise Wrong(f"{expected}; for ssl_cert_reqs one of required, optional, none")
    return parts._replace(query=urlencode(options)).geturl()


def is_database_number(text: str) -> bool:
    """Whether Redis could have a database of this number."""
    return text.isascii() and text.isdigit() and len(text) <= 4


def mail(value: str) -> Mail:
    """The parts of an SMTP address: plain, with STARTTLS (smtp+tls) or with TLS from the start (smtps).

    Or a provider with its key: resend://KEY@, brevo://KEY@.
    """
    expected = (
        "smtp://user:password@host:port, smtp+tls://... (STARTTLS), smtps://..., "
        "resend://KEY@ or brevo://KEY@"
    )
    parts = split_url(value, expected)
    if parts.scheme in MAIL_PROVIDERS:
        return _mail_provider(value, parts)
    if parts.scheme not in SMTP_PORTS or parts.path not in ("", "/") or "?" in value:
        raise Wrong(expected)
    user, password = decoded(parts.username, expected), decoded(parts.password, expected, spaces=True)
    if bool(user) != bool(password):
        raise Wrong(expected + ", with both user and password or neither")
    return Mail(
        host=server(parts.hostname, expected),
        port=parts.port or SMTP_PORTS[parts.scheme],
        user=user,
        password=password,
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
    )


def _mail_provider(value: str, parts: SplitResult) -> Mail:
    """A key alone; a host where the provider answers elsewhere, or a stand-in on this machine."""
    name = parts.scheme
    expected = f"{name}://KEY@ with the key of the API before the @, and nothing after it"
    key = decoded(parts.username, expected)
    if not key or parts.password is not None or parts.path not in ("", "/") or "?" in value:
        raise Wrong(expected)
    if not parts.hostname and parts.port is not None:
        raise Wrong(expected)
    host = server(parts.hostname or MAIL_PROVIDERS[name], expected)
    is_here = host in LOOPBACK
    return Mail(
        host=host,
        port=parts.port or (80 if is_here else 443),
        user="",
        password=key,
        use_tls=False,
        use_ssl=not is_here,
        transport=name,
    )


def events_secret(transport: str) -> Callable[[str], str]:
    """A parser of the secret that what a provider tells must bear: each has its own kind."""

    def parse(value: str) -> str:
        if transport not in MAIL_PROVIDERS:
            raise Wrong("nothing, because EMAIL_URL names no provider (resend or brevo)")
        if transport == "resend" and not is_signing_secret(value):
            raise Wrong("the signing secret of the webhook, as Resend shows it: whsec_...")
        if len(value) < EVENTS_SECRET_LENGTH or not value.isascii() or re.search(r"\s", value):
            raise Wrong(f"at least {EVENTS_SECRET_LENGTH} letters and digits that nobody can guess")
        return value

    return parse


def is_signing_secret(value: str) -> bool:
    """Whether this is `whsec_` and a key in base64 (the scheme of Svix)."""
    try:
        return value.startswith("whsec_") and len(base64.b64decode(value[6:], validate=True)) >= 16
    except (binascii.Error, ValueError):
        return False


def address(value: str) -> str:
    """A sender: an address, or a name and an address between angle brackets."""
    if not ADDRESS.fullmatch(value) or value.count("<") != value.count(">"):
        raise Wrong("an e-mail address, or a name and an address: Cairn <bonjour@example.org>")
    return value


def hosts(value: str) -> tuple[str, ...]:
    """Host names; a star would accept any Host header and is refused."""
    found = words(value)
    if not found or not all(HOST.fullmatch(host) or is_ipv6(host.strip("[]")) for host in found):
        raise Wrong("host names between commas, without scheme, port or star: cairn.example.org")
    return tuple(map(as_host, found))


def as_host(host: str) -> str:
    """A host as it stands in a Host header: IPv6 between brackets."""
    return f"[{host}]" if is_ipv6(host) else host


def origins(value: str) -> tuple[str, ...]:
    """Origins that may post forms to this site."""
    expected = "origins between commas, each https://host"
    found = []
    for item in words(value):
        parts = split_url(item, expected)
        odd = parts.path or "?" in item or "@" in parts.netloc
        if parts.scheme not in ("http", "https") or not parts.hostname or odd:
            raise Wrong(expected)
        found.append(f"{parts.scheme}://{parts.netloc.lower()}")
    return tuple(found)


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


def folder_to_fill(value: str) -> Path:
    """A folder that may not exist yet, where one could be made."""
    path = Path(value)
    nearest = next((each for each in (path, *path.parents) if each.exists()), path)
    if not path.is_absolute() or not nearest.is_dir():
        raise Wrong("the absolute path of a folder, which may be made yet")
    return path
