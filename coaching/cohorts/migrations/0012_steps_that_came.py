"""Steps that another version newly asks are due some days after they came, whatever their week says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0011_dates_of_a_person")]

    operations = [
        migrations.AddField(
            model_name="cohort",
            name="came_on",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
