"""One person whose data make no sense: the others are planned and written to, and the operator is told."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

import pytest

from agencies.models import Agency
from agencies.scope import networks
from coaching.cohorts.models import Cohort, CohortWeek, Enrolment
from coaching.programmes.models import ProgrammeVersion
from coaching.reminders.models import Reminder
from coaching.reminders.services import deliver_network, plan_network
from tests.factories import PARIS, Cast, launch_cohort, make_agency, make_member, starter_version
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
END_OF_TIME = dt.datetime(9999, 12, 31, 23, 30, tzinfo=dt.UTC)  # in Paris there is no such day


@pytest.fixture
def damaged(cast: Cast) -> Enrolment:
    """Somebody in a cohort of their own, launched like the others; each test damages what is theirs."""
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Quimper")
        head = make_member(cast.network, "damaged@example.com", "agency_head", agency, name="Yann Le Goff")
        _cohort, enrolments = launch_cohort(cast.coach, starter_version(), [head], name="Autre")
    return enrolments[0]


def lose_the_time_zone(enrolment: Enrolment) -> None:
    Agency.objects.filter(pk=enrolment.membership.agency_id).update(time_zone="Nulle/Part")


def spoil_the_programme(enrolment: Enrolment) -> None:
    version = ProgrammeVersion.objects.create(
        programme=starter_version().programme, label="abîmée", checksum="0" * 64, document={}, rendered={}
    )
    Cohort.objects.filter(pk=enrolment.cohort_id).update(programme_version=version)


def invite_at_the_end_of_time(enrolment: Enrolment) -> None:
    """The facts can be built; planning with them overflows."""
    Enrolment.objects.filter(pk=enrolment.pk).update(invited_at=END_OF_TIME)


Damage = Callable[[Enrolment], None]
UNREADABLE = [lose_the_time_zone, spoil_the_programme]
DAMAGES = [*UNREADABLE, invite_at_the_end_of_time]


@pytest.mark.parametrize("damage", DAMAGES)
def test_person_who_cannot_be_planned_stops_nobody_else(
    cast: Cast, damaged: Enrolment, damage: Damage
) -> None:
    with networks(cast.network.pk):
        damage(damaged)

    done = plan_network(cast.network.pk, NOW)

    with networks(cast.network.pk):
        planned = set(Reminder.objects.values_list("enrolment_id", flat=True))
    assert done.people == 3
    assert planned == {row.pk for row in cast.enrolments}


@pytest.mark.parametrize("damage", DAMAGES)
def test_person_who_cannot_be_planned_is_looked_at_again_in_an_hour(
    cast: Cast, damaged: Enrolment, damage: Damage
) -> None:
    with networks(cast.network.pk):
        damage(damaged)

    plan_network(cast.network.pk, NOW)
    plan_network(cast.network.pk, NOW + dt.timedelta(minutes=1))

    with networks(cast.network.pk):
        damaged.refresh_from_db()
    assert damaged.next_check_at == NOW + dt.timedelta(hours=1)


def test_person_mended_since_is_planned_like_the_others(cast: Cast, damaged: Enrolment) -> None:
    with networks(cast.network.pk):
        lose_the_time_zone(damaged)
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        Agency.objects.update(time_zone="Europe/Paris")

    plan_network(cast.network.pk, NOW + dt.timedelta(hours=1))

    with networks(cast.network.pk):
        assert Reminder.objects.filter(enrolment=damaged, kind="invitation").exists()


def test_operator_reads_where_to_look_and_nothing_personal(
    cast: Cast, damaged: Enrolment, caplog: pytest.LogCaptureFixture
) -> None:
    with networks(cast.network.pk):
        lose_the_time_zone(damaged)

    plan_network(cast.network.pk, NOW)

    [line] = [record for record in caplog.records if record.name.startswith("coaching.reminders")]
    assert line.levelno == logging.ERROR
    assert line.getMessage() == (
        f"enrolment {damaged.public_id} of network rivages is left out of the reminders: "
        "ZoneInfoNotFoundError"
    )
    assert line.exc_info is None


@pytest.mark.parametrize("damage", UNREADABLE)
def test_message_of_a_person_damaged_since_holds_up_no_other_message(
    cast: Cast, damaged: Enrolment, mailbox: Mailbox, damage: Damage
) -> None:
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        Reminder.objects.update(due_at=NOW, next_try_at=NOW)
        damage(damaged)

    deliver_network(cast.network.pk, now=NOW)

    with networks(cast.network.pk):
        row = Reminder.objects.get(enrolment=damaged, kind="invitation")
    assert {str(mail["To"]) for mail in mailbox.received} == {"head1@example.com", "head2@example.com"}
    assert (row.state, row.reason, row.attempts) == ("due", "not_written", 1)
    assert row.next_try_at > NOW


def test_message_that_cannot_be_decided_again_holds_up_no_other_message(
    cast: Cast, damaged: Enrolment, mailbox: Mailbox
) -> None:
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        Reminder.objects.update(due_at=NOW, next_try_at=NOW)
        Reminder.objects.filter(enrolment=damaged).update(kind="weekly_digest")
        weeks = CohortWeek.objects.filter(cohort=damaged.cohort_id, number=1)
        weeks.update(opens_at=END_OF_TIME, due_at=END_OF_TIME + dt.timedelta(minutes=1))

    deliver_network(cast.network.pk, now=NOW)

    with networks(cast.network.pk):
        reasons = set(Reminder.objects.filter(enrolment=damaged).values_list("state", "reason"))
    assert ("due", "not_written") in reasons
    assert {str(mail["To"]) for mail in mailbox.received} == {"head1@example.com", "head2@example.com"}


def test_message_of_a_damaged_person_is_given_up_like_one_that_cannot_be_written(
    cast: Cast, damaged: Enrolment, mailbox: Mailbox
) -> None:
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        lose_the_time_zone(damaged)

    for hours in range(1, 10):
        deliver_network(cast.network.pk, now=NOW + dt.timedelta(hours=2 * hours))

    with networks(cast.network.pk):
        row = Reminder.objects.get(enrolment=damaged, kind="invitation")
    assert (row.state, row.reason, row.attempts) == ("dead", "not_written", 8)
