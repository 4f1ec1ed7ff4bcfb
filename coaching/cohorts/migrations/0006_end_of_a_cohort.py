"""When to look whether a running cohort is over, and which networks have one to look at: ids only."""

from django.db import migrations, models
from django.db.models import Max, OuterRef, Subquery

from agencies import rls

SIGNATURE = "networks_with_cohorts_to_end(p_now timestamptz, p_limit integer)"
BODY = (
    "SELECT DISTINCT c.network_id FROM public.cohorts_cohort c "
    "WHERE c.end_check_at <= p_now AND c.status = 'running' LIMIT p_limit"
)


def fill(apps, schema_editor):
    """Cohorts that run already are looked at once their last due date is past."""
    weeks = apps.get_model("cohorts", "CohortWeek").objects.filter(cohort=OuterRef("pk"))
    last = weeks.order_by().values("cohort").annotate(at=Max("due_at")).values("at")
    running = apps.get_model("cohorts", "Cohort").objects.filter(status="running")
    running.update(end_check_at=Subquery(last))


def add_function(apps, schema_editor):
    schema_editor.execute(rls.definer_function(SIGNATURE, "SETOF bigint", BODY))


def drop_function(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION IF EXISTS networks_with_cohorts_to_end(timestamptz, integer)")


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0005_enrolment_active_weeks")]

    operations = [
        migrations.AddField(
            model_name="cohort",
            name="end_check_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="cohort",
            index=models.Index(
                condition=models.Q(("end_check_at__isnull", False)),
                fields=["end_check_at"],
                include=("network",),
                name="cohort_end_due",
            ),
        ),
        migrations.RunPython(add_function, drop_function),
    ]
