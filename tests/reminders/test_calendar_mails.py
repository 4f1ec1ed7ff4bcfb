"""Calendar mails: one invitation, then updates and cancellations that reach the same event (RFC 5545, 5546).

Read back by another library than the one that wrote them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
import vobject

from agencies.scope import networks
from coaching.cohorts.models import Appointment, Enrolment
from coaching.cohorts.running import Wish
from coaching.cohorts.services import (
    cancel_appointment,
    carry_out,
    choose_slot,
    move_appointment,
    offer_slots,
    rehearse,
    take_slot,
)
from coaching.learning.services import complete_step
from coaching.reminders.models import Reminder
from coaching.reminders.preferences import set_mail_mode, subscribe_again, unsubscribe
from tests.cohorts.live import Live
from tests.factories import PARIS
from tests.reminders.calendar_mail import BEGAN, HEAD, calendars, clock, deliver, finish, last_mail, live
from tests.reminders.conftest import Mailbox, text_of

__all__ = ["clock", "live"]

pytestmark = pytest.mark.django_db


def events(calendar: Any) -> dict[str, Any]:
    return {event.summary.value: event for event in calendar.vevent_list}


def test_one_mail_invites_to_every_session_of_the_cohort(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    deliver(live, clock)

    (calendar,) = calendars(mailbox)
    assert calendar.method.value == "REQUEST"
    assert len(calendar.vevent_list) == 4
    first = calendar.vevent_list[0]
    assert first.dtstart.value == live.session().starts_at
    assert first.dtend.value - first.dtstart.value == dt.timedelta(minutes=60)
    assert (first.sequence.value, first.status.value) == ("0", "CONFIRMED")
    assert first.attendee.value == f"mailto:{HEAD}"
    assert first.organizer.params["CN"] == ["Rivages"]


def test_who_has_not_begun_gets_no_calendar_mail(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)

    assert calendars(mailbox, "head2@example.com") == []


@pytest.mark.parametrize("mode", ["none", "unsubscribed"])
def test_who_wants_no_messages_is_not_invited_and_hears_of_changes_of_what_their_calendar_holds(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller, mode: str
) -> None:
    peer = live.cast.enrolments[1]
    with networks(live.cast.network.pk, user_id=live.cast.peer.user_id):
        complete_step(peer, "w0-accueil/qui-lit-quoi", {}, now=BEGAN)
        set_mail_mode(peer, "none") if mode == "none" else unsubscribe(peer)
    deliver(live, clock)
    with networks(live.cast.network.pk):
        unsubscribe(live.cast.enrolment)

    live.edit(time="10:30")
    deliver(live, clock)

    assert calendars(mailbox, "head2@example.com") == []
    assert len(calendars(mailbox)) == 2


def test_who_wants_messages_again_is_invited_then(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    with networks(live.cast.network.pk):
        unsubscribe(live.cast.enrolment)
    deliver(live, clock)
    with networks(live.cast.network.pk):
        subscribe_again(live.cast.enrolment)

    deliver(live, clock)

    assert len(calendars(mailbox)) == 1


def test_a_moved_session_updates_the_same_event_with_a_higher_sequence(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    live.edit(time="10:30")
    deliver(live, clock)

    invitation, update = calendars(mailbox)
    (moved,) = update.vevent_list
    invited = events(invitation)[moved.summary.value]
    assert moved.uid.value == invited.uid.value
    assert (invited.sequence.value, moved.sequence.value) == ("0", "1")
    assert moved.dtstart.value == dt.datetime(2027, 1, 14, 9, 30, tzinfo=dt.UTC)
    assert str(last_mail(mailbox)["Subject"]).startswith("Du nouveau")


def test_who_has_finished_hears_of_a_session_that_moves_and_of_one_that_is_cancelled(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    finish(live)
    deliver(live, clock)
    live.edit(time="10:30")
    deliver(live, clock)
    live.cancel("La salle a pris l’eau.")
    deliver(live, clock)

    methods = [(each.method.value, len(each.vevent_list)) for each in calendars(mailbox)]
    assert methods == [("REQUEST", 4), ("REQUEST", 1), ("CANCEL", 1)]


def test_who_has_finished_hears_that_the_rest_of_the_cohort_moves(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    finish(live)
    deliver(live, clock)
    with networks(live.cast.network.pk):
        wish = Wish("shift", weeks=1)
        mark = rehearse(live.cast.cohort, wish).mark
        carry_out(live.cast.cohort, live.cast.coach, wish, mark=mark)
    deliver(live, clock)

    assert [len(each.vevent_list) for each in calendars(mailbox)] == [4, 4]


def test_who_has_finished_is_invited_to_the_talk_they_choose(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    finish(live)
    deliver(live, clock)
    with networks(live.cast.network.pk):
        offer_slots(live.cast.cohort, live.cast.coach, [dt.datetime(2027, 2, 10, 9, 0, tzinfo=PARIS)])
        take_slot(live.cast.enrolment, Appointment.objects.get())
    deliver(live, clock)

    talk = calendars(mailbox)[-1].vevent_list[0]
    assert talk.summary.value == "Entretien individuel"


def test_a_cancelled_session_cancels_the_same_event_with_the_coachs_sentence(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    live.edit(time="10:30")
    live.cancel("La salle a pris l’eau.")
    deliver(live, clock)

    invitation, cancellation = calendars(mailbox)
    (gone,) = cancellation.vevent_list
    invited = events(invitation)[gone.summary.value]
    assert cancellation.method.value == "CANCEL"
    assert (gone.uid.value, gone.status.value) == (invited.uid.value, "CANCELLED")
    assert int(gone.sequence.value) == 2
    assert "La salle a pris l’eau." in text_of(last_mail(mailbox))


def test_changes_before_the_first_invitation_left_make_one_invitation(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    live.edit(time="10:00")
    live.edit(time="11:00")
    deliver(live, clock)

    (calendar,) = calendars(mailbox)
    first = calendar.vevent_list[0]
    assert (first.sequence.value, len(calendar.vevent_list)) == ("2", 4)


def test_what_was_never_sent_is_never_cancelled(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    live.cancel()
    deliver(live, clock)

    (calendar,) = calendars(mailbox)
    assert (calendar.method.value, len(calendar.vevent_list)) == ("REQUEST", 3)


def test_another_slot_moves_the_event_that_is_there(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    second = live.second_slot()
    with networks(live.cast.network.pk):
        choose_slot(live.cast.enrolment, second)
    deliver(live, clock)
    live.cancel(session=second)
    deliver(live, clock)

    changes = calendars(mailbox)[1:]
    found = [event for calendar in changes for event in calendar.vevent_list]
    assert {calendar.method.value for calendar in changes} == {"REQUEST"}
    assert len({event.uid.value for event in found}) == 1
    assert [event.sequence.value for event in found] == ["1", "2"]
    assert found[-1].dtstart.value == live.session().starts_at


def test_at_night_a_change_waits_for_the_window_and_says_the_latest(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    clock.move_to(dt.datetime(2027, 1, 6, 20, 0, tzinfo=PARIS))
    fresh = Live(live.cast)
    fresh.edit(time="10:00")
    deliver(fresh, clock)
    fresh.edit(time="11:00")
    assert len(calendars(mailbox)) == 1

    clock.move_to(dt.datetime(2027, 1, 7, 8, 35, tzinfo=PARIS))
    deliver(fresh, clock, 0)

    _invitation, update = calendars(mailbox)
    (moved,) = update.vevent_list
    assert (moved.sequence.value, moved.dtstart.value.hour) == ("2", 10)
    with networks(live.cast.network.pk):
        rows = Reminder.objects.filter(kind="session_update").order_by("pk")
        assert sorted(row.state for row in rows) == ["sent", "skipped"]


def test_a_calendar_mail_counts_for_no_cap_and_no_ladder(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    for time in ("10:00", "11:00", "12:00"):
        deliver(live, clock, 0.25)
        live.edit(time=time)
    deliver(live, clock, 0.25)

    assert len(calendars(mailbox)) == 4
    with networks(live.cast.network.pk):
        assert Enrolment.objects.get(pk=live.cast.enrolment.pk).reminders_sent == 0


def test_a_talk_taken_moved_and_cancelled_is_one_event(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    at = dt.datetime(2027, 2, 10, 9, 0, tzinfo=PARIS)
    with networks(live.cast.network.pk):
        offer_slots(live.cast.cohort, live.cast.coach, [at, at + dt.timedelta(hours=1)])
        first, second = live.cast.cohort.appointments.all()
        take_slot(live.cast.enrolment, first)
    deliver(live, clock)
    with networks(live.cast.network.pk):
        taken = take_slot(live.cast.enrolment, second)
        move_appointment(taken, starts_at=at + dt.timedelta(hours=3), join_url="")
    deliver(live, clock)
    with networks(live.cast.network.pk):
        cancel_appointment(taken, "Je suis souffrante.")
    deliver(live, clock)

    found = [calendar.vevent for calendar in calendars(mailbox)[1:]]
    assert len({event.uid.value for event in found}) == 1
    sequences = [int(event.sequence.value) for event in found]
    assert sequences == sorted(set(sequences))
    assert found[1].dtstart.value == at + dt.timedelta(hours=3)
    assert [event.status.value for event in found] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_an_english_reader_gets_an_english_event_and_nobodys_name(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    live.cast.head.user.language = "en"
    live.cast.head.user.save()

    deliver(live, clock)

    (calendar,) = calendars(mailbox)
    text = calendar.serialize()
    assert "We didn’t know we could" in text
    assert "Live session of your cohort" in text
    for person in (live.cast.coach, live.cast.peer, live.cast.manager):
        assert person.user.email not in text
        assert person.user.name not in text


def test_the_raw_object_is_strictly_rfc_5545(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    live.edit(
        title_fr="Un titre, avec ; des signes \\ et une longueur qui oblige à plier la ligne d’octets",
        title_en="T",
    )
    deliver(live, clock)

    mail = last_mail(mailbox)
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    raw = part.get_payload(decode=True)
    assert part.get_param("method") == "REQUEST"
    assert part.get_content_charset() == "utf-8"
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    assert max(map(len, lines)) <= 75
    unfolded = raw.replace(b"\r\n", b"\n").replace(b"\n ", b"").decode()
    assert "Un titre\\, avec\u00a0\\; des signes \\\\ et" in unfolded
    for name in ("UID:", "DTSTAMP:", "DTSTART:", "SEQUENCE:", "ORGANIZER", "ATTENDEE"):
        assert unfolded.count(f"\n{name}") == 4, name
    assert vobject.readOne(unfolded).validate(raiseException=True)
