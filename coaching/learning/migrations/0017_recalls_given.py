"""Which recall questions people have answered and when, for the weekly mail to ask the next one.

Answers are their author's alone, and stay so: the function tells keys and instants, never a choice.
"""

from django.db import migrations

from agencies import rls

SIGNATURE = "recalls_given(p_enrolments bigint[])"
RETURNS = "TABLE(enrolment_id bigint, address text, after_days integer, answered_at timestamptz)"
BODY = (
    "SELECT r.enrolment_id, r.address::text, r.after_days::integer, r.answered_at "
    "FROM public.learning_recallanswer r "
    f"WHERE r.enrolment_id = ANY(p_enrolments) AND r.{rls.IN_SCOPE}"
)


def add_function(apps, schema_editor):
    schema_editor.execute(rls.definer_function(SIGNATURE, RETURNS, BODY))


def drop_function(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION IF EXISTS recalls_given(bigint[])")


class Migration(migrations.Migration):
    dependencies = [("learning", "0016_best_score")]

    operations = [migrations.RunPython(add_function, drop_function)]
