"""Fences of the reminders tables."""

from django.db import migrations

from agencies.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial"), ("agencies", "0002_row_level_security")]

    operations = [
        TenantTable("Reminder"),
        TenantTable("ReminderAttempt"),
        TenantTable("Suppression"),
    ]
