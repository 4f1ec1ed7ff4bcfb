"""When other networks wrote to these people: a question that crosses networks, answered with instants only."""

from django.conf import settings
from django.db import migrations, models

from agencies import rls

AT = "COALESCE(r.handed_over_at, r.finished_at, r.lease_until)"
SIGNATURE = "reminders_of_other_networks(p_users bigint[], p_network bigint, p_since timestamptz)"
BODY = (
    f"SELECT r.recipient_id, {AT} FROM public.reminders_reminder r "
    "WHERE r.recipient_id = ANY(p_users) AND r.network_id <> p_network AND r.kind <> 'invitation' "
    f"AND r.state IN ('sent', 'leased', 'handing', 'uncertain') AND {AT} > p_since"
)


def add_function(apps, schema_editor):
    returns = "TABLE(recipient_id bigint, at timestamptz)"
    schema_editor.execute(rls.definer_function(SIGNATURE, returns, BODY))


def drop_function(apps, schema_editor):
    schema_editor.execute(
        "DROP FUNCTION IF EXISTS reminders_of_other_networks(bigint[], bigint, timestamptz)"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0005_unsubscriptions_by_person"),
        ("cohorts", "0004_invited_again_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state__in", ("sent", "leased", "handing", "uncertain"))),
                fields=["recipient"],
                name="reminder_left_for",
            ),
        ),
        migrations.RunPython(add_function, drop_function),
    ]
