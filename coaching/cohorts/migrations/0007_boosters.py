import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0006_end_of_a_cohort'),
    ]

    operations = [
        migrations.AddField(
            model_name='cohort',
            name='boosters_on',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, editable=False, size=None),
        ),
    ]
