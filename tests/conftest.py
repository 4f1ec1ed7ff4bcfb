"""A private PostgreSQL under the application role, a private Valkey, and no way out of the machine."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from coaching.programmes.models import Programme, ProgrammeVersion
from config.embedded.places import make_folder, server_user, servers_folder
from config.embedded.postgres import Postgres
from config.embedded.programs import postgres_programs, valkey_program
from config.embedded.valkey import Valkey
from config.translations.catalogues import compile_all
from config.values import database
from tests.factories import Cast, make_cast, starter_version
from tests.moulds import Mould


def pytest_configure(config: pytest.Config) -> None:
    """What tests do differently from people: passwords need not be slow to guess, nobody calls outside."""
    compile_all(settings.BASE_DIR)
    # A loaded machine is no failure: neither an example nor its making has a time limit.
    hypothesis_settings.register_profile("cairn", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis_settings.load_profile("cairn")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    socket.socket.connect = only_loopback(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = only_loopback(socket.socket.connect_ex)  # type: ignore[method-assign]


def only_loopback(connect: Any) -> Any:
    """`connect`, refusing every address that is not this machine's."""

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
            raise RuntimeError(f"A test tried to reach {address[0]}: only this machine is there")
        return connect(self, address)

    return guarded


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def _nobodys_language() -> None:
    """A request leaves its reader's language and clock behind; the next test starts with the site's own."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="session")
def servers_home() -> Iterator[Path]:
    """A folder for this run's servers that their unprivileged user can reach, removed at the end."""
    made = Path(tempfile.mkdtemp(prefix="cairn-test-", dir="/tmp"))
    yield servers_folder(make_folder(made, 0o711), server_user())
    shutil.rmtree(made, ignore_errors=True)


def _use_role(role: str | None) -> None:
    """Run every later query as `role`, or as the owner who logged in."""
    connection = connections["default"]
    connection.close()
    session = [f"-c role={role}"] if role else []
    connection.settings_dict["OPTIONS"]["options"] = " ".join(session)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, servers_home: Path, pytestconfig: pytest.Config
) -> Iterator[Postgres | None]:
    """Start PostgreSQL when the first test needs it; the test database is made and migrated by its owner.

    Yields the server if it is ours, for a test that kills it.
    """
    if "DATABASE_URL" in os.environ:
        _use_role(None)
        yield None
        return
    user = server_user()
    programs = postgres_programs(settings.ENV.pg_bindir, user, servers_home)
    server = Postgres(servers_home, user, programs, durable=False)
    server.start()
    server.create_database("cairn")
    login = database(server.url("cairn"))
    connections["default"].settings_dict |= {"HOST": login.host, "PORT": login.port, "USER": login.user}
    _use_role(None)
    yield server
    connections["default"].close()
    server.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Run the tests as the role that the site runs as: it owns nothing and row-level security binds it."""
    with django_db_blocker.unblock():
        with connections["default"].cursor() as cursor:
            # A test that commits is cleaned up with TRUNCATE, which the role may do in tests only.
            cursor.execute(f'GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "{settings.APP_ROLE}"')
        _use_role(settings.APP_ROLE)
        starter_version()  # stored once, as in any installation: every cast finds it
    yield
    with django_db_blocker.unblock():
        _use_role(None)  # DROP DATABASE needs the owner again


@pytest.fixture(scope="session")
def valkey(servers_home: Path) -> Iterator[str]:
    """The REDIS_URL of a real broker, private to this run."""
    user = server_user()
    server = Valkey(servers_home, user, valkey_program(user, servers_home))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def as_owner(transactional_db: None) -> Iterator[None]:
    """For the few tests that look at the database as its owner does: no fence applies."""
    _use_role(None)
    yield
    _use_role(settings.APP_ROLE)


@pytest.fixture
def no_programme(db: None) -> None:
    """An installation where nothing has been published yet."""
    for model in (ProgrammeVersion, Programme):  # raw: looking for what depends on them needs a network
        model._default_manager.all()._raw_delete(using="default")


@pytest.fixture(scope="session")
def _mould(django_db_setup: None, django_db_blocker: Any) -> Mould:
    with django_db_blocker.unblock():
        return Mould.of(make_cast)


@pytest.fixture
def cast(_mould: Mould, db: None) -> Cast:
    """The fixed cast: see tests/factories.py."""
    return _mould.cast()
