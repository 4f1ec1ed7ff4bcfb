"""Fences of the cohorts tables."""

from django.db import migrations

from agencies.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0001_initial"), ("agencies", "0002_row_level_security")]

    operations = [
        TenantTable("Cohort"),
        TenantTable("CohortCoach"),
        TenantTable("CohortWeek"),
        TenantTable("Blackout"),
        TenantTable("LiveSession"),
        TenantTable("Enrolment"),
        TenantTable("EnrolmentPause"),
        TenantTable("CoachContact"),
    ]
