import agencies.public_id
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0010_brand_values'),
        ('cohorts', '0007_boosters'),
    ]

    operations = [
        migrations.AddField(
            model_name='coachcontact',
            name='call_back_on',
            field=models.DateField(blank=True, null=True, verbose_name='rappel promis le'),
        ),
        # Without its default first: all rows of before would be given the same one.
        migrations.AddField(
            model_name='coachcontact',
            name='public_id',
            field=models.CharField(editable=False, max_length=12, null=True),
        ),
        migrations.AlterField(
            model_name='coachcontact',
            name='public_id',
            field=models.CharField(default=agencies.public_id.new_public_id, editable=False, max_length=12, null=True),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='refused_address',
            field=models.CharField(blank=True, max_length=64, null=True),
        ),
        migrations.AddConstraint(
            model_name='coachcontact',
            constraint=models.UniqueConstraint(fields=('network', 'public_id'), name='coachcontact_public_id'),
        ),
    ]
