"""Invitations are bound to the address they were sent to (3 of 3: tighten)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0007_fill_invitation_address_hash")]

    operations = [
        migrations.AlterField("invitation", "address_hash", models.CharField(max_length=64)),
    ]
