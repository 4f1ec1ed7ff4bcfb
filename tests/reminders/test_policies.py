"""What a network, a cohort and a person set, through the plan, the ledger and the claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from agencies.scope import networks
from coaching.adoption.querysets import with_blackouts
from coaching.adoption.reading import read_cohorts
from coaching.cohorts.models import Blackout, Cohort, CohortWeek, Enrolment, LiveSession
from coaching.cohorts.working_days import Period
from coaching.learning.access.learner import Learner
from coaching.reminders.layers import Level
from coaching.reminders.loading import load
from coaching.reminders.models import PolicyLayer, Reminder
from coaching.reminders.policies import StoredLayers
from coaching.reminders.policy import DEFAULT_POLICY, PolicyError
from coaching.reminders.policy_changes import (
    change_cohort_policy,
    change_network_policy,
    close_network,
    reopen_network,
)
from coaching.reminders.preferences import choose_digest_day, set_mail_mode, unsubscribe
from coaching.reminders.services import deliver_network, plan_network
from coaching.reminders.softening import is_too_many, lift_softening, softened_since
from tests.factories import PARIS, Cast, make_cast
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2027, 1, 11, 12, 0, tzinfo=PARIS)
HOUR = dt.timedelta(hours=1)


def begin(cast: Cast, *people: Enrolment) -> None:
    """These people have entered and done nothing since; the others were never invited."""
    at = dt.datetime(2027, 1, 6, 10, 0, tzinfo=PARIS)
    with networks(cast.network.pk):
        Enrolment.objects.update(status="withdrawn", next_check_at=None)
        Enrolment.objects.filter(pk__in=[each.pk for each in people or (cast.enrolment,)]).update(
            status="active", activated_at=at, last_activity_at=at, next_check_at=MONDAY
        )


def live_through(cast: Cast, since: dt.datetime, days: float) -> None:
    """A tick an hour, through the hours in which anything may leave, and one in the night."""
    hours = (since + step * HOUR for step in range(int(days * 24)))
    for now in hours:
        if now.astimezone(PARIS).hour in (3, *range(8, 19)):
            deliver_network(cast.network.pk, now=now)


def sent(cast: Cast, enrolment: Enrolment | None = None) -> list[tuple[str, str]]:
    """What left, as (kind, weekday), calendar mails aside."""
    with networks(cast.network.pk):
        rows = Reminder.objects.of(enrolment or cast.enrolment).sent().exclude(kind__startswith="session_")
        return [
            (row.kind, f"{row.handed_over_at.astimezone(PARIS):%a}")
            for row in rows.order_by("handed_over_at")
            if row.handed_over_at
        ]


@pytest.fixture
def at_work(cast: Cast) -> Cast:
    begin(cast)
    return cast


def test_digest_that_waits_in_the_ledger_moves_with_the_networks_day(at_work: Cast, mailbox: Mailbox) -> None:
    plan_network(at_work.network.pk, MONDAY)
    with networks(at_work.network.pk):
        change_network_policy(at_work.network, {"digest_weekday": 4}, at_work.coach, MONDAY)

    live_through(at_work, MONDAY, 6)

    assert sent(at_work) == [("weekly_digest", "Thu")]


def test_digest_comes_forward_when_a_person_chooses_an_earlier_day(at_work: Cast, mailbox: Mailbox) -> None:
    with networks(at_work.network.pk):
        LiveSession.objects.all().delete()  # else its own reminder leaves first, and 48 hours follow
        change_network_policy(at_work.network, {"digest_weekday": 5}, at_work.coach, MONDAY)
    plan_network(at_work.network.pk, MONDAY)
    with networks(at_work.network.pk):
        choose_digest_day(at_work.enrolment, 3, MONDAY)

    live_through(at_work, MONDAY, 6)

    assert sent(at_work) == [("weekly_digest", "Wed"), ("midweek_nudge", "Fri")]


def waiting_for(cast: Cast, kind: str = "weekly_digest") -> tuple[str, str, str]:
    """When the next one is announced, as the pages say it, and what the ledger keeps."""
    with networks(cast.network.pk):
        row = Reminder.objects.filter(enrolment=cast.enrolment, kind=kind, state="due").order_by("due_at")[0]
    return f"{row.next_try_at.astimezone(PARIS):%a}", f"{row.due_at.astimezone(PARIS):%a}", row.local_due[:10]


def test_page_announces_the_new_day_at_once(at_work: Cast) -> None:
    plan_network(at_work.network.pk, MONDAY)
    assert waiting_for(at_work) == ("Tue", "Tue", "2027-01-12")

    with networks(at_work.network.pk):
        choose_digest_day(at_work.enrolment, 4, MONDAY)
    assert waiting_for(at_work) == ("Thu", "Thu", "2027-01-14")

    with networks(at_work.network.pk):
        choose_digest_day(at_work.enrolment, None, MONDAY)
    assert waiting_for(at_work) == ("Tue", "Tue", "2027-01-12")


def test_reminder_switched_off_and_on_again_before_its_hour_is_not_lost(
    at_work: Cast, mailbox: Mailbox
) -> None:
    plan_network(at_work.network.pk, MONDAY)
    for wanted in ({"nudge_weekday": 0}, {}):
        with networks(at_work.network.pk):
            change_network_policy(at_work.network, wanted, at_work.coach, MONDAY)
        deliver_network(at_work.network.pk, now=MONDAY)

    live_through(at_work, MONDAY, 4)

    assert sent(at_work) == [("weekly_digest", "Tue"), ("midweek_nudge", "Thu")]


def test_message_on_its_way_is_not_moved(at_work: Cast) -> None:
    plan_network(at_work.network.pk, MONDAY)
    with networks(at_work.network.pk):
        Reminder.objects.filter(kind="weekly_digest").update(attempts=1)
        choose_digest_day(at_work.enrolment, 4, MONDAY)

    assert waiting_for(at_work) == ("Tue", "Tue", "2027-01-12")


def test_day_changed_after_the_digest_left_sends_no_second_one(at_work: Cast, mailbox: Mailbox) -> None:
    live_through(at_work, MONDAY, 1)
    with networks(at_work.network.pk):
        choose_digest_day(at_work.enrolment, 5, MONDAY + dt.timedelta(days=1))

    live_through(at_work, MONDAY + dt.timedelta(days=1), 5)

    assert sent(at_work) == [("weekly_digest", "Tue")]


def test_one_message_a_week_is_the_digest(at_work: Cast, mailbox: Mailbox) -> None:
    with networks(at_work.network.pk):
        change_cohort_policy(at_work.cohort, {"max_per_7_days": 1}, at_work.coach, MONDAY)

    live_through(at_work, MONDAY, 10)

    assert sent(at_work) == [("weekly_digest", "Tue"), ("weekly_digest", "Tue")]


def test_two_people_of_one_cohort_each_have_their_own_policy(cast: Cast, mailbox: Mailbox) -> None:
    begin(cast, *cast.enrolments[:2])
    with networks(cast.network.pk):
        choose_digest_day(cast.enrolments[1], 4, MONDAY)

    live_through(cast, MONDAY, 6)

    assert sent(cast) == [("weekly_digest", "Tue"), ("midweek_nudge", "Thu")]
    assert sent(cast, cast.enrolments[1]) == [("weekly_digest", "Thu")]


def test_what_is_not_set_is_the_shipped_policy_and_equal_ones_are_one_object(cast: Cast) -> None:
    ids = [row.pk for row in cast.enrolments]
    with networks(cast.network.pk):
        assert {person.policy for person in load(ids, MONDAY).values()} == {DEFAULT_POLICY}
        change_network_policy(cast.network, {"digest_weekday": 3}, cast.coach, MONDAY)

        first, second = load(ids, MONDAY).values()

    assert first.policy.digest_weekday == 3
    assert first.policy is second.policy


def test_cohort_says_which_level_each_value_comes_from(cast: Cast) -> None:
    with networks(cast.network.pk):
        change_network_policy(cast.network, {"min_gap_hours": 72}, cast.coach)
        change_cohort_policy(cast.cohort, {"digest_time": "10:00"}, cast.coach)

        found = StoredLayers.read([cast.cohort.pk]).of(cast.cohort.pk, 3)

    assert found.origins["min_gap_hours"] == Level.NETWORK
    assert found.origins["digest_time"] == Level.COHORT
    assert found.origins["digest_weekday"] == Level.PERSON
    assert found.origins["ladder_days"] == Level.SHIPPED


def test_cohort_cannot_loosen_its_network_and_keeps_what_it_had(cast: Cast) -> None:
    with networks(cast.network.pk):
        change_network_policy(cast.network, {"max_per_7_days": 1}, cast.coach)
        change_cohort_policy(cast.cohort, {"digest_weekday": 3}, cast.coach)

        with pytest.raises(PolicyError) as refusal:
            change_cohort_policy(cast.cohort, {"max_per_7_days": 2}, cast.coach)

        stored = PolicyLayer.objects.get(cohort=cast.cohort)
    assert refusal.value.field == "max_per_7_days"
    assert stored.values == {"digest_weekday": 3}


def test_way_back_is_to_set_nothing(cast: Cast) -> None:
    with networks(cast.network.pk):
        change_network_policy(cast.network, {"digest_weekday": 4}, cast.coach)
        change_network_policy(cast.network, {}, cast.coach)

        assert load([cast.enrolment.pk], MONDAY)[cast.enrolment.pk].policy is DEFAULT_POLICY


# --- days on which a network is closed ----------------------------------------------------------

CLOSED = Period(dt.date(2027, 1, 11), dt.date(2027, 1, 15), "Semaine de formation")


def test_closed_network_writes_to_nobody_and_no_date_moves(at_work: Cast, mailbox: Mailbox) -> None:
    with networks(at_work.network.pk):
        before = list(CohortWeek.objects.order_by("pk").values_list("opens_at", "due_at"))
        close_network(at_work.network, CLOSED, MONDAY)

    live_through(at_work, MONDAY, 6)

    assert sent(at_work) == []
    with networks(at_work.network.pk):
        assert list(CohortWeek.objects.order_by("pk").values_list("opens_at", "due_at")) == before
        assert list(at_work.cohort.blackouts.all()) == []


def test_days_of_a_closed_network_count_for_nobody(cast: Cast) -> None:
    with networks(cast.network.pk):
        close_network(cast.network, CLOSED, MONDAY)

        read = with_blackouts(Cohort.objects.filter(pk=cast.cohort.pk)).get()
        [overview] = read_cohorts(cast.network.pk)
        row = Enrolment.objects.with_person().select_related("cohort", "network").get(pk=cast.enrolment.pk)
        breaks = Learner(row, MONDAY, "fr").breaks
        facts = load([cast.enrolment.pk], MONDAY)[cast.enrolment.pk].facts

    assert read.blackout_starts == overview.blackout_starts == [CLOSED.starts_on]
    assert [each.starts_on for each in breaks.blackouts] == [CLOSED.starts_on]
    assert facts.working.why_closed(dt.date(2027, 1, 13)) == "blackout"


def test_closing_twice_is_once_and_reopening_sends_again(at_work: Cast, mailbox: Mailbox) -> None:
    with networks(at_work.network.pk):
        close_network(at_work.network, CLOSED, MONDAY)
        close_network(at_work.network, CLOSED, MONDAY)
        closure = Blackout.objects.get(cohort=None)
    plan_network(at_work.network.pk, MONDAY)
    with networks(at_work.network.pk):
        reopen_network(at_work.network, closure.pk, MONDAY)

    live_through(at_work, MONDAY, 2)

    assert sent(at_work) == [("weekly_digest", "Tue")]


def test_pause_of_a_cohort_is_not_reopened_as_a_closure(cast: Cast) -> None:
    with networks(cast.network.pk):
        own = Blackout.objects.create(cohort=cast.cohort, starts_on=CLOSED.starts_on, ends_on=CLOSED.ends_on)

        reopen_network(cast.network, own.pk)

        assert Blackout.objects.filter(pk=own.pk).exists()


# --- many people opt out -------------------------------------------------------------------------


@pytest.fixture
def six() -> Iterator[Cast]:
    with time_machine.travel(MONDAY, tick=False):
        cast = make_cast(6)
        begin(cast, *cast.enrolments)
        yield cast


@pytest.mark.parametrize(
    ("opted_out", "people", "is_many"),
    [
        (0, 0, False),
        (1, 1, False),
        (2, 4, False),
        (1, 20, False),
        (2, 20, True),
        (2, 40, False),
        (3, 40, True),
    ],
)
def test_more_than_five_per_cent_and_two_people_of_five(opted_out: int, people: int, is_many: bool) -> None:
    assert is_too_many(opted_out, people) == is_many


def test_network_whose_people_opt_out_sends_the_others_the_digest_alone(six: Cast, mailbox: Mailbox) -> None:
    plan_network(six.network.pk, MONDAY)
    with networks(six.network.pk):
        unsubscribe(six.enrolments[4], MONDAY)
        assert softened_since(six.network) is None
        set_mail_mode(six.enrolments[5], "none", MONDAY)
        assert softened_since(six.network) == MONDAY

    live_through(six, MONDAY, 6)

    assert sent(six) == [("weekly_digest", "Tue")]
    with networks(six.network.pk):
        nudges = Reminder.objects.filter(enrolment=six.enrolment, kind="midweek_nudge").order_by("due_at")
        assert nudges.values_list("state", "reason")[0] == ("skipped", "softened")


def test_one_person_who_opts_out_twice_is_one(six: Cast) -> None:
    with networks(six.network.pk):
        unsubscribe(six.enrolment, MONDAY)
        set_mail_mode(six.enrolment, "none", MONDAY)

        assert softened_since(six.network) is None


def test_old_refusals_are_no_reason(six: Cast) -> None:
    with networks(six.network.pk):
        set_mail_mode(six.enrolments[0], "none", MONDAY - dt.timedelta(days=29))
        set_mail_mode(six.enrolments[1], "none", MONDAY)

        assert softened_since(six.network) is None


def test_lifted_softening_stays_lifted_until_two_more_opt_out(six: Cast, mailbox: Mailbox) -> None:
    later = MONDAY + dt.timedelta(hours=1)
    with networks(six.network.pk):
        for row in six.enrolments[3:5]:
            set_mail_mode(row, "none", MONDAY)
        lift_softening(six.network, six.coach, MONDAY)
        set_mail_mode(six.enrolments[5], "none", later)
        assert softened_since(six.network) is None
    live_through(six, later, 6)
    assert sent(six) == [("weekly_digest", "Tue"), ("midweek_nudge", "Thu")]

    with networks(six.network.pk):
        set_mail_mode(six.enrolments[2], "none", later)
        assert softened_since(six.network) == later


def test_softening_is_of_one_network(six: Cast) -> None:
    with networks(six.network.pk):
        for row in six.enrolments[:2]:
            set_mail_mode(row, "none", MONDAY)

    with networks(six.other_network.pk):
        assert softened_since(six.other_network) is None
