"""Since when a hand-over is in doubt, a gate per transport, where the database lies; who has such work to do."""

from django.db import migrations, models

from agencies import rls

FUNCTIONS = {
    "networks_with_doubts_to_settle(p_now timestamptz, p_limit integer)": (
        "SELECT DISTINCT r.network_id FROM public.reminders_reminder r "
        "WHERE r.state = 'uncertain' AND r.next_try_at <= p_now LIMIT p_limit"
    ),
    "networks_with_lost_alarms(p_limit integer)": (
        "SELECT DISTINCT e.network_id FROM public.cohorts_enrolment e "
        "JOIN public.cohorts_cohort c ON c.network_id = e.network_id AND c.id = e.cohort_id "
        "WHERE e.next_check_at IS NULL AND e.status IN ('invited', 'active', 'paused') "
        "AND c.status = 'running' LIMIT p_limit"
    ),
}


def add_functions(apps, schema_editor):
    for signature, body in FUNCTIONS.items():
        schema_editor.execute(rls.definer_function(signature, "SETOF bigint", body))


def drop_functions(apps, schema_editor):
    for signature in FUNCTIONS:
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {signature.split('(')[0]}")


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0012_steps_that_came"), ("reminders", "0010_kinds_and_answers")]

    operations = [
        migrations.CreateModel(
            name="MailGate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transport", models.CharField(max_length=20, unique=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("closed_until", models.DateTimeField(blank=True, null=True)),
                ("free_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="instanceidentity",
            name="home",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="instanceidentity",
            name="stopped_because",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="reminder",
            name="in_doubt_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state", "uncertain")), fields=["next_try_at"], name="reminder_doubts"
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("handed_over_at__isnull", False)),
                fields=["network", "handed_over_at"],
                name="reminder_handed",
            ),
        ),
        migrations.RunPython(add_functions, drop_functions),
    ]
