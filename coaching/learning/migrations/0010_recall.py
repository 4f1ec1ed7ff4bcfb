import agencies.scope
import coaching.learning.encryption
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from agencies.rls import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_places_of_postal_codes'),
        ('cohorts', '0006_end_of_a_cohort'),
        ('learning', '0009_rehearsal_room'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RecallAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=130)),
                ('after_days', models.PositiveSmallIntegerField()),
                ('content', coaching.learning.encryption.EncryptedJSONField()),
                ('answered_at', models.DateTimeField()),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'réponse à une question de rappel',
                'verbose_name_plural': 'réponses aux questions de rappel',
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='recallanswer_network_id'), models.UniqueConstraint(fields=('network', 'enrolment', 'address', 'after_days'), name='recallanswer_once')],
            },
        ),
        TenantTable("RecallAnswer", author="author_id"),
    ]
