"""Unsubscriptions of before, kept by address, go to the person who has that address in the network today.

One whose person cannot be found any more stays as it is, and holds for its address.
"""

from django.db import migrations

from agencies.addresses import address_hash


def fill(apps, schema_editor):
    suppressions = apps.get_model("reminders", "Suppression").objects
    memberships = apps.get_model("agencies", "Membership").objects
    rows = list(suppressions.filter(reason="unsubscribed", user=None))
    people = memberships.filter(network_id__in={row.network_id for row in rows})
    found = {
        address_hash(network_id, email): user_id
        for network_id, user_id, email in people.values_list("network_id", "user_id", "user__email")
    }
    for row in rows:
        if row.address_hash in found:
            row.user_id, row.address_hash = found[row.address_hash], None
    suppressions.bulk_update(rows, ["user", "address_hash"], batch_size=1000)


def give_back(apps, schema_editor):
    suppressions = apps.get_model("reminders", "Suppression").objects
    for row in suppressions.filter(address_hash=None).select_related("user"):
        address = address_hash(row.network_id, row.user.email)
        if suppressions.filter(network_id=row.network_id, address_hash=address).exists():
            row.delete()  # that address hears nothing already
        else:
            row.user_id, row.address_hash = None, address
            row.save(update_fields=["user", "address_hash"])


class Migration(migrations.Migration):
    dependencies = [("reminders", "0004_suppression_of_a_person"), ("agencies", "0001_initial")]

    operations = [migrations.RunPython(fill, give_back)]
