"""Answers and pictures go with a step that changes module: moved by the database, read by nobody.

And the text a step was done with, once a cohort leaves that version of it.
"""

from django.db import migrations, models

from agencies import rls

NAME = "carry_private_answers"
ONE = (
    "UPDATE public.{table} a SET address = p_new WHERE a.enrolment_id = ANY(p_enrolments) "
    "AND a.address = p_old AND a.{scope} AND NOT EXISTS (SELECT FROM public.{table} b "
    "WHERE b.network_id = a.network_id AND b.enrolment_id = a.enrolment_id AND b.address = p_new);"
)


def add_function(apps, schema_editor):
    tables = ("learning_answer", "learning_practiceimage")
    body = " ".join(ONE.format(table=table, scope=rls.IN_SCOPE) for table in tables)
    signature = f"{NAME}(p_enrolments bigint[], p_old text, p_new text)"
    schema_editor.execute(rls.definer_function(signature, "void", body, volatility="VOLATILE"))


def drop_function(apps, schema_editor):
    schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}(bigint[], text, text)")


class Migration(migrations.Migration):
    dependencies = [("learning", "0014_cohort_upgrades")]

    operations = [
        migrations.AddField(
            model_name="stepcompletion",
            name="text_done",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        # What an earlier change carried were copies; their undoing leaves them where they are.
        migrations.RunSQL("UPDATE learning_cohortupgrade SET carried = '{}'", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="cohortupgrade",
            name="carried",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(add_function, drop_function),
    ]
