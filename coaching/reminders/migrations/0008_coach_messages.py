"""Coaches' own messages. A letter to one or a few counts for no cap, in no network: the function says so."""

from importlib import import_module

import agencies.public_id
import agencies.scope
import coaching.learning.encryption
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from agencies import rls
from agencies.rls import TenantTable

before = import_module("coaching.reminders.migrations.0006_caps_of_a_person")
BODY = before.BODY.replace("r.kind <> 'invitation'", "r.kind NOT IN ('invitation', 'coach_message')")
RETURNS = "TABLE(recipient_id bigint, at timestamptz)"


def replace_function(apps, schema_editor):
    schema_editor.execute(rls.definer_function(before.SIGNATURE, RETURNS, BODY))


def put_back_function(apps, schema_editor):
    before.add_function(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0010_brand_values'),
        ('cohorts', '0008_exchanges_and_refused_addresses'),
        ('reminders', '0007_mark_refused_addresses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='reminder',
            name='kind',
            field=models.CharField(choices=[('invitation', 'Invitation'), ('invitation_followup', 'Nouvelle invitation'), ('weekly_digest', 'Récapitulatif de la semaine'), ('midweek_nudge', 'Petit rappel de mi-semaine'), ('coach_message', 'Message du coach'), ('coach_circular', 'Message du coach à plusieurs')], max_length=30),
        ),
        migrations.CreateModel(
            name='CoachMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=agencies.public_id.new_public_id, editable=False, max_length=12)),
                ('words', coaching.learning.encryption.EncryptedJSONField()),
                ('people', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'Brouillon'), ('queued', 'Envoi demandé'), ('cancelled', 'Envoi annulé')], default='draft', max_length=10)),
                ('written_at', models.DateTimeField()),
                ('queued_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('cohort', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.cohort')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'message de coach',
                'verbose_name_plural': 'messages de coach',
                'indexes': [models.Index(fields=['network', 'cohort'], name='coachmessage_cohort')],
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='coachmessage_network_id'), models.UniqueConstraint(fields=('network', 'public_id'), name='coachmessage_public_id'), models.CheckConstraint(condition=models.Q(models.Q(('queued_at__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('queued_at__isnull', False)), _connector='OR'), name='coachmessage_queued_with_its_instant')],
            },
        ),
        TenantTable("CoachMessage"),
        migrations.RunPython(replace_function, put_back_function),
    ]
