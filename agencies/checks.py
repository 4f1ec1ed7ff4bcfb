"""Start-up checks: a table that carries network_id and is not fenced as it should stops the application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from agencies.rls import Policy, expected_policies

# Whatever carries a network_id: tables, their partitions, and views, which no policy can fence.
FENCES = """
SELECT c.relname, c.relrowsecurity, row_security_active(c.oid), p.polname, p.polpermissive, p.polcmd::text,
       p.polroles::regrole[]::text[], pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'network_id' AND NOT a.attisdropped
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
LEFT JOIN pg_policy p ON p.polrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm')
ORDER BY c.relname, p.polname
"""


def unfenced(connection: BaseDatabaseWrapper) -> list[str]:
    """A sentence for each fault in the fence of a relation that carries network_id; one query."""
    with connection.cursor() as cursor:
        cursor.execute(FENCES)
        rows = cursor.fetchall()
    fences = {name: (enabled, active) for name, enabled, active, *_ in rows}
    policies: defaultdict[str, set[Policy]] = defaultdict(set)
    for name, _enabled, _active, policy, permissive, command, roles, using, check in rows:
        if policy is not None:
            policies[name].add(Policy(policy, permissive, command, tuple(roles), using, check))
    expected = _expected()
    return [
        f"{name}: {fault}"
        for name, (enabled, active) in fences.items()
        for fault in _faults(enabled, active, policies[name], expected.get(name) or expected_policies("", ""))
    ]


def _expected() -> dict[str, list[Policy]]:
    """Policies by table, from what the models say of themselves."""
    from agencies.models import TenantModel

    return {
        model._meta.db_table: expected_policies(model.own_column, model.author_column)
        for model in apps.get_models()
        if issubclass(model, TenantModel)
    }


def _faults(enabled: bool, active: bool, found: set[Policy], expected: Sequence[Policy]) -> Iterator[str]:
    if not enabled:
        yield "row-level security is off"
    elif not active and not settings.AS_OWNER:
        yield "row-level security does not bind the role we run as"
    for policy in expected:
        if policy not in found:
            same = next((each for each in found if each.name == policy.name), None)
            yield (
                f"the policy {policy.name} is missing"
                if same is None
                else f"the policy {policy.name} is not the expected one: {_words(same)}"
            )
    known = {policy.name for policy in expected}
    for policy in sorted(found, key=lambda each: each.name):
        if policy.name not in known:
            yield f"the policy {policy.name} is not expected: {_words(policy)}"


def _words(policy: Policy) -> str:
    kind = "permissive" if policy.is_permissive else "restrictive"
    command = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}[policy.command]
    roles = ", ".join(policy.roles)
    return f"{kind}, {command}, to {roles}, using {policy.using}, with check {policy.check}"


def require_fences(alias: str = "default") -> None:
    """End the process with a sentence when a table is not fenced, or when nobody can tell.

    Web, worker and beat call it once as they start, before they fork or serve anything. Its connection is
    closed again: a forked child must not share it.
    """
    connection = connections[alias]
    try:
        problems = unfenced(connection)
    except OperationalError as problem:
        reason = " ".join(str(problem).split())
        raise SystemExit(
            f"DATABASE_URL: expected a PostgreSQL server that answers ({reason}), to see that every network "
            "is fenced; nothing was started"
        ) from None
    finally:
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    if problems:
        listed = "".join(f"\n  - {problem}" for problem in problems)
        raise SystemExit(
            f"Cairn does not start, because networks are not kept apart in these tables:{listed}\n"
            "Run `manage.py migrate`; a new table needs agencies.rls.TenantTable in its migration."
        )


@register(Tags.database)
def row_level_security(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every tenant table has row-level security and its policies, and they bind the role we run as."""
    return [
        Error(
            problem,
            hint="Add agencies.rls.TenantTable to the migration, and run as the application role.",
            id="agencies.E001",
        )
        for alias in databases or []
        for problem in unfenced(connections[alias])
    ]
