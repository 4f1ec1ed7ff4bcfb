"""Migration operations that fence a tenant table: row-level security, one policy, composite keys."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

# Strict on purpose: with no network in scope this RAISES (unset: "unrecognized configuration
# parameter"; after an earlier transaction: malformed array literal "") instead of hiding rows.
IN_SCOPE = "network_id = ANY (current_setting('app.networks')::bigint[])"
ACTING_USER = "NULLIF(current_setting('app.user_id', true), '')::bigint"
# The same two as PostgreSQL writes them back (pg_get_expr), for the start-up check.
STORED_IN_SCOPE = "(network_id = ANY ((current_setting('app.networks'::text))::bigint[]))"
STORED_IS_ACTING = "({} = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::bigint)"


class Policy(NamedTuple):
    """A policy as the catalogue of PostgreSQL holds it."""

    name: str
    is_permissive: bool
    command: str
    roles: tuple[str, ...]
    using: str | None
    check: str | None


def expected_policies(own: str, author: str) -> list[Policy]:
    """What TenantTable(own=..., author=...) leaves in the catalogue."""
    to = (str(settings.APP_ROLE),)
    found = [Policy("tenant", True, "*", to, STORED_IN_SCOPE, STORED_IN_SCOPE)]
    if own:
        found.append(Policy("own_rows", True, "r", to, STORED_IS_ACTING.format(own), None))
    if author:
        mine = STORED_IS_ACTING.format(author)
        found.append(Policy("author_only", False, "*", to, mine, mine))
    return found


class TenantTable(Operation):
    """Enable row-level security with one plain policy and tie every tenant foreign key to its network.

    `own` names a column: a person may also read, never change, the rows where it is them, whatever
    the networks in scope (memberships only). `author` names a column that a second, restrictive
    policy compares with the acting person.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, own: str | None = None, author: str | None = None) -> None:
        self.model_name, self.own, self.author = model_name, own, author

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs: dict[str, Any] = {"model_name": self.model_name}
        if self.own:
            kwargs["own"] = self.own
        if self.author:
            kwargs["author"] = self.author
        return self.__class__.__name__, [], kwargs

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model state does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        quote = schema_editor.quote_name
        table, role = quote(model._meta.db_table), quote(settings.APP_ROLE)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(
            f"CREATE POLICY tenant ON {table} TO {role} USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})"
        )
        if self.own:
            mine = f"{quote(self.own)} = {ACTING_USER}"
            schema_editor.execute(f"CREATE POLICY own_rows ON {table} FOR SELECT TO {role} USING ({mine})")
        if self.author:
            mine = f"{quote(self.author)} = {ACTING_USER}"
            schema_editor.execute(
                f"CREATE POLICY author_only ON {table} AS RESTRICTIVE TO {role} "
                f"USING ({mine}) WITH CHECK ({mine})"
            )
        for statement in _same_network_keys(model, schema_editor):
            schema_editor.deferred_sql.append(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = schema_editor.quote_name(from_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        for policy in ("author_only", "own_rows"):
            schema_editor.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
        schema_editor.execute(f"DROP POLICY tenant ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Row-level security on {self.model_name}"


def _same_network_keys(model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    """Foreign-key checks bypass row-level security, so each key also carries network_id."""
    quote, table = schema_editor.quote_name, model._meta.db_table
    statements = []
    for field in model._meta.local_fields:
        remote = field.remote_field
        if not remote or field.name == "network" or not _is_tenant(remote.model):
            continue
        name = quote(f"{table}_{field.column}_same_network"[-63:])
        statements.append(
            f"ALTER TABLE {quote(table)} ADD CONSTRAINT {name} "
            f"FOREIGN KEY (network_id, {quote(str(field.column))}) "
            f"REFERENCES {quote(remote.model._meta.db_table)} (network_id, id) DEFERRABLE INITIALLY DEFERRED"
        )
    return statements


def _is_tenant(model: Any) -> bool:
    return any(field.name == "network" for field in model._meta.local_fields)


def create_app_role(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the role the application runs as (it owns nothing), and what it may do from now on."""
    role = schema_editor.quote_name(settings.APP_ROLE)
    schema_editor.execute(
        f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN NOBYPASSRLS; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    schema_editor.execute(f"GRANT {role} TO CURRENT_USER")
    schema_editor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for what, privileges in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE")):
        schema_editor.execute(f"GRANT {privileges} ON ALL {what} IN SCHEMA public TO {role}")
        schema_editor.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {privileges} ON {what} TO {role}"
        )


def definer_function(signature: str, returns: str, body: str, *, volatility: str = "STABLE") -> str:
    """SQL of a function that runs as the owner and returns keys, instants or counts; the app role calls it.

    Such a function passes a fence (between networks, or an author's), so each one is short and returns no
    personal data (tenancy: "one function per kind of work, ids only"). VOLATILE for the few that write.
    """
    name = signature.split("(")[0]
    arguments = signature[len(name) :]
    return (
        f"CREATE OR REPLACE FUNCTION {name}{arguments} RETURNS {returns} "
        f"LANGUAGE sql {volatility} SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $$ {body} $$; "
        f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC; "
        f'GRANT EXECUTE ON FUNCTION {name} TO "{settings.APP_ROLE}";'
    )
