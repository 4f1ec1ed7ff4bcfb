import agencies.scope
import coaching.learning.encryption
import django.db.models.deletion
from django.db import migrations, models

from agencies.rls import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_places_of_postal_codes'),
        ('cohorts', '0006_end_of_a_cohort'),
        ('learning', '0010_recall'),
    ]

    operations = [
        migrations.CreateModel(
            name='HelpRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', coaching.learning.encryption.EncryptedJSONField()),
                ('asked_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='help_requests', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'demande d’aide',
                'verbose_name_plural': 'demandes d’aide',
                'indexes': [models.Index(fields=['network', 'enrolment'], name='helprequest_enrolment')],
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='helprequest_network_id'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('network', 'enrolment'), name='helprequest_one_open')],
            },
        ),
        TenantTable("HelpRequest"),
    ]
