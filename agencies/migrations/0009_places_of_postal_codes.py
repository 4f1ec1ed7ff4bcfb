"""Agencies imported before Cairn read the postal code get the holidays and the clock of their place."""

from django.db import migrations

from agencies.places import overseas_time_zone, subdivision_for_postal_code


def fill(apps, schema_editor):
    """An overseas agency on its network's clock was never told another: nothing else is touched."""
    agencies = apps.get_model("agencies", "Agency").objects
    rows = agencies.filter(network__country="FR", holiday_subdivision="").exclude(postal_code="")
    for agency in rows.select_related("network").iterator():
        agency.holiday_subdivision = subdivision_for_postal_code(agency.postal_code)
        overseas = overseas_time_zone(agency.postal_code)
        if overseas and agency.time_zone == agency.network.time_zone:
            agency.time_zone = overseas
        if agency.holiday_subdivision:
            agency.save(update_fields=["holiday_subdivision", "time_zone"])


class Migration(migrations.Migration):
    dependencies = [("agencies", "0008_require_invitation_address_hash")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
