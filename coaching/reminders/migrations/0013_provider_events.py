"""What a mail provider tells, known again by its identity; and which network a message's key belongs to."""

from django.db import migrations, models

from agencies import rls

SIGNATURE = "network_of_reminder(p_key text)"
BODY = "SELECT r.network_id FROM public.reminders_reminder r WHERE r.dedupe_key = p_key"


def add_function(apps, schema_editor):
    schema_editor.execute(rls.definer_function(SIGNATURE, "bigint", BODY))


def drop_function(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION IF EXISTS network_of_reminder(text)")


class Migration(migrations.Migration):
    dependencies = [("reminders", "0012_policy_layers")]

    operations = [
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("event_id", models.CharField(max_length=200)),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("body_hash", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "event_id"), name="providerevent_once")
                ],
            },
        ),
        migrations.RunPython(add_function, drop_function),
    ]
