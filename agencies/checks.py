"""Start-up checks: a table that carries network_id and is not fenced stops the application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

UNPROTECTED = """
SELECT c.relname, c.relrowsecurity,
       EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid), row_security_active(c.oid)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'network_id' AND NOT a.attisdropped
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
WHERE c.relkind IN ('r', 'p', 'v', 'm')
"""


def unprotected(connection: BaseDatabaseWrapper) -> list[tuple[str, bool, bool, bool]]:
    """Relations with a network_id that the current role could read without a fence.

    Each entry: name, row security enabled, has a policy, active for this role.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNPROTECTED)
        rows = cursor.fetchall()
    return [
        (name, enabled, policy, active)
        for name, enabled, policy, active in rows
        if not (enabled and policy and (active or settings.AS_OWNER))
    ]


@register(Tags.database)
def row_level_security(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every tenant table has row-level security, a policy, and it binds the role we run as."""
    return [
        Error(
            f"{name}: row-level security enabled={enabled}, policy={policy}, active for this role={active}",
            hint="Add agencies.rls.TenantTable to the migration, and run as the application role.",
            id="agencies.E001",
        )
        for alias in databases or []
        for name, enabled, policy, active in unprotected(connections[alias])
    ]
