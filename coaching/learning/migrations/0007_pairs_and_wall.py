"""Pairs, what they read in each other's texts, and the wall of a cohort."""

import agencies.public_id
import agencies.scope
import coaching.learning.encryption
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

from agencies.rls import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_places_of_postal_codes'),
        ('cohorts', '0006_end_of_a_cohort'),
        ('learning', '0006_attempt_scores'),
    ]

    operations = [
        migrations.AddField(
            model_name='shareditem',
            name='hidden_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='shareditem',
            name='hidden_reason',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.CreateModel(
            name='Pair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=agencies.public_id.new_public_id, editable=False, max_length=12)),
                ('sentence', coaching.learning.encryption.EncryptedJSONField()),
                ('proposed_at', models.DateTimeField()),
                ('first_agreed_at', models.DateTimeField(blank=True, null=True)),
                ('second_agreed_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('first', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
                ('proposed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
                ('second', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
            ],
            options={
                'verbose_name': 'binôme',
                'verbose_name_plural': 'binômes',
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='pair_network_id'), models.UniqueConstraint(fields=('network', 'public_id'), name='pair_public_id'), models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='pair_of_two'), models.CheckConstraint(condition=models.Q(('accepted_at__isnull', True), models.Q(('first_agreed_at__isnull', False), ('second_agreed_at__isnull', False)), _connector='OR'), name='pair_needs_both'), models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', False), ('ended_at__isnull', True)), fields=('network', 'first'), name='pair_one_current_as_first'), models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', False), ('ended_at__isnull', True)), fields=('network', 'second'), name='pair_one_current_as_second'), models.UniqueConstraint(models.F('network'), django.db.models.functions.comparison.Least('first', 'second'), django.db.models.functions.comparison.Greatest('first', 'second'), condition=models.Q(('ended_at__isnull', True)), name='pair_one_open_between_two')],
            },
        ),
        migrations.CreateModel(
            name='PairReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card', models.CharField(max_length=60)),
                ('sentence', coaching.learning.encryption.EncryptedJSONField()),
                ('read_at', models.DateTimeField()),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='learning.shareditem')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
                ('reader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
            ],
            options={
                'verbose_name': 'lecture du binôme',
                'verbose_name_plural': 'lectures des binômes',
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='pairreading_network_id'), models.UniqueConstraint(fields=('network', 'item'), name='pairreading_once')],
            },
        ),
        migrations.CreateModel(
            name='PairWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish', models.CharField(choices=[('open', 'À deux, et je choisis'), ('asked', 'À deux, proposez-moi quelqu’un'), ('alone', 'Seul·e, et c’est très bien')], max_length=6)),
                ('wished_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'souhait de binôme',
                'verbose_name_plural': 'souhaits de binôme',
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='pairwish_network_id'), models.UniqueConstraint(fields=('network', 'enrolment'), name='pairwish_once')],
            },
        ),
        migrations.CreateModel(
            name='Thanks',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thanked_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='thanks', to='learning.shareditem')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'merci',
                'verbose_name_plural': 'mercis',
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='thanks_network_id'), models.UniqueConstraint(fields=('network', 'item', 'enrolment'), name='thanks_once')],
            },
        ),
        migrations.CreateModel(
            name='WallReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reported_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='learning.shareditem')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'signalement',
                'verbose_name_plural': 'signalements',
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='wallreport_network_id'), models.UniqueConstraint(fields=('network', 'item', 'enrolment'), name='wallreport_once')],
            },
        ),
        TenantTable("Pair"),
        TenantTable("PairReading"),
        TenantTable("PairWish"),
        TenantTable("Thanks"),
        TenantTable("WallReport"),
    ]
