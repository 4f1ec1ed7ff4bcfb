"""From due people to a real mail server: the whole way of a message, by the door that the tasks use."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Min
from django.test import Client

from agencies.importing.applying import apply_file
from agencies.importing.planning import Plan, make_plan
from agencies.models import Agency, Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import add_contact, invite_again, pause, replace_head, working_days_of
from coaching.learning.services import complete_step
from coaching.reminders.facts import TRANSACTIONAL
from coaching.reminders.models import Reminder
from coaching.reminders.preferences import set_mail_mode, subscribe_again, unsubscribe
from coaching.reminders.services import Delivery, deliver_network
from tests.adoption.people import take_weeks
from tests.agencies.importing_files import csv_of
from tests.factories import PARIS, Cast, launch_cohort, starter_version
from tests.reminders.conftest import Mailbox, html_of, text_of

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)  # an hour after the launch
ACTIVE = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)  # a first step in week 0
TUESDAY = dt.datetime(2027, 1, 12, 9, 30, tzinfo=PARIS)  # week 1 is open
THURSDAY = dt.datetime(2027, 1, 14, 14, 30, tzinfo=PARIS)
FIRST_STEP = "w0-accueil/qui-lit-quoi"


def deliver(cast: Cast, now: dt.datetime) -> Delivery:
    return deliver_network(cast.network.pk, now=now)


def rows(cast: Cast, **filters: Any) -> list[Reminder]:
    with networks(cast.network.pk):
        return list(Reminder.objects.filter(**filters).order_by("due_at", "id"))


def one(cast: Cast, enrolment: Enrolment, kind: str) -> Reminder:
    return rows(cast, enrolment=enrolment, kind=kind)[0]


def take_first_step(cast: Cast, place: int, at: dt.datetime) -> Enrolment:
    """The person becomes active; `place` counts the cast's heads."""
    with networks(cast.network.pk, user_id=cast.heads[place].user_id):
        complete_step(cast.enrolments[place], FIRST_STEP, {}, now=at)
    return cast.enrolments[place]


def through(cast: Cast, since: dt.datetime, days: int) -> None:
    """Let the alarm clocks ring: deliver whenever something is due, as the ticks would."""
    now, until = since, since + dt.timedelta(days=days)
    while now < until:
        deliver(cast, now)
        with networks(cast.network.pk):
            alarm = Enrolment.objects.filter(next_check_at__gt=now).aggregate(at=Min("next_check_at"))["at"]
            due = Reminder.objects.filter(state="due", next_try_at__gt=now).aggregate(at=Min("next_try_at"))[
                "at"
            ]
        now = min([at for at in (alarm, due) if at], default=until)


def test_launch_sends_each_person_one_invitation(cast: Cast, mailbox: Mailbox) -> None:
    done = deliver(cast, MONDAY)

    assert (done.sent, done.planning.people) == (2, 2)
    assert sorted(str(mail["To"]) for mail in mailbox.received) == ["head1@example.com", "head2@example.com"]
    assert {row.state for row in rows(cast, kind="invitation")} == {"sent"}


def test_second_delivery_sends_nothing_more(cast: Cast, mailbox: Mailbox) -> None:
    deliver(cast, MONDAY)

    again = deliver(cast, MONDAY + dt.timedelta(minutes=1))

    assert (again.sent, again.planning.inserted, len(mailbox.received)) == (0, 0, 2)


def test_delivery_a_week_late_still_keeps_to_caps_and_window(cast: Cast, mailbox: Mailbox) -> None:
    take_first_step(cast, 0, ACTIVE)
    saturday = dt.datetime(2027, 1, 16, 11, 0, tzinfo=PARIS)

    done = deliver(cast, saturday)

    assert (done.sent, mailbox.received) == (0, [])


def test_message_due_while_everything_was_down_leaves_once_at_the_next_slot(
    cast: Cast, mailbox: Mailbox
) -> None:
    take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)
    mailbox.received.clear()

    deliver(cast, dt.datetime(2027, 1, 15, 16, 0, tzinfo=PARIS))

    assert len(mailbox.to("head1@example.com")) == 1
    assert one(cast, cast.enrolments[0], "weekly_digest").state == "sent"
    assert one(cast, cast.enrolments[0], "midweek_nudge").state != "sent"


def test_two_weeks_of_ticks_keep_two_a_week_two_days_apart_in_the_window(
    cast: Cast, mailbox: Mailbox
) -> None:
    take_first_step(cast, 0, ACTIVE)

    through(cast, MONDAY, 15)

    for place, email in enumerate(("head1@example.com", "head2@example.com")):
        sent = [
            row.handed_over_at
            for row in rows(cast, enrolment=cast.enrolments[place], state="sent")
            if row.kind != "invitation"
        ]
        assert len(mailbox.to(email)) >= 2
        assert all(b - a >= dt.timedelta(hours=48) for a, b in pairwise(sent))
        assert all(c - a >= dt.timedelta(days=7) for a, c in zip(sent, sent[2:], strict=False))
    assert len(mailbox.ids) == len(set(mailbox.ids))


def test_digest_leaves_on_tuesday_morning_and_counts_for_the_ladder(cast: Cast, mailbox: Mailbox) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)

    deliver(cast, TUESDAY)

    with networks(cast.network.pk):
        enrolment.refresh_from_db()
    assert one(cast, enrolment, "weekly_digest").state == "sent"
    assert enrolment.reminders_sent == 1


def test_nudge_is_not_sent_to_who_was_active_this_week(cast: Cast, mailbox: Mailbox) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    deliver(cast, TUESDAY)
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=enrolment.pk).update(last_activity_at=TUESDAY + dt.timedelta(days=1))

    deliver(cast, THURSDAY)

    nudge = one(cast, enrolment, "midweek_nudge")
    assert (nudge.state, nudge.reason) == ("skipped", "active_this_week")


def test_nothing_is_sent_during_a_pause(cast: Cast, mailbox: Mailbox) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)
    mailbox.received.clear()
    with networks(cast.network.pk):
        pause(enrolment, 2, today=dt.date(2027, 1, 11), now=ACTIVE)

    through(cast, TUESDAY, 3)

    assert mailbox.to("head1@example.com") == []


def test_reminder_is_not_sent_after_completion(cast: Cast, mailbox: Mailbox) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=enrolment.pk).update(status="completed")

    deliver(cast, TUESDAY)

    digest = one(cast, enrolment, "weekly_digest")
    assert (digest.state, digest.reason) == ("skipped", "completed")


def test_reminder_is_not_sent_once_the_cohort_has_ended(cast: Cast, mailbox: Mailbox) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(status="ended")

    deliver(cast, TUESDAY)

    assert one(cast, enrolment, "weekly_digest").reason == "cohort_ended"


def test_reminder_is_not_sent_to_who_has_left(cast: Cast, mailbox: Mailbox) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.heads[0].pk).update(ends_on=dt.date(2027, 1, 11))

    deliver(cast, TUESDAY)

    assert one(cast, enrolment, "weekly_digest").reason == "withdrawn"


def test_head_replaced_by_an_import_gets_nothing_more_and_the_successor_an_invitation(
    cast: Cast, mailbox: Mailbox
) -> None:
    take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)
    before, agency = len(mailbox.to("head1@example.com")), cast.agencies[0]
    content, day = csv_of((agency.code, agency.name, "nora@example.com", "Nora Prigent")), TUESDAY.date()
    with networks(cast.network.pk):
        plan = make_plan(cast.network, content, "f.csv", day)
        assert isinstance(plan, Plan)
        apply_file(cast.network, content, "f.csv", day, token=plan.token)
        successor = Membership.objects.get(agency=agency, ends_on=None)

    through(cast, TUESDAY, 8)
    with networks(cast.network.pk):
        replace_head(cast.enrolment, successor, now=TUESDAY + dt.timedelta(days=8))
    through(cast, TUESDAY + dt.timedelta(days=8), 8)

    assert len(mailbox.to("head1@example.com")) == before
    assert len(mailbox.to("head2@example.com")) > 1
    assert "Bonjour Nora," in text_of(mailbox.to("nora@example.com")[0])
    assert {row.reason for row in rows(cast, enrolment=cast.enrolment, state="skipped")} <= {"withdrawn"}


def test_unsubscribed_person_gets_nothing_until_they_come_back(cast: Cast, mailbox: Mailbox) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)
    mailbox.received.clear()
    with networks(cast.network.pk):
        unsubscribe(enrolment, now=ACTIVE)
    deliver(cast, TUESDAY)
    assert mailbox.to("head1@example.com") == []

    with networks(cast.network.pk):
        subscribe_again(enrolment, now=TUESDAY)
    deliver(cast, TUESDAY + dt.timedelta(minutes=5))

    assert len(mailbox.to("head1@example.com")) == 1


@pytest.mark.parametrize(("mode", "nudge"), [("digest_only", "digest_only"), ("none", "muted")])
def test_chosen_messages_are_the_only_ones(cast: Cast, mailbox: Mailbox, mode: str, nudge: str) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    deliver(cast, ACTIVE)
    with networks(cast.network.pk):
        set_mail_mode(enrolment, mode, now=ACTIVE)

    through(cast, TUESDAY, 3)

    digest = one(cast, enrolment, "weekly_digest")
    assert digest.state == ("sent" if mode == "digest_only" else "skipped")
    # Planned before the choice: the row stays, and says why it was not sent.
    assert one(cast, enrolment, "midweek_nudge").reason == nudge


def test_agency_closed_on_tuesdays_gets_its_digest_on_wednesday(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        cast.agencies[0].open_days = [1, 3, 4, 5]
        cast.agencies[0].save()
    enrolment = take_first_step(cast, 0, ACTIVE)

    through(cast, MONDAY, 10)

    sent = one(cast, enrolment, "weekly_digest")
    assert sent.state == "sent"
    assert sent.handed_over_at.astimezone(PARIS).date() == dt.date(2027, 1, 13)


def test_person_without_account_gets_a_link_that_lets_them_in(
    cast: Cast, mailbox: Mailbox, client: Client
) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.heads[0].pk).update(joined_at=None)
    deliver(cast, MONDAY)

    text = text_of(mailbox.to("head1@example.com")[0])

    link = next(word for word in text.split() if "/invitation/" in word)
    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code in (200, 302)


def test_invitation_greets_by_the_name_that_the_network_wrote(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.heads[0].pk).update(joined_at=None, written_name="Anne Kerbrat")

    deliver(cast, MONDAY)

    (mail,) = mailbox.to("head1@example.com")
    assert "Bonjour Anne," in text_of(mail)
    assert "Tête" not in text_of(mail) + html_of(mail)


def test_two_followups_at_most_each_with_its_own_link(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.heads[0].pk).update(joined_at=None)

    through(cast, MONDAY, 21)

    mails = mailbox.to("head1@example.com")
    links = {word for mail in mails for word in text_of(mail).split() if "/invitation/" in word}
    assert len(mails) == len(links) == 3


def test_invitation_asked_for_again_leaves_again(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.heads[0].pk).update(joined_at=None)
        deliver(cast, MONDAY)
        invite_again(cast.enrolments[0], now=MONDAY + dt.timedelta(days=1))

    deliver(cast, MONDAY + dt.timedelta(days=1, minutes=1))

    assert len(mailbox.to("head1@example.com")) == 2


def test_invitation_that_died_can_be_asked_for_again(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.heads[0].pk).update(joined_at=None)
    mailbox.at_data = lambda _message: "554 Not this"
    deliver(cast, MONDAY)
    deliver(cast, MONDAY + dt.timedelta(hours=1))
    mailbox.at_data = None
    assert one(cast, cast.enrolments[0], "invitation").state == "dead"
    with networks(cast.network.pk):
        invite_again(cast.enrolments[0], now=MONDAY + dt.timedelta(days=1))

    deliver(cast, MONDAY + dt.timedelta(days=1, minutes=1))
    deliver(cast, MONDAY + dt.timedelta(days=1, minutes=2))

    assert len(mailbox.to("head1@example.com")) == 1


def test_person_in_two_cohorts_keeps_to_the_caps_of_one_person(cast: Cast, mailbox: Mailbox) -> None:
    take_first_step(cast, 0, ACTIVE)
    with networks(cast.network.pk):
        _cohort, (second,) = launch_cohort(cast.coach, starter_version(), [cast.head], name="Encore")
        Enrolment.objects.filter(pk=second.pk).update(activated_at=ACTIVE, status="active")

    through(cast, dt.datetime(2027, 1, 6, 12, 30, tzinfo=PARIS), 28)

    with networks(cast.network.pk):
        left = sorted(
            Reminder.objects.filter(recipient=cast.head.user_id, state="sent")
            .exclude(kind__in=TRANSACTIONAL)
            .values_list("handed_over_at", flat=True)
        )
    assert len(left) > 2
    assert all(later - earlier >= dt.timedelta(hours=48) for earlier, later in pairwise(left))
    assert all(left[n + 2] - left[n] >= dt.timedelta(days=7) for n in range(len(left) - 2))


def test_notice_before_the_managers_list_is_noted_when_the_digest_leaves(
    cast: Cast, mailbox: Mailbox
) -> None:
    enrolment = take_first_step(cast, 0, ACTIVE)
    with networks(cast.network.pk):
        add_contact(enrolment, cast.coach, happened_at=dt.datetime(2027, 1, 21, 10, tzinfo=PARIS))
    deliver(cast, ACTIVE)

    through(cast, dt.datetime(2027, 1, 12, 8, 0, tzinfo=PARIS), 28)

    with networks(cast.network.pk):
        enrolment.refresh_from_db()
    with_notice = [
        row for row in rows(cast, enrolment=enrolment, state="sent") if "manager_notice" in row.reasons
    ]
    assert len(with_notice) == 1
    assert enrolment.manager_notice_at == with_notice[0].finished_at
    words = [text_of(mail) for mail in mailbox.to("head1@example.com") if "épauler" in text_of(mail)]
    assert len(words) == 1
    assert enrolment.reminders_sent >= 3


def import_postal_codes(cast: Cast, *postal_codes: str) -> None:
    """The cast's agencies again, as a file with these postal codes."""
    pairs = zip(cast.agencies, cast.heads, postal_codes, strict=True)
    lines = [(agency.code, agency.name, head.user.email, code) for agency, head, code in pairs]
    content = csv_of(*lines, headings=("code", "agence", "courriel", "cp"))
    with networks(cast.network.pk):
        found = make_plan(cast.network, content, "f.csv", MONDAY.date())
        assert isinstance(found, Plan)
        apply_file(cast.network, content, "f.csv", MONDAY.date(), token=found.token)


def test_strasbourg_rests_on_its_own_holidays_once_imported(cast: Cast) -> None:
    import_postal_codes(cast, "67000", "35000")

    with networks(cast.network.pk):
        agencies = Agency.objects.order_by("pk")
        strasbourg, rennes = (working_days_of(agency, cast.network) for agency in agencies)

    for day in (dt.date(2027, 3, 26), dt.date(2028, 12, 26)):  # Good Friday, Saint Stephen's
        assert strasbourg.why_closed(day) == "public_holiday"
        assert rennes.is_open(day)


def test_saint_denis_gets_its_mail_by_its_own_hours_once_imported(cast: Cast, mailbox: Mailbox) -> None:
    import_postal_codes(cast, "97400", "35000")
    overseas, home = take_first_step(cast, 0, ACTIVE), take_first_step(cast, 1, ACTIVE)

    through(cast, MONDAY, 10)

    here = one(cast, home, "weekly_digest").handed_over_at
    there = one(cast, overseas, "weekly_digest").handed_over_at
    assert 8 <= there.astimezone(ZoneInfo("Indian/Reunion")).hour < 18
    assert there < here
    assert there.astimezone(PARIS).hour < 8


def reminders_of(cast: Cast, enrolment: Enrolment) -> list[str]:
    """Kinds of what left, but for what went into the calendar."""
    sent = rows(cast, enrolment=enrolment, state="sent")
    return [row.kind for row in sent if row.kind not in TRANSACTIONAL]


def test_whoever_has_taken_every_open_step_gets_neither_digest_nor_nudge(
    cast: Cast, mailbox: Mailbox
) -> None:
    take_weeks(cast, 1, weeks=3, last_at=dt.datetime(2027, 1, 16, 9, 0, tzinfo=PARIS))
    take_weeks(cast, 2, weeks=2, last_at=dt.datetime(2027, 1, 16, 9, 0, tzinfo=PARIS))

    through(cast, dt.datetime(2027, 1, 19, 7, 0, tzinfo=PARIS), 6)  # week 2, and no session near

    head, peer = cast.enrolments
    assert {row.reason for row in rows(cast, enrolment=head, state="skipped")} <= {"nothing_left"}
    assert reminders_of(cast, head) == []
    assert reminders_of(cast, peer) == ["weekly_digest", "midweek_nudge"]


def test_other_network_is_left_alone(cast: Cast, mailbox: Mailbox) -> None:
    done = deliver_network(cast.other_network.pk, now=MONDAY)

    assert (done.sent, done.planning.people) == (0, 0)
