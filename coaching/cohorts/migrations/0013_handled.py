"""A coach may say that it is settled: one more sort of exchange, which starts the ladder anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0012_steps_that_came")]

    operations = [
        migrations.AlterField(
            model_name="coachcontact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("call", "Appel"),
                    ("message", "Message"),
                    ("meeting", "Rencontre"),
                    ("attempt", "Essai sans réponse"),
                    ("handled", "C’est réglé"),
                ],
                default="call",
                max_length=10,
                verbose_name="sorte",
            ),
        ),
    ]
