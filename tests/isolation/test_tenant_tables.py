"""As the application role, on every tenant table: read, write, reference and absence of scope."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DataError, IntegrityError, ProgrammingError, connection, models, transaction

from agencies.checks import unfenced
from agencies.models import Agency, Membership, TenantModel
from agencies.scope import ScopeSwitch, enter, networks, nowhere_yet
from tests.factories import Cast
from tests.isolation.rows import one_row_of
from tests.savepoints import rolled_back

pytestmark = pytest.mark.django_db

TENANT_MODELS: list[type[TenantModel]] = [
    model for model in apps.get_models() if issubclass(model, TenantModel)
]


def named(model: type[models.Model]) -> str:
    return model._meta.label


def test_every_table_with_a_network_is_fenced_for_this_role() -> None:
    assert unfenced(connection) == []


def test_every_model_with_a_network_is_a_tenant_model() -> None:
    with_network = {
        model._meta.label
        for model in apps.get_models()
        if any(field.column == "network_id" for field in model._meta.local_fields)
    }

    assert with_network == {model._meta.label for model in TENANT_MODELS}


def test_rows_of_another_network_cannot_be_read(cast: Cast, subtests: pytest.Subtests) -> None:
    for model in TENANT_MODELS:
        with subtests.test(named(model)), rolled_back():
            row = one_row_of(model, cast)
            reader = cast.outsider if model is Membership else cast.head  # a person sees their own

            with networks(cast.other_network.pk, user_id=reader.user_id):
                assert not model._default_manager.filter(pk=row.pk).exists()


def test_rows_of_another_network_cannot_be_changed_or_deleted(cast: Cast, subtests: pytest.Subtests) -> None:
    for model in TENANT_MODELS:
        with subtests.test(named(model)), rolled_back():
            row = one_row_of(model, cast)

            with networks(cast.other_network.pk, user_id=cast.head.user_id):
                chosen = model._default_manager.filter(pk=row.pk)
                assert chosen.update(network_id=cast.other_network.pk) == 0
                assert chosen._raw_delete(using="default") == 0
            with networks(cast.network.pk, user_id=cast.head.user_id):
                assert model._default_manager.filter(pk=row.pk).exists()


def test_a_row_cannot_be_moved_into_another_network(cast: Cast, subtests: pytest.Subtests) -> None:
    for model in TENANT_MODELS:
        with subtests.test(named(model)), rolled_back():
            row = one_row_of(model, cast)

            with (
                networks(cast.network.pk, user_id=cast.head.user_id),
                pytest.raises(ProgrammingError, match="row-level security"),
                transaction.atomic(),
            ):
                model._default_manager.filter(pk=row.pk).update(network_id=cast.other_network.pk)


def test_without_a_scope_every_query_is_an_error(cast: Cast, subtests: pytest.Subtests) -> None:
    for model in TENANT_MODELS:
        with subtests.test(named(model)), rolled_back():
            one_row_of(model, cast)

            with pytest.raises((ProgrammingError, DataError)), transaction.atomic():
                model._default_manager.count()


def references() -> list[tuple[type[TenantModel], Any]]:
    """(model, field) for each foreign key from one tenant table to another."""
    return [
        (model, field)
        for model in TENANT_MODELS
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, TenantModel)
    ]


def test_a_row_cannot_refer_to_another_network(cast: Cast, subtests: pytest.Subtests) -> None:
    for model, field in references():
        with subtests.test(f"{named(model)}.{field.name}"), rolled_back():
            row = one_row_of(model, cast)
            with networks(cast.other_network.pk, user_id=cast.outsider.user_id):
                foreign = one_row_of(field.related_model, cast, abroad=True)

            with (
                networks(cast.network.pk, user_id=cast.head.user_id),
                # Some rows have a rule of their own that speaks first.
                pytest.raises(
                    IntegrityError,
                    match=r"same_network|membership_agency_for_heads_only"
                    r"|consultation_of_one|correction is never changed",
                ),
                transaction.atomic(),
            ):
                refer(model, row.pk, field.attname, foreign.pk)


def refer(model: type[TenantModel], pk: int, attribute: str, to: int) -> None:
    """Point a row elsewhere and have the deferred constraints checked now."""
    model._default_manager.filter(pk=pk).update(**{attribute: to})
    connection.check_constraints()


def test_a_person_sees_their_own_memberships_and_nobody_elses_before_a_network_is_known(cast: Cast) -> None:
    with networks(user_id=cast.coach.user_id):
        seen = set(Membership.objects.values_list("pk", flat=True))

    assert seen == {cast.coach.pk, cast.other_coach.pk}


def test_several_networks_at_once_are_read_only(cast: Cast) -> None:
    with (
        networks(cast.network.pk, cast.other_network.pk, user_id=cast.coach.user_id),
        pytest.raises(Exception, match="read-only"),
        transaction.atomic(),
    ):
        Membership.objects.all().update(is_interim=True)


def test_a_scope_cannot_be_switched_from_inside(cast: Cast) -> None:
    with networks(cast.network.pk), pytest.raises(ScopeSwitch), networks(cast.other_network.pk):
        pass


def test_before_a_network_is_entered_a_person_sees_their_own_memberships_only(cast: Cast) -> None:
    with nowhere_yet(cast.coach.user_id):
        seen = set(Membership.objects.values_list("pk", flat=True))
        agencies = Agency.objects.count()

    assert seen == {cast.coach.pk, cast.other_coach.pk}
    assert agencies == 0


def test_before_a_network_is_entered_no_row_can_be_written(cast: Cast) -> None:
    with nowhere_yet(cast.coach.user_id):
        changed = Membership.objects.update(is_interim=True)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Agency.objects.create(network=cast.network, code="X", name="X")

    assert changed == 0


def test_entering_a_network_shows_that_network_alone(cast: Cast) -> None:
    with nowhere_yet(cast.coach.user_id):
        enter(cast.network.pk, cast.coach.user_id)
        shown = set(Agency.objects.values_list("network", flat=True))

    assert shown == {cast.network.pk}


def test_a_network_that_was_entered_leads_to_no_other(cast: Cast) -> None:
    with nowhere_yet(cast.coach.user_id):
        enter(cast.network.pk, cast.coach.user_id)
        with pytest.raises(ScopeSwitch):
            enter(cast.other_network.pk, cast.coach.user_id)
        with pytest.raises(ScopeSwitch), nowhere_yet(cast.coach.user_id):
            pass


def test_entering_needs_a_way_in_first(cast: Cast) -> None:
    with pytest.raises(ScopeSwitch):
        enter(cast.network.pk, cast.coach.user_id)


def test_the_role_owns_nothing_and_cannot_lift_the_fence() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("cairn_app", False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND pg_get_userbyid(c.relowner) = current_user"
        )
        assert cursor.fetchone() == (0,)
        with pytest.raises(ProgrammingError, match="owner"), transaction.atomic():
            cursor.execute("ALTER TABLE agencies_agency DISABLE ROW LEVEL SECURITY")


BREACHES = [
    ("CREATE TABLE forgotten (network_id bigint)", "forgotten: row-level security is off"),
    ("CREATE TABLE forgotten (network_id bigint)", "forgotten: the policy tenant is missing"),
    ("CREATE VIEW seen AS SELECT network_id FROM agencies_agency", "seen: row-level security is off"),
    (
        "ALTER TABLE agencies_agency DISABLE ROW LEVEL SECURITY",
        "agencies_agency: row-level security is off",
    ),
    ("DROP POLICY tenant ON agencies_agency", "agencies_agency: the policy tenant is missing"),
    (
        "ALTER POLICY tenant ON agencies_agency USING (true)",
        "agencies_agency: the policy tenant is not the expected one: "
        "permissive, ALL, to cairn_app, using true, with check (network_id = ANY",
    ),
    (
        "ALTER POLICY tenant ON agencies_agency WITH CHECK (true)",
        "agencies_agency: the policy tenant is not the expected one",
    ),
    (
        "CREATE POLICY door ON agencies_agency USING (true)",
        "agencies_agency: the policy door is not expected: permissive, ALL, to -, using true",
    ),
    (
        "CREATE POLICY own_rows ON agencies_agency FOR SELECT TO cairn_app USING (true)",
        "agencies_agency: the policy own_rows is not expected",
    ),
    ("DROP POLICY author_only ON learning_answer", "learning_answer: the policy author_only is missing"),
    (
        "ALTER POLICY own_rows ON agencies_membership USING (true)",
        "agencies_membership: the policy own_rows is not the expected one",
    ),
]


def test_the_check_names_the_table_and_what_is_wrong_with_its_fence(
    as_owner: None, subtests: pytest.Subtests
) -> None:
    for breach, sentence in BREACHES:
        with subtests.test(sentence):
            with rolled_back():
                with connection.cursor() as cursor:
                    cursor.execute(breach)
                    cursor.execute("SET LOCAL ROLE cairn_app")
                found = unfenced(connection)

            assert any(line.startswith(sentence) for line in found)


@pytest.fixture
def forgotten(as_owner: None) -> Iterator[None]:
    """A table that a migration left without a fence."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (network_id bigint)")
        cursor.execute("GRANT SELECT ON forgotten TO cairn_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE forgotten")


@pytest.mark.parametrize(
    "process",
    [
        "-c 'import config.wsgi'",
        "-m celery -A config worker",
        "-m celery -A config beat --schedule {folder}/b",
    ],
)
def test_no_process_that_serves_starts_beside_a_table_without_a_fence(
    forgotten: None, process: str, tmp_path: Path
) -> None:
    login = {name: quote(str(connection.settings_dict[name]), safe="") for name in ("USER", "HOST", "NAME")}
    url = f"postgresql://{login['USER']}@/{login['NAME']}?host={login['HOST']}&port=5432"
    argv = [sys.executable, "-W", "ignore", *shlex.split(process.format(folder=tmp_path))]

    done = subprocess.run(
        argv,
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "CELERY_SKIP_CHECKS": "yes"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 1
    assert "forgotten: the policy tenant is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_check_asks_the_database_once(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        unfenced(connection)
