"""Who asked for nothing more is known as a person; a mailbox that refuses, as an address."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reminders', '0003_due_work'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='suppression',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='address_hash',
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.UniqueConstraint(fields=('network', 'user'), name='suppression_once_per_person'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('address_hash__isnull', True), ('user__isnull', False)), models.Q(('address_hash__isnull', False), ('user__isnull', True)), _connector='OR'), name='suppression_of_person_or_address'),
        ),
    ]
