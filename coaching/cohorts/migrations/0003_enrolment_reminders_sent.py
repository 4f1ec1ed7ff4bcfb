from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0002_row_level_security")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="reminders_sent",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
