"""As the application role, on every tenant table: read, write, reference and absence of scope."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, ProgrammingError, connection, models, transaction

from agencies.checks import unprotected
from agencies.models import Agency, Membership, TenantModel
from agencies.scope import ScopeSwitch, enter, networks, nowhere_yet
from tests.factories import Cast
from tests.isolation.rows import one_row_of

pytestmark = pytest.mark.django_db

TENANT_MODELS: list[type[TenantModel]] = [
    model for model in apps.get_models() if issubclass(model, TenantModel)
]


def named(model: type[models.Model]) -> str:
    return model._meta.label


def test_every_table_with_a_network_is_fenced_for_this_role() -> None:
    assert unprotected(connection) == []


def test_every_model_with_a_network_is_a_tenant_model() -> None:
    with_network = {
        model._meta.label
        for model in apps.get_models()
        if any(field.column == "network_id" for field in model._meta.local_fields)
    }

    assert with_network == {model._meta.label for model in TENANT_MODELS}


@pytest.mark.parametrize("model", TENANT_MODELS, ids=named)
def test_rows_of_another_network_cannot_be_read(cast: Cast, model: type[TenantModel]) -> None:
    row = one_row_of(model, cast)
    reader = cast.outsider if model is Membership else cast.head  # a person sees their own memberships

    with networks(cast.other_network.pk, user_id=reader.user_id):
        assert not model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", TENANT_MODELS, ids=named)
def test_rows_of_another_network_cannot_be_changed_or_deleted(cast: Cast, model: type[TenantModel]) -> None:
    row = one_row_of(model, cast)

    with networks(cast.other_network.pk, user_id=cast.head.user_id):
        assert model._default_manager.filter(pk=row.pk).update(network_id=cast.other_network.pk) == 0
        assert model._default_manager.filter(pk=row.pk)._raw_delete(using="default") == 0
    with networks(cast.network.pk, user_id=cast.head.user_id):
        assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", TENANT_MODELS, ids=named)
def test_a_row_cannot_be_moved_into_another_network(cast: Cast, model: type[TenantModel]) -> None:
    row = one_row_of(model, cast)

    with (
        networks(cast.network.pk, user_id=cast.head.user_id),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        model._default_manager.filter(pk=row.pk).update(network_id=cast.other_network.pk)


@pytest.mark.parametrize("model", TENANT_MODELS, ids=named)
def test_without_a_scope_every_query_is_an_error(cast: Cast, model: type[TenantModel]) -> None:
    one_row_of(model, cast)

    with pytest.raises((ProgrammingError, DataError)), transaction.atomic():
        model._default_manager.count()


def references() -> list[Any]:
    """(model, field) for each foreign key from one tenant table to another."""
    return [
        pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
        for model in TENANT_MODELS
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, TenantModel)
    ]


@pytest.mark.parametrize(("model", "field"), references())
def test_a_row_cannot_refer_to_another_network(
    cast: Cast, model: type[TenantModel], field: models.ForeignKey[Any, Any]
) -> None:
    row = one_row_of(model, cast)
    with networks(cast.other_network.pk, user_id=cast.outsider.user_id):
        foreign = one_row_of(field.related_model, cast, abroad=True)  # type: ignore[arg-type]

    with (
        networks(cast.network.pk, user_id=cast.head.user_id),
        pytest.raises(IntegrityError, match=r"same_network|membership_agency_for_heads_only"),
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


def test_the_check_names_a_table_without_a_policy(as_owner: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id bigint, network_id bigint)")
    try:
        found = [name for name, *_ in unprotected(connection)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE forgotten")

    assert "forgotten" in found
