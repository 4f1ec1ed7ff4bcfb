"""Invitations are bound to the address they were sent to (1 of 3: add)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0005_network_slug_in_lower_case")]

    operations = [
        migrations.AddField("invitation", "address_hash", models.CharField(max_length=64, null=True)),
    ]
