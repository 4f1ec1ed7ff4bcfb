import django.contrib.postgres.fields
from django.db import migrations, models

# The Mondays of the weeks with an activity, by the network's clock, as learning.progress.facts_of counts them.
FILL = """
UPDATE cohorts_enrolment e SET active_weeks = ARRAY(
    SELECT DISTINCT date_trunc('week', s.completed_at AT TIME ZONE n.time_zone)::date
    FROM learning_stepcompletion s WHERE s.network_id = e.network_id AND s.enrolment_id = e.id
    ORDER BY 1)
FROM agencies_network n WHERE n.id = e.network_id AND e.last_activity_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0004_invited_again_at"), ("learning", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="active_weeks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(), default=list, size=None
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
