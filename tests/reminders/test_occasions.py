"""Reminders of the person's own days: when each leaves, what it rides with, what makes it pointless."""

import datetime as dt
from dataclasses import replace

import pytest

from coaching.cohorts.calendar import Period, WorkingDays, public_holidays
from coaching.reminders.facts import CalendarEntry, FollowUp, PracticeDue
from coaching.reminders.planner import (
    NotSent,
    PersonFacts,
    Planned,
    Send,
    SentMessage,
    Skip,
    next_check_at,
    plan,
    recheck,
)
from coaching.reminders.policy import DEFAULT_POLICY
from tests.reminders.planner_people import FRANCE, MONDAY, active, at, refusals

OCCASIONS = {"session_soon", "session_today", "practice_due", "comeback", "follow_up"}
SENT_TO_CALENDAR = SentMessage("session_invite", "x", at(1, 8, 10), ("s1@0", "s2@0"))


def meeting(starts_at: dt.datetime, uid: str = "s1", **changes) -> CalendarEntry:
    return CalendarEntry(uid, **{"sequence": 0, "starts_at": starts_at, **changes})


def with_sessions(*events: CalendarEntry, **changes) -> PersonFacts:
    """Active on Friday, everything taken, sessions in their calendar already."""
    facts = active(last_activity_at=at(1, 8, 9), **changes)
    return replace(facts, events=events, history=(*facts.history, SENT_TO_CALENDAR))


def items(facts: PersonFacts, now: dt.datetime, days: int = 14) -> list[Planned | NotSent]:
    return list(plan(facts, DEFAULT_POLICY, now, dt.timedelta(days=days)))


def leaving(facts: PersonFacts, now: dt.datetime, days: int = 14) -> list[tuple[str, str, tuple[str, ...]]]:
    """What leaves: kind, wall clock, and all that it says."""
    found = (item for item in items(facts, now, days) if isinstance(item, Planned))
    return [(item.kind, f"{item.local_due:%a %d %H:%M}", item.reasons) for item in found]


def row_of(facts: PersonFacts, kind: str, now: dt.datetime, days: int = 14) -> Planned:
    return next(item for item in items(facts, now, days) if isinstance(item, Planned) and item.kind == kind)


def why(facts: PersonFacts, kind: str, now: dt.datetime, days: int = 14) -> set[str]:
    return {
        item.because for item in items(facts, now, days) if isinstance(item, NotSent) and item.kind == kind
    }


# --- sessions and talks -----------------------------------------------------------------------


def test_session_of_thursday_is_told_by_the_digest_of_tuesday():
    facts = with_sessions(meeting(at(1, 14, 8, 45)))

    assert leaving(facts, MONDAY, 3) == [("weekly_digest", "Tue 12 08:45", ("week_opens", "session_soon"))]
    assert why(facts, "session_soon", MONDAY, 3) == {"bundled"}


def test_session_of_wednesday_is_told_by_the_digest_which_is_not_pushed_away():
    facts = with_sessions(meeting(at(1, 13, 17)))

    assert leaving(facts, at(1, 10, 12), 3) == [
        ("weekly_digest", "Tue 12 08:45", ("week_opens", "session_soon"))
    ]


def test_session_of_friday_has_its_message_as_soon_as_the_gap_allows_in_place_of_the_nudge():
    facts = with_sessions(meeting(at(1, 15, 14)))

    found = leaving(facts, MONDAY, 6)

    assert [kind for kind, _, _ in found] == ["weekly_digest", "session_soon"]
    assert found[1][1].startswith("Thu 14 08:")
    assert why(facts, "midweek_nudge", MONDAY, 6) == {"bundled"}
    assert why(facts, "session_today", MONDAY, 6) == {"gap"}


def test_without_a_digest_a_session_is_told_two_working_days_and_two_hours_before():
    facts = with_sessions(meeting(at(1, 15, 14)), weeks=())

    assert leaving(facts, MONDAY, 6) == [
        ("session_soon", "Wed 13 08:45", ("session_soon",)),
        ("session_today", "Fri 15 12:00", ("session_today",)),
    ]


def test_two_working_days_are_those_of_the_agency():
    closed_on_wednesday = WorkingDays((1, 2, 4, 5), public_holidays("FR"))
    facts = with_sessions(meeting(at(1, 15, 14)), weeks=(), working=closed_on_wednesday)

    assert leaving(facts, MONDAY, 6)[0][:2] == ("session_soon", "Tue 12 08:45")


@pytest.mark.parametrize("starts_at", [at(1, 15, 9), at(1, 15, 10, 29), at(1, 15, 20, 30)])
def test_two_hours_before_outside_the_window_nothing_is_said(starts_at):
    facts = with_sessions(meeting(starts_at), weeks=())

    assert [kind for kind, _, _ in leaving(facts, MONDAY, 6)] == ["session_soon"]


def test_digest_of_the_next_day_is_not_pushed_away_by_a_session_of_monday():
    facts = with_sessions(meeting(at(1, 18, 15)))

    assert [(kind, day[:6]) for kind, day, _ in leaving(facts, MONDAY, 9)] == [
        ("weekly_digest", "Tue 12"),
        ("session_soon", "Thu 14"),
        ("weekly_digest", "Tue 19"),
    ]
    assert why(facts, "session_today", MONDAY, 9) == {"gap"}


@pytest.mark.parametrize(
    "changed",
    [
        meeting(at(1, 15, 14), is_cancelled=True, sequence=1),
        meeting(at(1, 15, 16), sequence=1),
        meeting(at(1, 15, 14), sequence=1),
    ],
    ids=["cancelled", "moved", "another place"],
)
def test_session_that_changed_is_no_more_what_the_message_was_about(changed):
    facts = with_sessions(meeting(at(1, 15, 14)), weeks=())
    row = row_of(facts, "session_soon", MONDAY)

    now = replace(facts, events=(changed,))

    assert recheck(row, facts, DEFAULT_POLICY, row.due_at) == Send(("session_soon",))
    assert recheck(row, now, DEFAULT_POLICY, row.due_at) == Skip("session_changed")


def test_session_that_moved_has_another_message_of_its_own():
    facts = with_sessions(meeting(at(1, 15, 14)), weeks=())
    moved = replace(facts, events=(meeting(at(1, 19, 14), sequence=1),))

    first, second = (row_of(each, "session_soon", MONDAY) for each in (facts, moved))
    assert second.dedupe_key != first.dedupe_key


def test_session_that_enters_the_calendar_at_this_moment_is_not_told_twice():
    facts = replace(active(weeks=()), events=(meeting(at(1, 15, 14)),))

    found = leaving(facts, at(1, 13, 10), 1)

    assert [kind for kind, _, _ in found] == ["session_invite"]
    assert why(facts, "session_soon", at(1, 13, 10), 1) == {"bundled"}


def test_whoever_has_finished_is_still_told_of_a_session_to_come():
    facts = with_sessions(meeting(at(1, 15, 14)), weeks=(), status="completed")

    assert [kind for kind, _, _ in leaving(facts, MONDAY, 6)] == ["session_soon", "session_today"]


@pytest.mark.parametrize("status", ["withdrawn", "replaced", "cancelled", "ended_incomplete"])
def test_whoever_is_gone_is_told_of_no_session(status):
    facts = with_sessions(meeting(at(1, 15, 14)), weeks=(), status=status)

    assert not {kind for kind, _, _ in leaving(facts, MONDAY, 6)} & OCCASIONS


# --- practices --------------------------------------------------------------------------------


def practice(due_at: dt.datetime, address: str = "m/p", opens_at: dt.datetime = MONDAY) -> PracticeDue:
    return PracticeDue(address, opens_at, due_at)


def test_practice_is_told_two_working_days_before_it_is_due():
    facts = active(weeks=(), practices=(practice(at(1, 18, 18)),))

    assert leaving(facts, MONDAY, 8) == [("practice_due", "Thu 14 08:45", ("practice_due",))]


def test_practice_of_the_day_of_a_digest_is_said_in_it():
    facts = active(practices=(practice(at(1, 14, 18)),))

    assert leaving(facts, MONDAY, 3)[0] == ("weekly_digest", "Tue 12 08:45", ("week_opens", "practice_due"))


def test_two_practices_of_one_day_make_one_message():
    facts = active(weeks=(), practices=(practice(at(1, 18, 18)), practice(at(1, 18, 18), "m/q")))

    assert len(leaving(facts, MONDAY, 8)) == 1


def test_practice_and_session_of_one_day_make_one_message_the_heavier_reason_first():
    facts = replace(with_sessions(meeting(at(1, 15, 14)), weeks=()), practices=(practice(at(1, 15, 18)),))

    assert leaving(facts, MONDAY, 6)[0] == (
        "session_soon",
        "Wed 13 08:45",
        ("session_soon", "practice_due"),
    )


def test_practice_handed_in_is_not_asked_for():
    facts = active(weeks=(), practices=(practice(at(1, 18, 18)),))
    row = row_of(facts, "practice_due", MONDAY)

    assert recheck(row, replace(facts, practices=()), DEFAULT_POLICY, row.due_at) == Skip("handed_in")


def test_practice_of_a_week_that_is_not_open_waits_for_it():
    facts = active(weeks=(), practices=(practice(at(1, 18, 18), opens_at=at(1, 15, 6)),))

    assert leaving(facts, MONDAY, 8) == []


# --- silence ----------------------------------------------------------------------------------

SILENT = {"last_activity_at": at(1, 6, 9), "left_open_since": dt.date(2027, 1, 5), "weeks": ()}


def silent(**changes) -> PersonFacts:
    """A step on Wednesday 6 January, then nothing, with something to take."""
    return active(**{**SILENT, **changes})


def test_silence_has_two_messages_and_no_third():
    assert leaving(silent(), MONDAY, 60) == [
        ("comeback", "Fri 15 13:30", ("comeback",)),
        ("comeback", "Wed 20 13:30", ("coach_hand",)),
    ]


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ({"working": WorkingDays((2, 3, 4, 5), public_holidays("FR"))}, ["Tue 19", "Fri 22"]),
        (
            {"working": replace(FRANCE, blackouts=(Period(dt.date(2027, 1, 11), dt.date(2027, 1, 15)),))},
            ["Fri 22", "Wed 27"],
        ),
        ({"left_open_since": dt.date(2027, 1, 12)}, ["Tue 19", "Fri 22"]),
        ({"left_open_since": None}, []),
        ({"handled_on": dt.date(2027, 1, 8)}, ["Tue 19", "Fri 22"]),
        ({"last_activity_at": None}, ["Fri 15", "Wed 20"]),
        ({"activated_at": None, "last_activity_at": None, "status": "invited"}, []),
    ],
    ids=["closed on Mondays", "blackout", "opened since", "all taken", "handled", "no step", "not there"],
)
def test_silence_counts_in_the_agencys_days_from_what_closed_it_last(change, days):
    found = leaving(silent(**change), MONDAY, 30)

    assert [day[:6] for kind, day, _ in found if kind == "comeback"] == days


def test_pause_closes_the_climb_and_its_end_begins_another():
    pause = Period(dt.date(2027, 1, 11), dt.date(2027, 1, 17))
    facts = silent(working=replace(FRANCE, pauses=(pause,)), status="paused")

    found = [item for item in items(facts, at(1, 11, 12), 30) if item.kind == "comeback"]

    assert [(item.occurrence, f"{item.local_due:%a %d}") for item in found if isinstance(item, Planned)] == [
        ("2027-01-17:1", "Tue 26"),
        ("2027-01-17:2", "Fri 29"),
    ]


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"last_activity_at": at(1, 14, 9)}, "active_again"),
        ({"handled_on": dt.date(2027, 1, 14)}, "handled"),
        ({"left_open_since": None}, "nothing_left"),
        ({"mail_mode": "none"}, "muted"),
        ({"mail_mode": "digest_only"}, "digest_only"),
        ({"status": "completed"}, "completed"),
    ],
)
def test_comeback_does_not_leave_once_its_climb_is_closed(change, because):
    row = row_of(silent(), "comeback", MONDAY)

    assert recheck(row, silent(), DEFAULT_POLICY, row.due_at) == Send(("comeback",))
    assert recheck(row, silent(**change), DEFAULT_POLICY, row.due_at) == Skip(because)


def test_comeback_takes_the_place_of_the_nudge_of_its_week():
    facts = silent(weeks=active().weeks, last_activity_at=at(1, 13, 9))

    found = [(kind, day[:6]) for kind, day, _ in leaving(facts, at(1, 18, 12), 6)]

    assert found == [("weekly_digest", "Tue 19"), ("comeback", "Fri 22")]
    assert refusals(facts, at(1, 18, 12), 6)[("midweek_nudge", "2027-W03")] == "bundled"


def test_nobody_is_called_back_before_the_first_week_has_been_open_for_a_week():
    facts = silent(weeks=active().weeks)

    days = [item.local_due.date() for item in items(facts, MONDAY, 30) if isinstance(item, Planned)]
    comebacks = [item for item in items(facts, MONDAY, 30) if item.kind == "comeback"]

    assert min(days) == dt.date(2027, 1, 12)
    assert [item.occurrence for item in comebacks] == ["2027-01-06:1", "2027-01-06:2"]
    assert comebacks[0] == NotSent("comeback", "2027-01-06:1", "bundled", dt.date(2027, 1, 19))


def test_comeback_of_the_day_of_a_digest_is_said_in_it():
    facts = silent(weeks=active().weeks, last_activity_at=at(1, 8, 9))

    found = leaving(facts, at(1, 18, 12), 2)

    assert found == [("weekly_digest", "Tue 19 08:45", ("week_opens", "comeback"))]


def test_whoever_reads_the_digest_alone_reads_in_it_what_others_get_by_itself():
    facts = silent(weeks=active().weeks, mail_mode="digest_only")

    found = leaving(facts, MONDAY, 10)

    assert [(kind, reasons) for kind, _, reasons in found] == [
        ("weekly_digest", ("week_opens",)),
        ("weekly_digest", ("week_opens", "comeback")),
    ]


def test_what_a_digest_said_is_not_said_again():
    facts = silent(weeks=active().weeks, last_activity_at=at(1, 8, 9))
    row = row_of(replace(facts, weeks=()), "comeback", at(1, 18, 12))
    told = replace(facts, history=(SentMessage("weekly_digest", "2027-W03", at(1, 19, 8, 45)),))

    assert recheck(row, told, DEFAULT_POLICY, max(row.due_at, at(1, 19, 14))) == Skip("bundled")
    assert why(told, "comeback", at(1, 19, 14), 1) == {"bundled"}


def test_message_that_leaves_minutes_before_its_usual_time_says_all_of_its_day():
    facts = silent(weeks=active().weeks, last_activity_at=at(1, 8, 9))
    row = row_of(facts, "weekly_digest", at(1, 18, 12), 2)

    assert row.due_at < at(1, 19, 8, 45)  # its jitter
    assert recheck(row, facts, DEFAULT_POLICY, row.due_at) == Send(("week_opens", "comeback"))


def test_alarm_rings_for_a_comeback_after_the_last_week_has_closed():
    facts = silent(
        last_activity_at=at(1, 8, 9),
        working=replace(FRANCE, blackouts=(Period(dt.date(2027, 1, 11), dt.date(2027, 2, 12)),)),
    )
    comeback_on = at(2, 23, 13, 30)

    alarm = next_check_at(facts, DEFAULT_POLICY, MONDAY)

    assert alarm is not None
    assert MONDAY < alarm < comeback_on
    assert row_of(facts, "comeback", alarm).local_due.date() == comeback_on.date()


SWITCHED_OFF = replace(DEFAULT_POLICY, switched_off=frozenset({"comeback"}))
SOFTENED = replace(DEFAULT_POLICY, is_softened=True)


@pytest.mark.parametrize(
    ("policy", "reasons"),
    [
        (DEFAULT_POLICY, ("week_opens", "comeback")),
        (SOFTENED, ("week_opens", "comeback")),
        (SWITCHED_OFF, ("week_opens",)),
    ],
    ids=["as shipped", "softened", "switched off"],
)
def test_what_a_network_does_without_is_not_said_in_its_digest_either(policy, reasons):
    facts = silent(weeks=active().weeks, last_activity_at=at(1, 8, 9))
    row = row_of(facts, "weekly_digest", at(1, 18, 12), 2)

    assert recheck(row, facts, policy, row.due_at) == Send(reasons)


def test_network_without_comebacks_keeps_the_nudge_of_that_week():
    facts = silent(weeks=active().weeks, last_activity_at=at(1, 13, 9))

    found = plan(facts, SWITCHED_OFF, at(1, 18, 12), dt.timedelta(days=6))

    assert [item.kind for item in found if isinstance(item, Planned)] == ["weekly_digest", "midweek_nudge"]
    assert {item.because for item in found if item.kind == "comeback"} == {"switched_off"}


# --- after the end ----------------------------------------------------------------------------

AFTER = (FollowUp(4, at(4, 6, 6)), FollowUp(8, at(5, 4, 6)), FollowUp(12, at(6, 1, 6)))


def finished(**changes) -> PersonFacts:
    return active(
        **{"status": "completed", "weeks": (), "follow_ups": AFTER, "is_cohort_running": False, **changes}
    )


@pytest.mark.parametrize("status", ["completed", "ended_incomplete"])
def test_what_opens_after_the_end_is_told_the_morning_it_opens(status):
    assert leaving(finished(status=status), at(3, 30, 12), 70) == [
        ("follow_up", "Tue 06 08:45", ("follow_up",)),
        ("follow_up", "Tue 04 08:45", ("follow_up",)),
        ("follow_up", "Tue 01 08:45", ("follow_up",)),
    ]


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"status": "active", "is_cohort_running": True}, "not_ended"),
        ({"status": "withdrawn"}, "withdrawn"),
        ({"is_mandate_over": True}, "withdrawn"),
        ({"is_cohort_archived": True}, "archived"),
        ({"suppression": "unsubscribed"}, "unsubscribed"),
        ({"mail_mode": "none"}, "muted"),
        ({"mail_mode": "digest_only"}, "digest_only"),
        ({"follow_ups": AFTER[1:]}, "nothing_left"),
    ],
)
def test_nothing_is_sent_after_the_end_to_who_is_gone_has_done_it_or_wants_nothing(change, because):
    row = row_of(finished(), "follow_up", at(3, 30, 12))

    assert recheck(row, finished(), DEFAULT_POLICY, row.due_at) == Send(("follow_up",))
    assert recheck(row, finished(**change), DEFAULT_POLICY, row.due_at) == Skip(because)


def test_alarm_rings_again_for_each_of_the_weeks_after_the_end():
    sent = SentMessage("follow_up", "+4", at(4, 6, 8, 45))

    first = next_check_at(finished(), DEFAULT_POLICY, at(3, 1, 9))
    second = next_check_at(finished(history=(sent,)), DEFAULT_POLICY, at(4, 8, 9))

    assert first is not None
    assert second is not None
    assert at(3, 22, 9) < first < at(4, 6, 8)
    assert at(4, 19, 9) < second < at(5, 4, 8)
    assert next_check_at(finished(), DEFAULT_POLICY, at(6, 20, 9)) is None
    assert next_check_at(finished(status="withdrawn"), DEFAULT_POLICY, at(3, 1, 9)) is None
