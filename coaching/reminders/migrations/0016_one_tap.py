"""What was done from a mail without signing in: each action of each message once."""

import agencies.scope
import django.db.models.deletion
from django.db import migrations, models

from agencies.rls import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0010_brand_values'),
        ('cohorts', '0012_steps_that_came'),
        ('reminders', '0015_vital_signs'),
    ]

    operations = [
        migrations.CreateModel(
            name='OneTap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('done', 'Fait'), ('next_week', 'La semaine prochaine'), ('stuck', 'Je bloque')], max_length=10)),
                ('at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
                ('reminder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reminders.reminder')),
            ],
            options={
                'verbose_name': 'geste depuis un courriel',
                'verbose_name_plural': 'gestes depuis un courriel',
                'indexes': [models.Index(fields=['network', 'enrolment', 'at'], name='onetap_enrolment')],
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='onetap_network_id'), models.UniqueConstraint(fields=('network', 'reminder', 'action'), name='onetap_once')],
            },
        ),
        TenantTable("OneTap"),
    ]
