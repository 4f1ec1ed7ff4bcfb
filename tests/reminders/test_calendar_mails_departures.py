"""Calendar mails of who is no longer there, or could not be reached: cancelled once, invited again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from agencies.addresses import address_hash
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import CohortChange
from coaching.cohorts.running import Wish
from coaching.cohorts.services import (
    carry_out,
    hand_over,
    rehearse,
    undo,
)
from coaching.reminders.models import Suppression
from coaching.reminders.preferences import unsubscribe
from tests.cohorts.live import Live
from tests.factories import PARIS
from tests.reminders.calendar_mail import HEAD, calendars, clock, deliver, finish, last_mail, live, now_of
from tests.reminders.conftest import Mailbox, calendars_of, html_of, text_of

__all__ = ["clock", "live"]

pytestmark = pytest.mark.django_db


def archive(live: Live) -> CohortChange:
    with networks(live.cast.network.pk):
        wish = Wish("archive")
        mark = rehearse(live.cast.cohort, wish).mark
        return carry_out(live.cast.cohort, live.cast.coach, wish, mark=mark)


def replace_head(live: Live) -> CohortChange:
    with networks(live.cast.network.pk):
        return hand_over(live.cast.enrolment, live.cast.coach, email="relais@example.com", name="Ana Relais")


@pytest.mark.parametrize("leave", [archive, replace_head])
def test_who_is_no_longer_there_is_cancelled_once_and_invited_again_when_that_is_undone(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller, leave: Any
) -> None:
    deliver(live, clock)
    with networks(live.cast.network.pk):
        unsubscribe(live.cast.enrolment)

    change = leave(live)
    deliver(live, clock)
    deliver(live, clock)
    _invitation, cancellation = calendars(mailbox)
    gone = last_mail(mailbox)
    with networks(live.cast.network.pk):
        undo(change, live.cast.coach)
    deliver(live, clock)
    deliver(live, clock)

    assert (cancellation.method.value, len(cancellation.vevent_list)) == ("CANCEL", 4)
    assert {event.status.value for event in cancellation.vevent_list} == {"CANCELLED"}
    assert "/learn/together" not in text_of(gone)
    assert "/mail/pause/" not in text_of(gone) + html_of(gone)
    *_before, again = calendars(mailbox)
    assert (len(calendars(mailbox)), again.method.value, len(again.vevent_list)) == (3, "REQUEST", 4)
    assert {event.status.value for event in again.vevent_list} == {"CONFIRMED"}
    sequences = [{event.sequence.value for event in each.vevent_list} for each in calendars(mailbox)]
    assert sequences == [{"0"}, {"1"}, {"2"}]


def test_a_session_that_moves_after_the_return_goes_on_counting_and_a_second_archive_cancels_again(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    for _time in range(2):
        change = archive(live)
        deliver(live, clock, 0.5)
        with networks(live.cast.network.pk):
            undo(change, live.cast.coach)
        deliver(live, clock, 0.5)

    live.edit(time="10:30")
    deliver(live, clock, 0.5)

    found = calendars(mailbox)
    methods = [each.method.value for each in found]
    assert methods == ["REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST", "REQUEST"]
    assert [each.vevent_list[0].sequence.value for each in found] == ["0", "1", "2", "3", "4", "5"]
    assert len(found[-1].vevent_list) == 1


def test_an_archive_that_is_undone_before_anything_left_says_nothing_and_the_next_one_does(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    deliver(live, clock)
    clock.move_to(dt.datetime(2027, 1, 6, 21, 0, tzinfo=PARIS))
    fresh = Live(live.cast)
    change = archive(fresh)
    deliver(fresh, clock, 0)
    with networks(live.cast.network.pk):
        undo(change, live.cast.coach)
    clock.move_to(dt.datetime(2027, 1, 7, 9, 0, tzinfo=PARIS))
    deliver(fresh, clock, 0)
    assert len(calendars(mailbox)) == 1

    archive(fresh)
    deliver(fresh, clock)

    assert [each.method.value for each in calendars(mailbox)] == ["REQUEST", "CANCEL"]


@pytest.mark.parametrize("has_finished", [False, True])
def test_a_mandate_that_ends_without_telling_is_noticed_within_a_day(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller, has_finished: bool
) -> None:
    deliver(live, clock)
    if has_finished:
        finish(live)
        deliver(live, clock)
    with networks(live.cast.network.pk):
        end_membership(live.cast.head, now_of(clock).date())

    deliver(live, clock, 24)

    assert [each.method.value for each in calendars(mailbox)] == ["REQUEST", "CANCEL"]


@pytest.mark.parametrize("refused", ["before it left", "as it left"])
def test_whose_address_was_mended_is_invited_to_the_same_events(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller, refused: str
) -> None:
    if refused == "before it left":
        clock.move_to(dt.datetime(2027, 1, 6, 20, 0, tzinfo=PARIS))
        deliver(live, clock, 0)
        with networks(live.cast.network.pk):
            Suppression.objects.create(
                address_hash=address_hash(live.cast.network.pk, HEAD), reason=Suppression.Reason.BOUNCED
            )
        clock.move_to(dt.datetime(2027, 1, 7, 9, 0, tzinfo=PARIS))
        deliver(live, clock, 0)
    else:
        mailbox.at_rcpt = lambda address: "550 Nobody here" if address == HEAD else ""
        deliver(live, clock)
    assert calendars(mailbox) == []

    live.cast.head.user.email = "mended@example.com"
    live.cast.head.user.save()
    deliver(live, clock, 25)

    (calendar,) = calendars(mailbox, "mended@example.com")
    assert len(calendar.vevent_list) == 4


def test_a_text_that_the_server_refuses_is_not_offered_again(
    live: Live, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    offered: list[Any] = []
    mailbox.at_data = lambda mail: (
        offered.append(mail["To"]) or "550 Not this text" if calendars_of(mail) else ""
    )

    deliver(live, clock)
    deliver(live, clock, 25)

    assert offered == [HEAD]
