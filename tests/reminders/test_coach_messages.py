"""A coach's own messages: read over before they leave, in one name, and any letter before it leaves."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Invitation, Membership
from agencies.scope import networks
from coaching.cohorts.services import create_cohort
from coaching.reminders.models import CoachMessage, Reminder
from coaching.reminders.services import deliver_network
from tests.factories import PARIS, Cast, make_cast, make_member
from tests.reminders.coach_mail import (
    THURSDAY,
    WORDS,
    _frozen,
    act,
    cast,
    coach,
    keys,
    ledger,
    page,
    sent,
    url,
    written,
)
from tests.reminders.conftest import Mailbox, html_of, text_of

__all__ = ["_frozen", "cast", "coach"]

pytestmark = pytest.mark.django_db


# --- read first ----------------------------------------------------------------------------------


def test_nothing_leaves_before_it_was_read_over(coach: Client, cast: Cast, mailbox: Mailbox) -> None:
    message = written(coach, cast)

    deliver_network(cast.network.pk, now=THURSDAY)

    assert message.state == "draft"
    assert ledger(cast) == []
    assert mailbox.received == []


def test_people_ticked_under_another_choice_are_asked_about_and_nothing_is_lost(
    coach: Client, cast: Cast
) -> None:
    two = keys(cast, 1, 2)

    answer = coach.post(url(cast), {"group": "all", "people": two} | WORDS)

    shown = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert answer.status_code == 422
    assert "2 personnes sont cochées, et le choix est un groupe." in shown
    assert all(re.search(rf'value="{key}" checked', shown) for key in two)
    assert "À jeudi." in shown
    with networks(cast.network.pk):
        assert not CoachMessage.objects.exists()


def test_a_draft_for_some_may_be_given_to_all_instead(coach: Client, cast: Cast) -> None:
    message = written(coach, cast, 1, 2)

    answer = coach.post(
        url(cast, "edit_message", message.public_id),
        {"group": "all", "people": keys(cast, 1, 2), "revision": message.revision} | WORDS,
    )

    assert answer.status_code == 302
    with networks(cast.network.pk):
        message.refresh_from_db()
    assert len(message.people) == 4


def test_words_of_a_recalled_message_are_taken_up_again_and_nobody_is_ticked(
    coach: Client, cast: Cast
) -> None:
    message = sent(coach, cast)
    act(coach, cast, message, "recall")
    link = f"{url(cast)}?again={message.public_id}"
    assert link in page(coach, cast, message)

    shown = coach.get(link).content.decode()

    assert "À jeudi." in shown
    assert 'value="chosen" checked' in re.sub(r' (?:required|id="[^"]*")', "", shown)
    assert not re.search(r'name="people" value="[^"]*" checked', shown)


def test_a_mark_that_nobody_replaces_is_told_before_people_read_it(coach: Client, cast: Cast) -> None:
    answer = coach.post(url(cast), {"group": "all"} | WORDS | {"body": "Bonjour {nom}, merci {prénom}."})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "{nom} arriverait tel quel" in shown


def test_what_each_person_will_read_is_shown_with_their_name_and_hour(coach: Client, cast: Cast) -> None:
    message = written(coach, cast, 1, 2)

    shown = page(coach, cast, message)

    assert shown.count("Bonjour Tête,") == 2
    assert "head1@example.com" in shown
    assert shown.count("Part jeudi 21 janvier à 8 h 30 : on n’écrit qu’aux heures de bureau.") == 2
    assert "{prénom}" not in shown


def test_mail_that_arrives_is_word_for_word_the_one_that_was_read(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    message = written(coach, cast, 1)
    shown = page(coach, cast, message)
    act(coach, cast, message, "send")

    deliver_network(cast.network.pk, now=THURSDAY)

    mail = mailbox.received[0]
    read = re.sub(r"<br>|&#x27;", "\n", shown.partition('class="mail__t">')[2].partition("</p>")[0])
    for line in text_of(mail).replace("\u00a0", " ").splitlines():
        is_key = "/mail/" in line
        assert is_key or not line.strip() or line.strip() in read
    assert str(mail["Subject"]) == "Jeudi"
    assert "À jeudi." in html_of(mail)


def test_page_that_reads_over_holds_no_key_of_the_reader(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)
    message = written(coach, cast, 1)

    shown = page(coach, cast, message)

    assert re.findall(r"/mail/(?:unsubscribe|pause)/[^…/]", shown) == []


def test_answer_goes_to_the_coach_and_the_name_is_theirs_on_the_address_of_the_site(
    coach: Client, cast: Cast, mailbox: Mailbox, settings: Any
) -> None:
    sent(coach, cast, 1)

    deliver_network(cast.network.pk, now=THURSDAY)

    mail = mailbox.received[0]
    assert str(mail["Reply-To"]) == "coach@example.com"
    assert str(mail["From"]).startswith('"Claire Aubert (Rivages)" <') or "Claire Aubert" in str(mail["From"])
    assert settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip(">") in str(mail["From"])
    assert mail["Auto-Submitted"] is None
    assert mail["List-Unsubscribe"] is not None


def test_text_changed_in_another_window_is_not_sent_as_it_was_not_read(coach: Client, cast: Cast) -> None:
    message = written(coach, cast, 1)
    edit = url(cast, "edit_message", message.public_id)
    coach.post(edit, {"group": "all", "revision": 1, "body": "Autre chose"})

    answer = act(coach, cast, message, "send")

    assert "a changé dans une autre fenêtre" in answer.content.decode()
    assert ledger(cast) == []


def test_change_that_comes_second_is_refused_and_keeps_what_was_typed(coach: Client, cast: Cast) -> None:
    message = written(coach, cast, 1)
    edit = url(cast, "edit_message", message.public_id)
    coach.post(edit, {"group": "all", "revision": 1, "body": "Première"})

    second = coach.post(edit, {"group": "all", "revision": 1, "body": "Seconde, à garder"})

    assert second.status_code == 422
    assert "Seconde, à garder" in second.content.decode()
    assert 'name="revision" value="2"' in second.content.decode()


def test_colleague_reads_what_was_sent_and_neither_drafts_nor_buttons(
    coach: Client, cast: Cast, client: Client
) -> None:
    draft, gone = written(coach, cast, 1), sent(coach, cast, 2, subject="Parti")
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")
        cast.cohort.coaches.create(membership=colleague)
    other = Client()
    other.force_login(colleague.user)

    listed = other.get(url(cast, "cohort_messages")).content.decode()

    assert other.get(url(cast, "message", draft.public_id)).status_code == 404
    assert "Parti" in listed
    assert draft.public_id not in listed
    assert other.post(url(cast, "message", gone.public_id), {"action": "recall"}).status_code == 403


def test_messages_and_letters_of_another_cohort_are_not_found_under_ones_own(
    coach: Client, cast: Cast
) -> None:
    message = sent(coach, cast, 1)
    (row,) = ledger(cast)
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")
        theirs = create_cohort(
            colleague, name="X", version=cast.cohort.programme_version, starts_on=dt.date(2027, 3, 2)
        )
    other = Client()
    other.force_login(colleague.user)

    found = [
        other.get(reverse(f"reminders:{name}", args=["rivages", theirs.public_id, key])).status_code
        for name, key in (("message", message.public_id), ("letter", row.public_id))
    ]

    assert found == [404, 404]


def test_words_are_encrypted_at_rest(coach: Client, cast: Cast) -> None:
    written(coach, cast, 1, body="CANARI de novembre")

    with networks(cast.network.pk), connection.cursor() as cursor:
        cursor.execute("SELECT words FROM reminders_coachmessage")
        stored = bytes(cursor.fetchone()[0])

    assert b"CANARI" not in stored


# --- forms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        {"group": "all", "body": ""},
        {"group": "all", "body": "x" * 5001},
        {"group": "everyone", "body": "Bonjour"},
        {"group": "chosen", "body": "Bonjour"},
        {"group": "chosen", "people": ["nobody"], "body": "Bonjour"},
        {},
    ],
)
def test_strange_message_is_refused_with_what_was_typed(
    coach: Client, cast: Cast, answer: dict[str, Any]
) -> None:
    response = coach.post(url(cast), answer | {"subject": "Mon objet"})

    assert response.status_code == 422
    assert "Mon objet" in response.content.decode()


def test_strange_revision_is_one_that_was_not_read(coach: Client, cast: Cast) -> None:
    message = written(coach, cast, 1)

    answer = act(coach, cast, message, "send", revision="9" * 5000)

    assert "a changé dans une autre fenêtre" in answer.content.decode()
    assert ledger(cast) == []


def test_pages_of_messages_stand_below_the_cohorts(coach: Client, cast: Cast) -> None:
    pages = [url(cast), url(cast, "message", written(coach, cast, 1).public_id)]

    lit = [
        BeautifulSoup(coach.get(each).content, "html.parser").select("nav [aria-current=true]")
        for each in pages
    ]

    assert [[link.get_text(strip=True) for link in links][:1] for links in lit] == [["Promotions"]] * 2


def test_person_of_the_queue_is_ticked_from_there(coach: Client, cast: Cast) -> None:
    home = coach.get("/coach/").content.decode()
    key = keys(cast, 1)[0]

    shown = coach.get(f"{url(cast)}?to={key}").content.decode()

    assert f'href="{url(cast)}?to={key}"' in home
    assert re.findall(r'name="people" value="(\w+)" checked', shown) == [key]


def test_subject_of_two_lines_and_names_with_signs_make_no_header(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    sent(coach, cast, 1, subject="Un\r\nBcc: tous@example.com")

    deliver_network(cast.network.pk, now=THURSDAY)

    assert mailbox.received[0]["Bcc"] is None
    assert mailbox.subjects == ["Un Bcc\u00a0: tous@example.com"]


def test_name_stays_out_where_the_network_knows_none(coach: Client, cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None, written_name="")

    shown = page(coach, cast, written(coach, cast, 1))

    assert "Bonjour,<br>" in shown


# --- any letter, before it leaves -------------------------------------------------------------------------


def test_automatic_message_is_read_before_it_leaves_without_its_keys(coach: Client, cast: Cast) -> None:
    at = dt.datetime(2027, 1, 26, 8, 45, tzinfo=PARIS)
    with networks(cast.network.pk):
        row = Reminder.objects.create(
            enrolment=cast.enrolment, recipient_id=cast.head.user_id, kind="weekly_digest",
            occurrence="2027-W04", dedupe_key="digest", local_due="2027-01-26T08:45",
            time_zone="Europe/Paris", due_at=at, next_try_at=at, expires_at=at + dt.timedelta(days=5),
        )  # fmt: skip
    listed = coach.get(url(cast, "cohort_messages")).content.decode()

    shown = coach.get(url(cast, "letter", row.public_id)).content.decode()

    assert url(cast, "letter", row.public_id) in listed
    assert "Claire Aubert, votre coach" in shown
    assert "head1@example.com" in shown
    assert re.findall(r"/mail/(?:unsubscribe|pause)/[^…/]", shown) == []


def test_invitation_is_read_without_making_its_key(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)
        row = Reminder.objects.create(
            enrolment=cast.enrolment, recipient_id=cast.head.user_id, kind="invitation", occurrence="first",
            dedupe_key="invitation", local_due="2027-01-21T08:30", time_zone="Europe/Paris",
            due_at=THURSDAY, next_try_at=THURSDAY, expires_at=THURSDAY + dt.timedelta(days=5),
        )  # fmt: skip

    shown = coach.get(url(cast, "letter", row.public_id)).content.decode()

    with networks(cast.network.pk):
        assert Invitation.objects.count() == 0
    assert "/invitation/…/" in shown


def test_message_that_left_keeps_no_text_to_read(coach: Client, cast: Cast, mailbox: Mailbox) -> None:
    sent(coach, cast, 1)
    deliver_network(cast.network.pk, now=THURSDAY)

    shown = coach.get(url(cast, "letter", ledger(cast)[0].public_id)).content.decode()

    assert "n’attend plus" in shown


# --- cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize(("name", "limit"), [("write", 10), ("message", 25), ("report", 8)])
def test_pages_cost_the_same_for_one_person_or_three(
    client: Client, heads: int, name: str, limit: int
) -> None:
    cast = make_cast(heads)
    client.force_login(cast.coach.user)
    message = written(client, cast)
    if name == "report":
        act(client, cast, message, "send")
    address = url(cast) if name == "write" else url(cast, "message", message.public_id)
    client.get(address)

    with CaptureQueriesContext(connection) as captured:
        client.get(address)

    queries = [query["sql"] for query in captured.captured_queries]
    reads = [sql for sql in queries if sql.startswith("SELECT") and "set_config" not in sql]
    assert len(reads) == limit, reads
