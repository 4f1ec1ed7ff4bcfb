"""Why a message did not leave at its usual time, decision by decision."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0016_one_tap")]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="moves",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
