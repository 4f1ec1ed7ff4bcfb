"""The right answers of every attempt at an assessment, beside the score that counts."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learning", "0005_presence_charter")]

    operations = [
        migrations.AddField(
            model_name="stepcompletion",
            name="attempt_scores",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None
            ),
        ),
    ]
