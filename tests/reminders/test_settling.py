"""What a coach decides about messages that wait for them: from where, once, against others, and back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.reminders.models import Reminder, ReminderAttempt, Settlement
from coaching.reminders.services import deliver_network, plan_network
from coaching.reminders.settling import FROM, settle
from coaching.reminders.settling_words import recent_decisions
from tests.factories import PARIS, Cast, make_cast, make_member
from tests.reminders.conftest import Mailbox
from tests.reminders.outbox import signed_in, waiting, words

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
FAR = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
STATES = tuple(Reminder.State.values)
BECOMES = {"again": ("due", "again"), "received": ("sent", "received"), "closed": ("skipped", "closed")}


@pytest.fixture
def coach(cast: Cast) -> Client:
    return signed_in(cast.coach)


def url(cast: Cast, row: Reminder | None = None) -> str:
    ids = ["rivages", cast.cohort.public_id]
    return reverse("reminders:decide", args=[*ids, row.public_id]) if row else _several(cast)


def _several(cast: Cast) -> str:
    return reverse("reminders:decide_several", args=["rivages", cast.cohort.public_id])


def to_see(client: Client, cast: Cast) -> str:
    page = reverse("reminders:cohort_messages", args=["rivages", cast.cohort.public_id])
    return words(client.get(f"{page}?show=to_see"))


def now_is(cast: Cast, row: Reminder) -> tuple[str, str]:
    with networks(cast.network.pk):
        row.refresh_from_db()
    return row.state, row.reason


def undo(client: Client, cast: Cast, number: int = 0) -> str:
    with networks(cast.network.pk):
        key = Settlement.objects.order_by("pk")[number].public_id
    return words(client.post(_several(cast), {"action": "undo", "decision": key}, follow=True))


# --- what may be decided from where --------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(FROM))
@pytest.mark.parametrize("state", STATES)
def test_decision_moves_a_message_only_from_where_it_makes_sense(
    cast: Cast, coach: Client, state: str, action: str
) -> None:
    row = waiting(cast, state, reason="before")
    allowed = {
        "uncertain": {"again", "received", "closed"},
        "dead": {"again", "closed"},
        "bounced": {"closed"},
    }

    coach.post(url(cast, row), {"action": action})

    expected = BECOMES[action] if action in allowed.get(state, ()) else (state, "before")
    assert now_is(cast, row) == expected


def test_message_sent_again_keeps_its_key_and_starts_its_tries_anew(cast: Cast, coach: Client) -> None:
    row = waiting(cast, "dead", reason="smtp_451")

    coach.post(url(cast, row), {"action": "again"})

    with networks(cast.network.pk):
        again = Reminder.objects.get(pk=row.pk)
    assert (again.dedupe_key, again.attempts, again.finished_at) == (row.dedupe_key, 0, None)
    assert again.next_try_at <= timezone.now()


def test_message_sent_again_leaves_once_with_its_own_message_id(
    cast: Cast, coach: Client, mailbox: Mailbox
) -> None:
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        Reminder.objects.update(state="dead", finished_at=NOW, reason="smtp_451", expires_at=FAR)
        row = Reminder.objects.filter(kind="invitation").order_by("pk").first()
    assert row is not None
    coach.post(url(cast, row), {"action": "again"})
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=row.pk).update(next_try_at=NOW)
        Enrolment.objects.update(next_check_at=None)

    deliver_network(cast.network.pk, now=NOW)
    deliver_network(cast.network.pk, now=NOW)

    assert now_is(cast, row) == ("sent", "")
    assert [each for each in mailbox.ids if row.dedupe_key in each] == mailbox.ids
    assert len(mailbox.ids) == 1


def test_message_sent_again_is_held_back_by_no_earlier_doubt(
    cast: Cast, coach: Client, mailbox: Mailbox
) -> None:
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        Reminder.objects.update(state="dead", finished_at=NOW, expires_at=FAR)
        row = Reminder.objects.filter(kind="invitation").order_by("pk").first()
        assert row is not None
        before = NOW - dt.timedelta(hours=2)
        doubt = {
            "state": "uncertain",
            "finished_at": None,
            "in_doubt_since": before,
            "handed_over_at": before,
        }
        Reminder.objects.filter(pk=row.pk).update(**doubt)
    coach.post(url(cast, row), {"action": "again"})
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=row.pk).update(next_try_at=NOW)
        Enrolment.objects.update(next_check_at=None)
    mailbox.at_data = lambda message: "451 Later"

    deliver_network(cast.network.pk, now=NOW)

    assert now_is(cast, row) == ("due", "smtp_451")


def test_message_whose_date_has_passed_is_not_sent_again(cast: Cast, coach: Client) -> None:
    row = waiting(cast, "dead", reason="smtp_451", expires_at=timezone.now() - dt.timedelta(minutes=1))

    page = words(coach.get(url(cast, row)))
    answer = words(coach.post(url(cast, row), {"action": "again"}, follow=True))

    assert 'value="again"' not in page
    assert "Sa date est passée" in page
    assert "1 message est resté tel quel" in answer
    assert now_is(cast, row) == ("dead", "smtp_451")


def test_tries_of_another_day_do_not_end_a_message_sent_again(
    cast: Cast, coach: Client, mailbox: Mailbox
) -> None:
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        Reminder.objects.update(state="dead", finished_at=NOW, reason="smtp_451", expires_at=FAR)
        row = Reminder.objects.filter(kind="invitation").order_by("pk").first()
        assert row is not None
        before = NOW - dt.timedelta(days=3)
        ReminderAttempt.objects.create(
            reminder=row, number=1, stage="data", smtp_code=451, started_at=before, ended_at=before
        )
    coach.post(url(cast, row), {"action": "again"})
    with networks(cast.network.pk):
        Settlement.objects.update(settled_at=NOW - dt.timedelta(minutes=1))
        Reminder.objects.filter(pk=row.pk).update(next_try_at=NOW)
        Enrolment.objects.update(next_check_at=None)
    mailbox.at_data = lambda message: "451 Later"

    deliver_network(cast.network.pk, now=NOW)

    assert now_is(cast, row) == ("due", "smtp_451")


# --- received: it counts ------------------------------------------------------------------------


def test_message_taken_as_received_counts_for_the_ladder_and_gives_its_notice(
    cast: Cast, coach: Client
) -> None:
    row = waiting(cast, reasons=["week_opens", "manager_notice"], kind="weekly_digest")

    coach.post(url(cast, row), {"action": "received"})
    coach.post(url(cast, row), {"action": "received"})

    with networks(cast.network.pk):
        enrolment = Enrolment.objects.get(pk=cast.enrolment.pk)
    assert enrolment.reminders_sent == cast.enrolment.reminders_sent + 1
    assert enrolment.manager_notice_at is not None


def test_invitation_taken_as_received_counts_for_no_ladder(cast: Cast, coach: Client) -> None:
    row = waiting(cast, kind="invitation")

    coach.post(url(cast, row), {"action": "received"})

    with networks(cast.network.pk):
        assert Enrolment.objects.get(pk=cast.enrolment.pk).reminders_sent == cast.enrolment.reminders_sent


def test_letter_taken_as_received_is_an_exchange_of_its_coach(cast: Cast, coach: Client) -> None:
    from coaching.reminders.coach_mail import send_message, write_message

    with networks(cast.network.pk, user_id=cast.coach.user_id):
        letter = write_message(
            cast.coach, cast.cohort, subject="", body="À jeudi.", people=[cast.enrolment.public_id]
        )
        send_message(letter, letter.revision)
        row = Reminder.objects.of_message(letter).get()
        Reminder.objects.filter(pk=row.pk).update(state="uncertain")

    coach.post(url(cast, row), {"action": "received"})

    with networks(cast.network.pk):
        assert CoachContact.objects.filter(enrolment=cast.enrolment, kind="message").count() == 1


# --- once, by whom it concerns, and against others at the same moment -----------------------------


def test_second_press_changes_and_notes_nothing(cast: Cast, coach: Client) -> None:
    row = waiting(cast)
    coach.post(url(cast, row), {"action": "closed"})

    answer = words(coach.post(url(cast, row), {"action": "closed"}, follow=True))

    assert "1 message est resté tel quel" in answer
    with networks(cast.network.pk):
        assert Settlement.objects.count() == 1


@pytest.mark.parametrize("action", sorted(FROM))
def test_answer_of_the_provider_that_came_first_stands(cast: Cast, coach: Client, action: str) -> None:
    row = waiting(cast)
    coach.get(url(cast, row))
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=row.pk).update(state="sent", reason="", finished_at=timezone.now())

    answer = words(coach.post(url(cast, row), {"action": action}, follow=True))

    assert now_is(cast, row) == ("sent", "")
    assert "il avait changé" in answer
    with networks(cast.network.pk):
        assert not Settlement.objects.exists()


def test_decision_notes_who_made_it_when_and_from_which_state(cast: Cast, coach: Client) -> None:
    row = waiting(cast, "dead", reason="smtp_550")

    coach.post(url(cast, row), {"action": "closed"})

    with networks(cast.network.pk):
        noted = Settlement.objects.get()
    assert (noted.coach_id, noted.reminder_id, noted.action) == (cast.coach.pk, row.pk, "closed")
    assert (noted.from_state, noted.from_reason) == ("dead", "smtp_550")
    assert noted.from_finished_at == row.finished_at


def test_only_a_coach_of_the_cohort_decides(cast: Cast) -> None:
    row = waiting(cast)
    with networks(cast.network.pk):
        other = make_member(cast.network, "autre-coach@example.com", "coach")

    assert signed_in(other).post(url(cast, row), {"action": "closed"}).status_code == 404
    assert signed_in(cast.outsider).post(url(cast, row), {"action": "closed"}).status_code == 404
    assert signed_in(cast.manager).post(url(cast, row), {"action": "closed"}).status_code == 403
    assert now_is(cast, row) == ("uncertain", "")


def test_message_of_another_cohort_is_not_touched_by_this_ones_page(cast: Cast, coach: Client) -> None:
    row = waiting(cast)
    with networks(cast.network.pk):
        from coaching.cohorts.services import create_cohort

        elsewhere = create_cohort(
            cast.coach,
            name="Autre",
            version=cast.cohort.programme_version,
            starts_on=cast.cohort.starts_on + dt.timedelta(days=56),
        )
        assert settle(elsewhere, [row.public_id], "closed", cast.coach) == 0

    assert now_is(cast, row) == ("uncertain", "")


@pytest.mark.parametrize("data", [{}, {"action": "burn"}, {"action": "undo", "decision": "x" * 300}])
def test_strange_posts_change_nothing(cast: Cast, coach: Client, data: dict[str, str]) -> None:
    row = waiting(cast)

    assert coach.post(url(cast, row), data).status_code == 302

    assert now_is(cast, row) == ("uncertain", "")


# --- several at once ------------------------------------------------------------------------------


def test_several_are_decided_at_once_and_what_cannot_be_stays(cast: Cast, coach: Client) -> None:
    rows = [waiting(cast, state, occurrence=state) for state in ("uncertain", "dead", "bounced")]
    data = {"action": "again", "message": [row.public_id for row in rows]}

    answer = words(coach.post(url(cast), data, follow=True))

    assert [now_is(cast, row)[0] for row in rows] == ["due", "due", "bounced"]
    assert "2 messages renvoyés" in answer
    assert "1 message est resté tel quel" in answer


def test_unticked_messages_stay_and_none_ticked_is_said(cast: Cast, coach: Client) -> None:
    ticked, other = waiting(cast, occurrence="a"), waiting(cast, "dead", occurrence="b")

    coach.post(url(cast), {"action": "closed", "message": ticked.public_id})
    answer = words(coach.post(url(cast), {"action": "closed"}, follow=True))

    assert (now_is(cast, ticked)[0], now_is(cast, other)[0]) == ("skipped", "dead")
    assert "Aucun message n’était coché" in answer


def test_page_of_several_warns_that_a_message_may_arrive_twice(cast: Cast, coach: Client) -> None:
    waiting(cast)

    page = words(coach.get(url(cast)))

    assert "la personne l’aura deux fois" in page
    assert "head1@example.com" not in page


def test_nothing_to_decide_is_said(cast: Cast, coach: Client) -> None:
    assert "Aucun message n’attend." in words(coach.get(url(cast)))


# --- in words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reason", "said", "not_said"),
    [
        ("uncertain", "no_answer", "peut arriver deux fois", "Corriger l’adresse"),
        ("uncertain", "restored", "a été restaurée depuis", "sans réponse de la messagerie"),
        ("dead", "smtp_552", "La personne n’a rien reçu de ce message.", "deux fois"),
        ("dead", "not_written", "Abandonné après plusieurs essais", "deux fois"),
        ("bounced", "", "puis l’a rendu", "Considérer comme reçu"),
    ],
)
def test_page_of_a_message_says_what_happened_and_what_may_have_arrived(
    cast: Cast, coach: Client, state: str, reason: str, said: str, not_said: str
) -> None:
    page = words(coach.get(url(cast, waiting(cast, state, reason=reason))))

    assert said in page
    assert not_said not in page


def test_refusal_of_what_was_sent_again_in_doubt_does_not_deny_the_first_time(
    cast: Cast, coach: Client
) -> None:
    row = waiting(cast)
    coach.post(url(cast, row), {"action": "again"})
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=row.pk).update(state="dead", reason="smtp_552", finished_at=timezone.now())

    page = words(coach.get(url(cast, row)))

    assert "peut-être reçu la première fois" in page
    assert "n’a rien reçu" not in page
    assert "la personne l’aura deux fois" in page


def test_drawer_leads_to_each_message_that_waits(cast: Cast, coach: Client) -> None:
    row = waiting(cast)

    assert url(cast, row) in to_see(coach, cast)


def test_coachs_home_says_that_messages_wait_and_where(cast: Cast, coach: Client) -> None:
    home = reverse("adoption:coach_home")
    assert "Messages à voir" not in words(coach.get(home))
    for number, state in enumerate(("uncertain", "dead", "bounced", "sent", "due")):
        waiting(cast, state, occurrence=str(number))

    shown = words(coach.get(home))

    address = reverse("reminders:cohort_messages", args=["rivages", cast.cohort.public_id])
    assert f'<a href="{address}?show=to_see">3 messages attendent votre décision</a>' in shown
    assert "Tête 001" not in shown.split('id="notices"')[1].split("</section>")[0]


# --- undone ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("uncertain", "closed"),
        ("dead", "closed"),
        ("bounced", "closed"),
        ("uncertain", "again"),
        ("dead", "again"),
    ],
)
def test_decision_is_taken_back(cast: Cast, coach: Client, state: str, action: str) -> None:
    row = waiting(cast, state, reason="before")
    ended = row.finished_at
    coach.post(url(cast, row), {"action": action})
    assert 'value="undo"' in to_see(coach, cast)

    undo(coach, cast)

    assert now_is(cast, row) == (state, "before")
    assert row.finished_at == ended
    assert row.in_doubt_since == (row.handed_over_at if state == "uncertain" else None)
    with networks(cast.network.pk):
        assert list(Settlement.objects.order_by("pk").values_list("action", flat=True)) == [action, "undone"]


def test_several_closed_at_once_come_back_together_except_what_went_on(cast: Cast, coach: Client) -> None:
    rows = [waiting(cast, "dead", occurrence=str(number)) for number in range(3)]
    coach.post(url(cast), {"action": "closed", "message": [row.public_id for row in rows]})
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=rows[0].pk).update(state="sent", reason="")

    answer = undo(coach, cast, 1)

    assert [now_is(cast, row)[0] for row in rows] == ["sent", "dead", "dead"]
    assert "2 messages attendent de nouveau" in answer


def test_message_taken_as_received_stays_so(cast: Cast, coach: Client) -> None:
    row = waiting(cast)
    coach.post(url(cast, row), {"action": "received"})

    assert 'value="undo"' not in to_see(coach, cast)
    undo(coach, cast)

    assert now_is(cast, row) == ("sent", "received")


def test_message_that_a_worker_has_taken_again_is_not_taken_back(cast: Cast, coach: Client) -> None:
    row = waiting(cast)
    coach.post(url(cast, row), {"action": "again"})
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=row.pk).update(attempts=1, reason="smtp_451")

    answer = undo(coach, cast)

    assert now_is(cast, row) == ("due", "smtp_451")
    assert "trop tard" in answer


def test_earlier_decision_is_not_undone_over_a_later_one(cast: Cast, coach: Client) -> None:
    row = waiting(cast)
    coach.post(url(cast, row), {"action": "closed"})
    undo(coach, cast)
    coach.post(url(cast, row), {"action": "closed"})

    undo(coach, cast, 0)

    assert now_is(cast, row) == ("skipped", "closed")


# --- a constant number of queries ------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_several_takes_the_same_queries_for_any_number(count: int) -> None:
    cast = make_cast(3)
    for enrolment in cast.enrolments[:count]:
        waiting(cast, enrolment=enrolment)
    coach = signed_in(cast.coach)
    coach.get(url(cast))

    with CaptureQueriesContext(connection) as queries:
        assert coach.get(url(cast)).status_code == 200

    assert len([each for each in queries if "reminders_reminder" in each["sql"]]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_decisions_take_one_query_for_any_number(count: int) -> None:
    cast = make_cast(3)
    rows = [waiting(cast, enrolment=enrolment) for enrolment in cast.enrolments[:count]]
    with networks(cast.network.pk):
        for row in rows:
            settle(cast.cohort, [row.public_id], "closed", cast.coach)

        with CaptureQueriesContext(connection) as queries:
            told = [(each.sentence, each.whom, each.by) for each in recent_decisions(cast.cohort)]

    assert (len(told), len(queries)) == (count, 1)
