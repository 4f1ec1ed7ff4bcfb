import agencies.scope
import coaching.learning.encryption
import django.db.models.deletion
from django.db import migrations, models

from agencies.rls import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_places_of_postal_codes'),
        ('cohorts', '0006_end_of_a_cohort'),
        ('learning', '0011_help_requests'),
    ]

    operations = [
        migrations.CreateModel(
            name='LessonVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('module_key', models.CharField(max_length=60)),
                ('word', models.CharField(choices=[('useful', 'Utile'), ('unclear', 'Pas clair')], max_length=10)),
                ('note', coaching.learning.encryption.EncryptedJSONField()),
                ('voted_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'avis sur une leçon',
                'verbose_name_plural': 'avis sur les leçons',
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='lessonvote_network_id'), models.UniqueConstraint(fields=('network', 'enrolment', 'module_key'), name='lessonvote_once'), models.CheckConstraint(condition=models.Q(('word__in', ['useful', 'unclear'])), name='lessonvote_word')],
            },
        ),
        TenantTable("LessonVote"),
    ]
