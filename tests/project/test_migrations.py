"""Migrations that fill: what becomes of rows that were there before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agencies.addresses import address_hash
from agencies.models import Invitation
from agencies.scope import networks
from agencies.services import attach_person, issue_invitation
from coaching.reminders.models import Suppression
from tests.factories import make_network


def migrate(*targets: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate(list(targets))


@pytest.fixture
def at_head_again(as_owner: None) -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    with connection.cursor() as cursor:  # a table that went and came back is emptied by the tests as well
        cursor.execute(f'GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "{settings.APP_ROLE}"')


def test_older_invitations_take_the_address_of_today(at_head_again: None) -> None:
    network = make_network("rivages")
    with networks(network.pk):
        issue_invitation(attach_person("helene@example.com", "coach"))
    migrate(("agencies", "0006_invitation_address_hash"))
    Invitation.objects.update(address_hash=None)

    migrate(("agencies", "0008_require_invitation_address_hash"))

    assert Invitation.objects.get().address_hash == address_hash(network.pk, "helene@example.com")


def test_unsubscriptions_of_before_go_to_the_person_of_that_address(at_head_again: None) -> None:
    network = make_network("rivages")
    with networks(network.pk):
        person = attach_person("helene@example.com", "coach").user
    migrate(("reminders", "0004_suppression_of_a_person"))
    hashes = [address_hash(network.pk, address) for address in ("helene@example.com", "gone@example.com")]
    Suppression.objects.bulk_create(
        Suppression(network=network, address_hash=each, reason="unsubscribed") for each in hashes
    )

    migrate(("reminders", "0005_unsubscriptions_by_person"))

    kept = set(Suppression.objects.values_list("user", "address_hash"))
    assert kept == {(person.pk, None), (None, hashes[1])}
