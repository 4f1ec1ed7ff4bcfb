"""The coach's pages say which address took no mail: those that were refused before are marked too."""

from django.db import migrations

from agencies.addresses import address_hash

BATCH = 1000


def mark(apps, schema_editor):
    refused = set(
        apps.get_model("reminders", "Suppression")
        .objects.filter(reason="bounced", address_hash__isnull=False)
        .values_list("address_hash", flat=True)
    )
    if not refused:
        return
    enrolments = apps.get_model("cohorts", "Enrolment").objects
    marked = []
    for row in enrolments.select_related("membership__user").iterator(chunk_size=BATCH):
        found = address_hash(row.network_id, row.membership.user.email)
        if found in refused:
            row.refused_address = found
            marked.append(row)
    enrolments.bulk_update(marked, ["refused_address"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0006_caps_of_a_person"),
        ("cohorts", "0008_exchanges_and_refused_addresses"),
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
