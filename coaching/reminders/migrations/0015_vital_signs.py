"""What the operator asks across networks: whether mail goes out, and how much waits where. Counts only."""

from django.db import migrations, models

from agencies import rls

LAST_HOURS = "interval '6 hours'"
NO_LONGER_THAN = "interval '2 hours'"  # what a message waits at most between two tries
ENDED = "COALESCE(finished_at, handed_over_at, due_at)"
R = "public.reminders_reminder"
FUNCTIONS = (
    (
        "reminders_vital_signs(p_now timestamptz, p_due interval, p_doubt interval)",
        "TABLE(left_at timestamptz, stuck bigint, stuck_since timestamptz, unplanned bigint, "
        "unplanned_since timestamptz, doubtful bigint, waiting bigint, refused bigint, "
        "expected_since timestamptz)",
        f"WITH last AS (SELECT max(handed_over_at) AS at FROM {R} WHERE state = 'sent'), "
        "late AS (SELECT count(*) AS n, min(at) AS since FROM ("
        f"SELECT next_try_at AS at FROM {R} WHERE state = 'due' AND next_try_at <= p_now - p_due "
        f"UNION ALL SELECT lease_until FROM {R} "
        "WHERE state IN ('leased', 'handing') AND lease_until <= p_now - p_due) AS untaken), "
        # Tried in vain, however often: each try puts the next one off.
        f"vain AS (SELECT count(*) AS n, min(due_at) AS since FROM {R} WHERE state = 'due' "
        "AND reason NOT IN ('', 'again') AND due_at <= p_now - p_due "
        f"AND next_try_at > p_now - p_due AND next_try_at <= p_now + {NO_LONGER_THAN}), "
        "alarm AS (SELECT count(*) AS n, min(next_check_at) AS since FROM public.cohorts_enrolment "
        "WHERE next_check_at <= p_now - p_due), "
        f"doubt AS (SELECT count(*) AS n FROM {R} WHERE state = 'uncertain' "
        "AND COALESCE(handed_over_at, due_at) <= p_now - p_doubt), "
        f"ended AS (SELECT count(*) AS n, min({ENDED}) AS since FROM {R}, last "
        "WHERE state IN ('dead', 'uncertain') "
        f"AND {ENDED} > GREATEST(p_now - {LAST_HOURS}, last.at)) "
        "SELECT last.at, late.n, late.since, alarm.n, alarm.since, doubt.n, late.n + vain.n, ended.n, "
        "LEAST(late.since, vain.since, ended.since) FROM last, late, vain, alarm, doubt, ended",
    ),
    (
        "reminders_to_see_by_network()",
        "TABLE(network_id bigint, state text, reason text, number bigint)",
        f"SELECT r.network_id, r.state::text, r.reason::text, count(*) FROM {R} r "
        "WHERE r.state IN ('uncertain', 'dead', 'bounced') GROUP BY r.network_id, r.state, r.reason",
    ),
)


def add_functions(apps, schema_editor):
    for signature, returns, body in FUNCTIONS:
        schema_editor.execute(rls.definer_function(signature, returns, body))


def drop_functions(apps, schema_editor):
    for name in ("reminders_vital_signs(timestamptz, interval, interval)", "reminders_to_see_by_network()"):
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("reminders", "0014_settlements")]

    operations = [
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state", "sent")), fields=["handed_over_at"], name="reminder_last_left"
            ),
        ),
        migrations.RunPython(add_functions, drop_functions),
    ]
