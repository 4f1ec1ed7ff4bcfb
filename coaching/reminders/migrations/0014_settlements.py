"""What a coach decides about messages that wait for a person, and an index of those that do."""

import agencies.public_id
import agencies.scope
import django.db.models.deletion
from django.db import migrations, models

from agencies.rls import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0010_brand_values'),
        ('cohorts', '0012_steps_that_came'),
        ('reminders', '0013_provider_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=agencies.public_id.new_public_id, editable=False, max_length=12)),
                ('action', models.CharField(choices=[('again', 'Renvoyé'), ('received', 'Considéré comme reçu'), ('closed', 'Classé'), ('undone', 'Décision annulée')], max_length=10)),
                ('from_state', models.CharField(choices=[('due', 'Prévu'), ('leased', 'En préparation'), ('handing', 'En cours de remise'), ('sent', 'Envoyé'), ('bounced', 'Revenu'), ('skipped', 'Non envoyé'), ('dead', 'Refusé par la messagerie'), ('cancelled', 'Annulé'), ('uncertain', 'Remise incertaine')], max_length=10)),
                ('from_reason', models.CharField(blank=True, max_length=60)),
                ('from_finished_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField()),
                ('coach', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
                ('reminder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='settlements', to='reminders.reminder')),
            ],
            options={
                'verbose_name': 'décision sur un message',
                'verbose_name_plural': 'décisions sur des messages',
                'indexes': [models.Index(fields=['network', 'reminder'], name='settlement_reminder')],
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='settlement_network_id'), models.UniqueConstraint(fields=('network', 'public_id'), name='settlement_public_id')],
            },
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('state__in', ('uncertain', 'dead', 'bounced'))), fields=['network', 'state'], name='reminder_to_see'),
        ),
        TenantTable("Settlement"),
    ]
