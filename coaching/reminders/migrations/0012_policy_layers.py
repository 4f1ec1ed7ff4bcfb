"""What a network and each of its cohorts set of the reminder policy."""

import agencies.scope
import django.db.models.deletion
from django.db import migrations, models

from agencies.rls import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0010_brand_values'),
        ('cohorts', '0014_closures_of_a_network_and_day_of_the_digest'),
        ('reminders', '0011_doubts_gate_and_home'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('values', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField(blank=True, null=True)),
                ('softened_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('changed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('cohort', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.cohort')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='policylayer_network_id'), models.UniqueConstraint(fields=('network', 'cohort'), name='policylayer_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('cohort__isnull', True), models.Q(('lifted_at__isnull', True), ('softened_at__isnull', True)), _connector='OR'), name='policylayer_softening_of_the_network')],
            },
        ),
        TenantTable("PolicyLayer"),
    ]
