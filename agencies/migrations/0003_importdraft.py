"""Files waiting for confirmation, seen by their author only; two questions that cross networks."""

import agencies.public_id
import agencies.scope
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from agencies import rls

FUNCTIONS = (
    # Is an account used in another network? Asked before an address is mended in place; ids only.
    (
        "accounts_used_elsewhere(p_users bigint[], p_network bigint)",
        "TABLE(user_id bigint)",
        "SELECT DISTINCT m.user_id FROM public.agencies_membership m "
        "WHERE m.user_id = ANY(p_users) AND m.network_id <> p_network",
        "STABLE",
    ),
    # Files nobody confirmed hold addresses: they go after a day, whoever brought them.
    (
        "forget_import_drafts(p_before timestamptz)",
        "SETOF bigint",
        "DELETE FROM public.agencies_importdraft d WHERE d.created_at < p_before RETURNING d.id",
        "VOLATILE",
    ),
)


def add_functions(apps, schema_editor):
    for signature, returns, body, volatility in FUNCTIONS:
        schema_editor.execute(rls.definer_function(signature, returns, body, volatility=volatility))


def drop_functions(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION IF EXISTS accounts_used_elsewhere(bigint[], bigint)")
    schema_editor.execute("DROP FUNCTION IF EXISTS forget_import_drafts(timestamptz)")


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(default=agencies.public_id.new_public_id, editable=False, max_length=12),
                ),
                ("filename", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("accepted", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.JSONField(default=dict)),
                (
                    "network",
                    models.ForeignKey(
                        db_index=False,
                        default=agencies.scope.current_network_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agencies.network",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "essai d’import",
                "verbose_name_plural": "essais d’import",
                "indexes": [models.Index(fields=["created_at"], name="importdraft_created")],
                "constraints": [
                    models.UniqueConstraint(fields=("network", "id"), name="importdraft_network_id"),
                    models.UniqueConstraint(fields=("network", "public_id"), name="importdraft_public_id"),
                ],
            },
        ),
        rls.TenantTable("ImportDraft", author="user_id"),
        migrations.RunPython(add_functions, drop_functions),
    ]
