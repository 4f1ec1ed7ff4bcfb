"""At the moment of sending, and when to look again: the decision taken a second time, on the facts of now."""

import datetime as dt
from dataclasses import replace

import pytest

from coaching.cohorts.calendar import Period
from coaching.reminders.planner import (
    Defer,
    Planned,
    Send,
    SentMessage,
    Skip,
    next_check_at,
    plan,
    recheck,
)
from coaching.reminders.policy import DEFAULT_POLICY, in_window
from tests.reminders.planner_people import (
    FRANCE,
    MONDAY,
    WEEK,
    active,
    at,
    invited,
)

# --- at the moment of sending ------------------------------------------------------------------


def digest_row() -> Planned:
    return next(i for i in plan(active(), DEFAULT_POLICY, MONDAY) if isinstance(i, Planned))


def nudge_row() -> Planned:
    return [i for i in plan(active(), DEFAULT_POLICY, MONDAY) if isinstance(i, Planned)][1]


@pytest.mark.parametrize("row", [digest_row(), nudge_row()])
def test_recheck_sends_what_still_holds(row):
    assert recheck(row, active(), DEFAULT_POLICY, row.due_at) == Send(row.reasons)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"status": "completed"}, "completed"),
        ({"status": "replaced"}, "replaced"),
        ({"suppression": "unsubscribed"}, "unsubscribed"),
        ({"mail_mode": "none"}, "muted"),
        ({"is_cohort_running": False}, "cohort_ended"),
        ({"weeks": ()}, "week_moved"),
        ({"quiet_week": "2027-W02"}, "next_week"),
        ({"history": (SentMessage("weekly_digest", "2027-W02", at(1, 12, 8, 40)),)}, "already_sent"),
    ],
)
def test_recheck_drops_what_has_lost_its_reason(change, because):
    row = digest_row()

    assert recheck(row, active(**change), DEFAULT_POLICY, row.due_at) == Skip(because)


def test_recheck_drops_a_nudge_after_an_activity_of_the_week():
    row = nudge_row()

    assert recheck(row, active(last_activity_at=at(1, 13, 9)), DEFAULT_POLICY, row.due_at) == Skip(
        "active_this_week"
    )


def test_recheck_drops_what_was_put_off_into_a_week_without_reminders():
    row = replace(nudge_row(), occurrence="2027-W02", expires_at=at(1, 23, 9))

    facts = active(quiet_week="2027-W03")

    assert recheck(row, facts, DEFAULT_POLICY, row.due_at) == Send(row.reasons)
    assert recheck(row, facts, DEFAULT_POLICY, at(1, 18, 9)) == Skip("next_week")


def test_recheck_drops_a_new_invitation_after_activation():
    row = next(i for i in plan(invited(), DEFAULT_POLICY, at(1, 5, 12)) if isinstance(i, Planned))

    assert recheck(row, active(), DEFAULT_POLICY, row.due_at) == Skip("activated")


@pytest.mark.parametrize(
    ("hour", "decision"), [(8, Skip("bundled")), (-15, Send(("launched",)))], ids=["today", "the day before"]
)
def test_a_second_cohorts_invitation_does_not_follow_another_of_the_same_day(hour, decision):
    row = next(
        i for i in plan(invited(history=()), DEFAULT_POLICY, at(1, 5, 8, 45)) if isinstance(i, Planned)
    )
    elsewhere = (SentMessage("invitation", "first", at(1, 5, 0) + dt.timedelta(hours=hour)),)

    facts = invited(history=(), elsewhere=elsewhere)

    assert recheck(row, facts, DEFAULT_POLICY, at(1, 5, 9)) == decision


def test_recheck_defers_what_is_too_early_or_too_late_in_the_day():
    row = digest_row()

    assert recheck(row, active(), DEFAULT_POLICY, at(1, 12, 7)) == Defer(row.due_at, "not_due")
    assert recheck(row, active(), DEFAULT_POLICY, at(1, 12, 18)) == Defer(at(1, 13, 8, 30), "outside_hours")


def test_recheck_defers_past_a_pause_or_drops_when_the_week_is_over():
    row = digest_row()
    short = active(
        status="paused", working=replace(FRANCE, pauses=(Period(dt.date(2027, 1, 12), dt.date(2027, 1, 13)),))
    )
    long = active(
        status="paused", working=replace(FRANCE, pauses=(Period(dt.date(2027, 1, 12), dt.date(2027, 1, 24)),))
    )

    assert recheck(row, short, DEFAULT_POLICY, row.due_at) == Defer(at(1, 14, 8, 30), "pause")
    assert recheck(row, long, DEFAULT_POLICY, row.due_at) == Skip("pause")


def test_recheck_defers_a_digest_and_drops_a_nudge_at_the_cap():
    digest, nudge = digest_row(), nudge_row()
    facts = active(history=(SentMessage("encouragement", "m1", at(1, 13, 10)),))

    assert recheck(digest, facts, DEFAULT_POLICY, at(1, 13, 11)) == Defer(at(1, 15, 10), "gap")
    assert recheck(nudge, facts, DEFAULT_POLICY, nudge.due_at) == Skip("gap")


def test_recheck_drops_an_expired_row():
    row = digest_row()

    assert recheck(row, active(), DEFAULT_POLICY, row.expires_at) == Skip("expired")


def test_recheck_of_a_new_invitation_adds_the_digest_of_its_day():
    facts = invited(invited_at=at(1, 7, 9), history=(SentMessage("invitation", "first", at(1, 7, 9)),))
    row = next(i for i in plan(facts, DEFAULT_POLICY, MONDAY) if isinstance(i, Planned))

    assert recheck(row, facts, DEFAULT_POLICY, row.due_at) == Send(("not_activated", "weekly_digest"))


def test_digest_that_rode_with_an_invitation_is_not_sent_again_after_activation():
    facts = active(
        activated_at=at(1, 12, 8, 0),
        history=(SentMessage("invitation_followup", "followup:1", at(1, 12, 8, 50)),),
    )

    assert recheck(digest_row(), facts, DEFAULT_POLICY, at(1, 14, 11)) == Skip("bundled")


# --- the alarm clock ---------------------------------------------------------------------------


def test_next_look_is_the_first_message():
    digest = digest_row()

    assert next_check_at(active(), DEFAULT_POLICY, MONDAY) == digest.due_at


def test_message_already_due_is_looked_at_within_a_minute():
    now = at(1, 12, 12)

    assert next_check_at(active(), DEFAULT_POLICY, now) == now + dt.timedelta(minutes=1)


@pytest.mark.parametrize("status", ["completed", "withdrawn", "replaced", "cancelled", "ended_incomplete"])
def test_nobody_looks_again_at_people_done_or_gone(status):
    assert next_check_at(active(status=status), DEFAULT_POLICY, MONDAY) is None


def test_nobody_looks_again_after_the_last_week():
    assert next_check_at(active(), DEFAULT_POLICY, at(3, 10, 12)) is None


def test_quiet_person_of_a_running_cohort_is_looked_at_again():
    facts = active(mail_mode="none")

    again = next_check_at(facts, DEFAULT_POLICY, MONDAY)

    assert again is not None
    assert MONDAY < again <= MONDAY + WEEK
    assert in_window(again, facts.calendar)
