"""Fences of the programmes tables."""

from django.db import migrations

from agencies.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_initial"), ("agencies", "0002_row_level_security")]

    operations = [
        TenantTable("NetworkProgramme"),
    ]
