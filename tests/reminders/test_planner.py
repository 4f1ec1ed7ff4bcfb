"""What one person gets in a standard week, and in all the weeks that are not."""

import datetime as dt
from dataclasses import replace

import pytest

from coaching.cohorts.calendar import Period, WorkingDays, public_holidays
from coaching.reminders.facts import CalendarEntry
from coaching.reminders.planner import (
    Planned,
    Send,
    SentMessage,
    plan,
    recheck,
)
from coaching.reminders.policy import DEFAULT_POLICY
from tests.reminders.planner_people import (
    FRANCE,
    MONDAY,
    WEEK,
    active,
    at,
    invited,
    planned,
    refusals,
    weekly_refusals,
    weeks_from,
)


def test_standard_week_is_a_digest_on_tuesday_and_a_nudge_on_thursday():
    found = planned(active(), MONDAY, 6)

    assert found == [("weekly_digest", "Tue 12 08:45"), ("midweek_nudge", "Thu 14 13:30")]


def test_two_weeks_ahead_are_planned_under_the_caps():
    found = planned(active(), MONDAY)

    assert [kind for kind, _ in found] == ["weekly_digest", "midweek_nudge"] * 2


def test_planning_again_moves_nothing():
    facts = active()

    first = plan(facts, DEFAULT_POLICY, MONDAY)
    later = plan(facts, DEFAULT_POLICY, MONDAY + dt.timedelta(hours=3))

    assert first == later[: len(first)]
    assert len({item.dedupe_key for item in first if isinstance(item, Planned)}) == 4


def test_message_carries_its_reason_its_wall_clock_and_its_end():
    digest = plan(active(), DEFAULT_POLICY, MONDAY)[0]

    assert isinstance(digest, Planned)
    assert digest.occurrence == "2027-W02"
    assert digest.reasons == ("week_opens",)
    assert digest.local_due == dt.datetime(2027, 1, 12, 8, 45)  # noqa: DTZ001 - a wall clock
    assert abs(digest.due_at - at(1, 12, 8, 45)) <= dt.timedelta(minutes=20)
    assert digest.expires_at == at(1, 18, 0)


def test_nudge_is_not_planned_for_someone_active_this_week():
    facts = active(last_activity_at=at(1, 12, 10))

    assert refusals(facts, at(1, 12, 11), 5)[("midweek_nudge", "2027-W02")] == "active_this_week"


def test_nudge_is_not_planned_when_nothing_is_left_to_do():
    assert refusals(active(minutes_left=0), at(1, 13, 11), 3)[("midweek_nudge", "2027-W02")] == "nothing_left"


def test_agency_closed_on_tuesday_reads_on_wednesday_and_gets_no_nudge_the_day_after():
    facts = active(working=WorkingDays((1, 3, 4, 5), public_holidays("FR")))

    assert planned(facts, MONDAY, 6) == [("weekly_digest", "Wed 13 08:45")]
    assert refusals(facts, MONDAY, 6)[("midweek_nudge", "2027-W02")] == "gap"
    first = plan(facts, DEFAULT_POLICY, MONDAY)[0]
    assert isinstance(first, Planned)
    assert first.moved_because == "closed_day"


def test_agency_closed_on_monday_changes_nothing():
    facts = active(working=WorkingDays((2, 3, 4, 5, 6), public_holidays("FR")))

    assert planned(facts, MONDAY, 6) == planned(active(), MONDAY, 6)


def test_agency_open_on_saturday_only_gets_nothing():
    facts = active(working=WorkingDays((6,)))

    assert planned(facts, MONDAY) == []
    assert weekly_refusals(facts, MONDAY) == {"closed_day"}


def test_holidays_of_may_move_the_digest_and_the_nudge():
    # 2029: Tuesday 8 May, and Ascension on Thursday 10.
    facts = active(weeks=weeks_from(dt.date(2029, 5, 1)), activated_at=at(4, 20, 9, year=2029))

    found = planned(facts, at(5, 7, 12, year=2029), 5)

    assert found == [("weekly_digest", "Wed 09 08:45"), ("midweek_nudge", "Fri 11 13:30")]


def test_nudge_moved_to_good_friday_is_not_sent_in_alsace():
    # Thursday closed at this agency, so the nudge would go on Friday 26 March.
    days = (1, 2, 3, 5)
    weeks = weeks_from(dt.date(2027, 3, 23))
    elsewhere = active(weeks=weeks, working=WorkingDays(days, public_holidays("FR")))
    alsace = active(weeks=weeks, working=WorkingDays(days, public_holidays("FR", "6AE")))

    assert planned(elsewhere, at(3, 22, 12), 5)[1] == ("midweek_nudge", "Fri 26 13:30")
    assert refusals(alsace, at(3, 22, 12), 5)[("midweek_nudge", "2027-W12")] == "closed_day"


def test_blackout_and_pause_are_silent():
    closed = Period(dt.date(2027, 1, 11), dt.date(2027, 1, 17))
    on_break = active(working=replace(FRANCE, blackouts=(closed,)))
    paused = active(status="paused", working=replace(FRANCE, pauses=(closed,)))

    assert weekly_refusals(on_break, MONDAY, 6) == {"blackout"}
    assert weekly_refusals(paused, MONDAY, 6) == {"pause"}
    assert planned(paused, MONDAY)[0] == ("weekly_digest", "Tue 19 08:45")


def test_pause_that_ends_on_tuesday_lets_the_digest_leave_on_wednesday():
    pause = Period(dt.date(2027, 1, 7), dt.date(2027, 1, 12))

    found = planned(active(status="paused", working=replace(FRANCE, pauses=(pause,))), MONDAY, 6)

    assert found == [("weekly_digest", "Wed 13 08:45")]


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"status": "completed"}, "completed"),
        ({"status": "ended_incomplete"}, "ended_incomplete"),
        ({"status": "withdrawn"}, "withdrawn"),
        ({"status": "replaced"}, "replaced"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "paused"}, "paused"),
        ({"is_cohort_running": False}, "cohort_ended"),
        ({"suppression": "unsubscribed"}, "unsubscribed"),
        ({"suppression": "bounced"}, "bounced"),
        ({"mail_mode": "none"}, "muted"),
    ],
)
def test_nothing_is_planned_for_people_done_gone_or_who_said_no(change, because):
    facts = active(**change)

    assert planned(facts, MONDAY) == []
    assert weekly_refusals(facts, MONDAY) == {because}


def test_digest_only_drops_the_nudge_alone():
    facts = active(mail_mode="digest_only")

    assert planned(facts, MONDAY, 6) == [("weekly_digest", "Tue 12 08:45")]
    assert refusals(facts, MONDAY, 6)[("midweek_nudge", "2027-W02")] == "digest_only"


def test_a_week_without_reminders_is_that_week_and_calendar_messages_arrive_in_it():
    facts = active(quiet_week="2027-W02")
    asked = active(quiet_week="2027-W02", events=(CalendarEntry("uid", 0, at(1, 28, 9)),))

    assert planned(facts, MONDAY, 6) == []
    assert weekly_refusals(facts, MONDAY, 6) == {"next_week"}
    assert planned(facts, MONDAY, 9) == [("weekly_digest", "Tue 19 08:45")]
    assert [kind for kind, _when in planned(asked, MONDAY, 6)] == ["session_invite"]


def test_week_zero_has_no_digest():
    assert planned(active(), at(1, 6, 12), 5) == []


def test_overseas_agency_reads_after_the_opening_and_in_its_own_morning():
    facts = active(time_zone="Indian/Reunion", working=WorkingDays(holidays=public_holidays("FR", "974")))

    assert planned(facts, MONDAY, 6)[0] == ("weekly_digest", "Tue 12 09:00")


# --- invitations -------------------------------------------------------------------------------


def test_invitation_leaves_at_launch_when_the_window_is_open():
    facts = invited(invited_at=at(1, 5, 10), history=())

    first = plan(facts, DEFAULT_POLICY, at(1, 5, 10))[0]

    assert isinstance(first, Planned)
    assert (first.kind, first.occurrence, first.due_at) == ("invitation", "first", at(1, 5, 10))


def test_invitation_launched_on_sunday_waits_for_monday():
    facts = invited(invited_at=at(1, 3, 10), history=())

    first = plan(facts, DEFAULT_POLICY, at(1, 3, 10))[0]

    assert isinstance(first, Planned)
    assert first.due_at == at(1, 4, 8, 30)
    assert first.moved_because == "weekend"


def test_invitation_ignores_an_unsubscription_but_not_a_dead_address():
    fresh = {"invited_at": at(1, 5, 10), "history": ()}

    assert planned(invited(suppression="unsubscribed", **fresh), at(1, 5, 10), 1)
    assert not planned(invited(suppression="bounced", **fresh), at(1, 5, 10), 1)


def test_new_invitations_go_after_three_and_seven_working_days_then_never_again():
    found = planned(invited(), at(1, 5, 12), 60)

    followups = [item for item in found if item[0] == "invitation_followup"]
    assert followups == [("invitation_followup", "Fri 08 08:45"), ("invitation_followup", "Thu 14 08:45")]
    assert len(found) == 2


def test_new_invitation_stops_with_activation():
    assert refusals(active(), at(1, 6, 12), 3)[("invitation_followup", "followup:1")] == "activated"


def test_digest_rides_with_a_new_invitation_of_the_same_day():
    # Invited Thursday 7 January: the third working day is Tuesday 12, the digest's day.
    facts = invited(invited_at=at(1, 7, 9), history=(SentMessage("invitation", "first", at(1, 7, 9)),))

    items = plan(facts, DEFAULT_POLICY, MONDAY, dt.timedelta(days=2))

    messages = [item for item in items if isinstance(item, Planned)]
    assert [(item.kind, item.reasons) for item in messages] == [
        ("invitation_followup", ("not_activated", "weekly_digest"))
    ]
    assert refusals(facts, MONDAY, 2)[("weekly_digest", "2027-W02")] == "bundled"


def test_person_who_never_came_gets_no_digest_alone():
    sent = (
        SentMessage("invitation", "first", at(1, 5, 9)),
        SentMessage("invitation_followup", "followup:1", at(1, 8, 9)),
        SentMessage("invitation_followup", "followup:2", at(1, 14, 9)),
    )

    assert planned(invited(history=sent), at(1, 18, 12), 50) == []


def test_after_a_breakdown_one_new_invitation_is_enough():
    found = planned(invited(), at(1, 14, 10), 3)

    assert found == [("invitation_followup", "Thu 14 10:00")]
    assert refusals(invited(), at(1, 14, 10), 3)[("invitation_followup", "followup:1")] == "expired"


# --- caps and catching up ----------------------------------------------------------------------


def test_digest_missed_on_tuesday_leaves_when_the_machine_is_back_and_takes_the_nudge_along():
    facts, back = active(), at(1, 14, 10)

    items = plan(facts, DEFAULT_POLICY, back, dt.timedelta(days=3))

    digest = items[0]
    assert isinstance(digest, Planned)
    assert (digest.kind, digest.due_at, digest.moved_because) == ("weekly_digest", back, "caught_up")
    assert refusals(facts, back, 3)[("midweek_nudge", "2027-W02")] == "bundled"


def test_digest_of_a_past_week_is_worthless():
    assert refusals(active(), at(1, 18, 10), 0)[("weekly_digest", "2027-W02")] == "expired"


def test_encouragement_sent_on_monday_moves_the_digest():
    facts = active(history=(SentMessage("encouragement", "m1", at(1, 11, 10)),))

    assert planned(facts, MONDAY, 6) == [("weekly_digest", "Wed 13 10:00")]


def test_nudge_held_back_by_last_week_s_leaves_the_same_afternoon():
    # The clock moves on 28 March: seven times 24 hours end at 14:30 on the wall.
    sent = (
        SentMessage("midweek_nudge", "2027-W12", at(3, 25, 13, 45)),
        SentMessage("weekly_digest", "2027-W13", at(3, 30, 8, 50)),
    )
    facts = active(weeks=weeks_from(dt.date(2027, 3, 16)), history=sent)

    nudge = plan(facts, DEFAULT_POLICY, at(3, 30, 9), dt.timedelta(days=4))[-1]

    assert isinstance(nudge, Planned)
    assert nudge.due_at == at(4, 1, 14, 45)
    assert (f"{nudge.local_due:%H:%M}", nudge.moved_because) == ("13:30", "")
    assert recheck(nudge, facts, DEFAULT_POLICY, nudge.due_at) == Send(("no_activity",))


def test_newcomer_of_thursday_does_not_get_the_digest_of_tuesday():
    facts = active(activated_at=at(1, 14, 10), last_activity_at=at(1, 14, 10))

    assert refusals(facts, at(1, 14, 11), 2)[("weekly_digest", "2027-W02")] == "joined_later"


def test_rows_already_sent_or_closed_are_not_planned_again():
    facts = active(
        history=(SentMessage("weekly_digest", "2027-W02", at(1, 12, 8, 50)),),
        closed=frozenset({("midweek_nudge", "2027-W02")}),
    )

    assert planned(facts, at(1, 12, 12), 5) == []
    assert weekly_refusals(facts, at(1, 12, 12), 5) == set()


# --- the notice before a manager sees a name ---------------------------------------------------

CLIMBING = {
    "last_activity_at": at(1, 12, 9),
    "history": tuple(
        SentMessage("weekly_digest", f"2027-W{week:02}", at(1, 12, 9) + (week - 2) * WEEK)
        for week in (3, 4, 5)
    ),
    "coach_contacts_on": (dt.date(2027, 1, 27),),
    "left_open_since": dt.date(2027, 1, 12),
}


def digest_reasons(**changes) -> tuple[str, ...]:
    items = plan(active(**{**CLIMBING, **changes}), DEFAULT_POLICY, at(2, 8, 12), dt.timedelta(days=2))
    digest = next(item for item in items if isinstance(item, Planned))
    return digest.reasons


def test_digest_carries_the_notice_when_the_ladder_is_climbed():
    assert digest_reasons() == ("week_opens", "manager_notice")


@pytest.mark.parametrize(
    "change",
    [
        {"coach_contacts_on": ()},
        {"last_activity_at": at(1, 26, 9)},
        {"employment_status": "independent"},
        {"manager_view": "bands_only"},
        {"notified_at": at(2, 2, 9)},
        {"handled_on": dt.date(2027, 2, 1)},
    ],
)
def test_digest_is_without_notice_when_a_step_is_missing(change):
    assert "manager_notice" not in digest_reasons(**change)


def test_invitation_asked_for_again_leaves_once_more_and_brings_no_further_followup():
    sent = (
        SentMessage("invitation", "first", at(1, 5, 8, 45)),
        SentMessage("invitation_followup", "followup:1", at(1, 8, 8, 45)),
        SentMessage("invitation_followup", "followup:2", at(1, 14, 8, 45)),
    )
    asked = invited(invited_at=at(1, 20, 11), history=sent)

    again = [
        item
        for item in plan(asked, DEFAULT_POLICY, at(1, 20, 11), dt.timedelta(days=30))
        if isinstance(item, Planned)
    ]

    assert [(item.kind, item.occurrence) for item in again] == [("invitation", "again:2027-01-20")]


def test_digest_leaves_only_when_it_has_something_to_say():
    up_to_date = active(minutes_left=0)
    thursday = at(1, 14, 8, 45)

    said = refusals(up_to_date, at(1, 12, 7), 3).get(("weekly_digest", "2027-W02"))
    with_session = refusals(replace(up_to_date, sessions_at=(thursday,)), at(1, 12, 7), 3)
    before_it_opens = refusals(up_to_date, at(1, 11, 9), 3)

    assert said == "nothing_left"
    assert ("weekly_digest", "2027-W02") not in with_session
    assert ("weekly_digest", "2027-W02") not in before_it_opens


def test_digest_leaves_for_an_answer_alone_until_one_has_told_of_it():
    up_to_date, tuesday = active(minutes_left=0), at(1, 12, 7)

    answered = replace(up_to_date, answers_at=(at(1, 11, 10),))
    just_now = replace(up_to_date, answers_at=(at(1, 12, 6, 50),))
    told = replace(answered, history=(SentMessage("weekly_digest", "2027-W01", at(1, 11, 11)),))

    digest = ("weekly_digest", "2027-W02")
    assert digest not in refusals(answered, tuesday, 3)
    assert refusals(just_now, tuesday, 3)[digest] == "nothing_left"  # its coach may still take it back
    assert refusals(told, tuesday, 3)[digest] == "nothing_left"
