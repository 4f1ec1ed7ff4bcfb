"""Fences of the learning tables."""

from django.db import migrations

from agencies.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_initial"), ("agencies", "0002_row_level_security")]

    operations = [
        TenantTable("StepCompletion"),
        TenantTable("Answer", author="author_id"),
    ]
