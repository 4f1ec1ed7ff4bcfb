"""The tests run as the role of the site, on tables that its owner made."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection


@pytest.mark.django_db
def test_queries_run_as_the_application_role_that_is_no_superuser_and_no_owner():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, "
            "(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user), "
            "(SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
        )
        role, is_privileged, owned = cursor.fetchone()

    assert (role, is_privileged, owned) == (settings.APP_ROLE, False, 0)


@pytest.mark.django_db
def test_tables_cannot_be_changed_by_the_application_role():
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="must be owner"):
        cursor.execute("ALTER TABLE agencies_network ADD COLUMN extra integer")
