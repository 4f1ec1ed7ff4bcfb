"""Invitations are bound to the address they were sent to (2 of 3: fill).

Of those that have left, nobody wrote down where to: the person's address of today stands for it.
"""

from django.db import migrations

from agencies.addresses import address_hash

BATCH = 1000


def fill(apps, schema_editor):
    invitations = apps.get_model("agencies", "Invitation").objects
    rows = invitations.filter(address_hash=None).select_related("membership__user")
    filled = []
    for row in rows.iterator(chunk_size=BATCH):
        row.address_hash = address_hash(row.network_id, row.membership.user.email)
        filled.append(row)
    invitations.bulk_update(filled, ["address_hash"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0006_invitation_address_hash"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
