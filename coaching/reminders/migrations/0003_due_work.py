"""Which networks have work to do: three questions that cross networks, answered with ids only."""

from django.db import migrations

from agencies import rls

FUNCTIONS = (
    (
        "networks_with_due_enrolments(p_now timestamptz, p_limit integer)",
        "SELECT DISTINCT e.network_id FROM public.cohorts_enrolment e "
        "WHERE e.next_check_at <= p_now LIMIT p_limit",
    ),
    (
        "networks_with_due_reminders(p_now timestamptz, p_limit integer)",
        "SELECT DISTINCT r.network_id FROM public.reminders_reminder r "
        "WHERE r.state = 'due' AND r.next_try_at <= p_now LIMIT p_limit",
    ),
    (
        "networks_with_stale_leases(p_now timestamptz, p_limit integer)",
        "SELECT DISTINCT r.network_id FROM public.reminders_reminder r "
        "WHERE r.state IN ('leased', 'handing') AND r.lease_until <= p_now LIMIT p_limit",
    ),
)


def add_functions(apps, schema_editor):
    for signature, body in FUNCTIONS:
        schema_editor.execute(rls.definer_function(signature, "SETOF bigint", body))


def drop_functions(apps, schema_editor):
    for signature, _body in FUNCTIONS:
        name = signature.split("(")[0]
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}(timestamptz, integer)")


class Migration(migrations.Migration):
    dependencies = [("reminders", "0002_row_level_security"), ("cohorts", "0003_enrolment_reminders_sent")]

    operations = [migrations.RunPython(add_functions, drop_functions)]
