"""The best try of a quiz, beside the first one that was kept (domain.md 4.3: free retries)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learning", "0015_steps_that_change_module")]

    operations = [
        migrations.AddField(
            model_name="stepcompletion",
            name="best_score",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
