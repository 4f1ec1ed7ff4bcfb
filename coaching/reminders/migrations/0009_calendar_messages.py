"""Calendar messages count for no cap, in whichever network they were sent (domain.md 3.2)."""

from django.db import migrations, models

from agencies import rls

AT = "COALESCE(r.handed_over_at, r.finished_at, r.lease_until)"
SIGNATURE = "reminders_of_other_networks(p_users bigint[], p_network bigint, p_since timestamptz)"
COUNTED = (
    "r.kind NOT IN ('invitation', 'coach_message')",
    "r.kind NOT IN ('invitation', 'coach_message', 'session_invite', 'session_update', 'session_cancel')",
)


def _replace(schema_editor, counted):
    body = (
        f"SELECT r.recipient_id, {AT} FROM public.reminders_reminder r "
        f"WHERE r.recipient_id = ANY(p_users) AND r.network_id <> p_network AND {counted} "
        f"AND r.state IN ('sent', 'leased', 'handing', 'uncertain') AND {AT} > p_since"
    )
    returns = "TABLE(recipient_id bigint, at timestamptz)"
    schema_editor.execute(rls.definer_function(SIGNATURE, returns, body))


def leave_out_calendars(apps, schema_editor):
    _replace(schema_editor, COUNTED[1])


def count_calendars(apps, schema_editor):
    _replace(schema_editor, COUNTED[0])


class Migration(migrations.Migration):
    dependencies = [("reminders", "0008_coach_messages")]

    operations = [
        migrations.AlterField(
            model_name="reminder",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invitation", "Invitation"),
                    ("invitation_followup", "Nouvelle invitation"),
                    ("weekly_digest", "Récapitulatif de la semaine"),
                    ("midweek_nudge", "Petit rappel de mi-semaine"),
                    ("coach_message", "Message du coach"),
                    ("coach_circular", "Message du coach à plusieurs"),
                    ("session_invite", "Invitation d’agenda"),
                    ("session_update", "Changement d’un rendez-vous"),
                    ("session_cancel", "Annulation d’un rendez-vous"),
                ],
                max_length=30,
            ),
        ),
        migrations.RunPython(leave_out_calendars, count_calendars),
    ]
