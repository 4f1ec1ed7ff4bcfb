"""The name of a person as each network wrote it, shown there until they join."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_importdraft"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="written_name",
            field=models.CharField(blank=True, max_length=150),
        ),
        # Until now the account held the only copy, and every network showed it already.
        migrations.RunSQL(
            "UPDATE agencies_membership m SET written_name = u.name FROM accounts_user u "
            "WHERE u.id = m.user_id AND m.joined_at IS NULL",
            migrations.RunSQL.noop,
        ),
    ]
