"""The single context manager through which every tenant row is read or written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_current: ContextVar[tuple[int, ...] | None] = ContextVar("networks", default=None)


class NoNetwork(RuntimeError):
    """A tenant row was created where no single network is in scope."""


class ScopeSwitch(RuntimeError):
    """Code inside one network tried to open another."""


def current_network_id() -> int:
    """Default of TenantModel.network: exactly one network must be in scope."""
    ids = _current.get()
    if ids is None or len(ids) != 1:
        raise NoNetwork(f"exactly one network must be in scope, found {ids}")
    return ids[0]


@contextmanager
def networks(*ids: int, user_id: int | None = None, using: str = "default") -> Iterator[None]:
    """Open a transaction that sees exactly these networks; zero or several at once are read only.

    `user_id` names the person who acts: it opens their own memberships and their own private
    answers. The settings are local to the transaction, so COMMIT or ROLLBACK clears them whatever
    connection pool sits between. Nesting the same set is allowed, another set raises ScopeSwitch.
    """
    wanted = tuple(sorted({int(i) for i in ids}))
    outer = _current.get()
    if outer is not None and outer != wanted:
        raise ScopeSwitch(f"already inside networks {outer}; cannot switch to {wanted}")
    with _scope(wanted, user_id, using, read_only=len(wanted) != 1):
        yield


@contextmanager
def nowhere_yet(user_id: int, using: str = "default") -> Iterator[None]:
    """Open a transaction that sees the person's own memberships, until `enter` chooses a network.

    What `networks(user_id=...)` and then `networks(pk, user_id=...)` would do in two transactions: a
    request pays for one. Never inside another scope.
    """
    if (outer := _current.get()) is not None:
        raise ScopeSwitch(f"already inside networks {outer}")
    with _scope((), user_id, using, read_only=False):
        yield


def enter(network_id: int, user_id: int, using: str = "default") -> None:
    """Go on inside this network, for the person of `nowhere_yet`; no way leads from one to another."""
    if _current.get() != ():
        raise ScopeSwitch(f"inside networks {_current.get()}; only nowhere_yet leads into {network_id}")
    _set(connections[using], (network_id,), user_id, read_only=False, keep_user=False)
    _current.set((network_id,))


@contextmanager
def _scope(wanted: tuple[int, ...], user_id: int | None, using: str, *, read_only: bool) -> Iterator[None]:
    outer, connection = _current.get(), connections[using]
    nested = connection.in_atomic_block  # inside a TestCase, or the same scope entered twice
    with transaction.atomic(using=using):
        _set(connection, wanted, user_id, read_only=read_only, keep_user=outer is not None)
        token = _current.set(wanted)
        try:
            yield
        finally:
            _current.reset(token)
            if nested and outer is None and not _is_broken(connection):
                _clear(connection)  # SET LOCAL outlives a savepoint


def _is_broken(connection: BaseDatabaseWrapper) -> bool:
    if connection.needs_rollback or connection.connection is None:
        return True
    return bool(connection.connection.info.transaction_status.name == "INERROR")


def _set(
    connection: BaseDatabaseWrapper,
    ids: tuple[int, ...],
    user_id: int | None,
    *,
    read_only: bool,
    keep_user: bool,
) -> None:
    sql = "SELECT set_config('app.networks', %s, true)"
    values = [f"{{{','.join(map(str, ids))}}}"]
    if user_id is not None or not keep_user:
        sql += ", set_config('app.user_id', %s, true)"
        values.append("" if user_id is None else str(int(user_id)))
    if read_only:
        sql += ", set_config('transaction_read_only', 'on', true)"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _clear(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.networks', '', true), set_config('app.user_id', '', true)")
