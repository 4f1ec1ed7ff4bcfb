"""The operator's figures also tell what a network's ceiling holds back; a doubt is as old as it began."""

from importlib import import_module

from django.db import migrations

from agencies import rls

before = import_module("coaching.reminders.migrations.0015_vital_signs")
(SIGNS, RETURNS, BODY), (TO_SEE, TO_SEE_RETURNS, TO_SEE_BODY) = before.FUNCTIONS
HELD_BACK = (
    f"FROM {before.R} r WHERE r.state = 'due' AND r.reason = 'network_cap' "
    "AND r.next_try_at <= now() + interval '2 hours'"
)
FUNCTIONS = (
    (
        SIGNS,
        RETURNS.replace("TABLE(", "TABLE(capped bigint, "),
        BODY.replace(
            "COALESCE(handed_over_at, due_at) <=", "COALESCE(in_doubt_since, handed_over_at, due_at) <="
        ).replace("SELECT last.at, late.n,", f"SELECT (SELECT count(*) {HELD_BACK}), last.at, late.n,"),
    ),
    (
        TO_SEE,
        TO_SEE_RETURNS,
        f"{TO_SEE_BODY} UNION ALL SELECT r.network_id, 'due', 'network_cap', count(*) {HELD_BACK} "
        "GROUP BY r.network_id",
    ),
)


def replace_functions(apps, schema_editor):
    before.drop_functions(apps, schema_editor)
    for signature, returns, body in FUNCTIONS:
        schema_editor.execute(rls.definer_function(signature, returns, body))


def put_back_functions(apps, schema_editor):
    before.drop_functions(apps, schema_editor)
    before.add_functions(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("reminders", "0017_what_put_a_message_off")]

    operations = [migrations.RunPython(replace_functions, put_back_functions)]
