"""Application role, fences of the agencies tables, and the way in for an invitation."""

from django.db import migrations

from agencies import rls

def add_find_invitation(apps, schema_editor):
    schema_editor.execute(
        rls.definer_function(
            "find_invitation(p_hash bytea)",
            "TABLE(network_id bigint, id bigint)",
            "SELECT i.network_id, i.id FROM public.agencies_invitation i WHERE i.token_hash = p_hash",
        )
    )


def drop_find_invitation(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION IF EXISTS find_invitation(bytea)")


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [
        migrations.RunPython(rls.create_app_role, migrations.RunPython.noop),
        rls.TenantTable("Agency"),
        # A person sees their own memberships in every network: both arms are indexed (tenancy 4).
        rls.TenantTable("Membership", own="user_id"),
        rls.TenantTable("Invitation"),
        migrations.RunPython(add_find_invitation, drop_find_invitation),
    ]
