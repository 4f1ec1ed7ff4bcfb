"""More kinds of messages, what a provider answers, and a state for what came back (domain.md 3.2)."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0010_brand_values"),
        ("cohorts", "0012_steps_that_came"),
        ("reminders", "0009_calendar_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="reminder",
            name="reminder_finished_when_ended",
        ),
        migrations.AddField(
            model_name="reminder",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="reminder",
            name="provider_message_id",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="reminder",
            name="transport",
            field=models.CharField(blank=True, db_default="", max_length=20),
        ),
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
                    ("session_soon", "Rendez-vous à venir"),
                    ("session_today", "Rendez-vous du jour"),
                    ("practice_due", "Mise en pratique à rendre"),
                    ("comeback", "Reprise en douceur"),
                    ("follow_up", "Rappel d’après parcours"),
                    ("encouragement", "Encouragement de la direction"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="state",
            field=models.CharField(
                choices=[
                    ("due", "Prévu"),
                    ("leased", "En préparation"),
                    ("handing", "En cours de remise"),
                    ("sent", "Envoyé"),
                    ("bounced", "Revenu"),
                    ("skipped", "Non envoyé"),
                    ("dead", "Refusé par la messagerie"),
                    ("cancelled", "Annulé"),
                    ("uncertain", "Remise incertaine"),
                ],
                default="due",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finished_at__isnull", False),
                        ("state__in", ("sent", "bounced", "skipped", "dead", "cancelled")),
                    ),
                    models.Q(
                        models.Q(
                            ("state__in", ("sent", "bounced", "skipped", "dead", "cancelled")), _negated=True
                        ),
                        ("finished_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="reminder_finished_when_ended",
            ),
        ),
    ]
