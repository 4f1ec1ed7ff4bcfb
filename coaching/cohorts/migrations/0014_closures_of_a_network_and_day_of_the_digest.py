"""Closures of a whole network, a person's own day for the digest, and when they chose how many messages."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0010_brand_values'),
        ('cohorts', '0013_handled'),
    ]

    operations = [
        migrations.AddField(
            model_name='enrolment',
            name='digest_weekday',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='mail_mode_set_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='blackout',
            name='cohort',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='blackouts', to='cohorts.cohort'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('digest_weekday__isnull', True), ('digest_weekday__range', (2, 5)), _connector='OR'), name='enrolment_digest_weekday'),
        ),
    ]
