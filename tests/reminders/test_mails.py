"""What the mails say and carry: headers, languages, links, and nothing private."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.cohorts.services import choose_slot
from coaching.learning.models import Answer, PracticeReview
from coaching.learning.reviewing import Criterion, Grid, Words
from coaching.learning.services import UNDO_FOR, complete_step, send_review
from coaching.reminders import rules
from coaching.reminders.models import Reminder
from coaching.reminders.services import deliver_network
from tests.adoption.reviewing import CRITERIA, hand_in
from tests.cohorts.live import Live
from tests.factories import PARIS, Cast
from tests.reminders.conftest import Mailbox, html_of, text_of

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
ACTIVE = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)
TUESDAY = dt.datetime(2027, 1, 12, 9, 30, tzinfo=PARIS)
FRIDAY = dt.datetime(2027, 1, 15, 9, 0, tzinfo=PARIS)
HEAD = "head1@example.com"
CANARY = "canari-phrase-que-personne-ne-doit-lire"


def digest(cast: Cast, mailbox: Mailbox) -> EmailMessage:
    """The first person's digest of week 1, after one step in week 0."""
    with networks(cast.network.pk, user_id=cast.head.user_id):
        complete_step(cast.enrolment, "w0-accueil/qui-lit-quoi", {}, now=ACTIVE)
    deliver_network(cast.network.pk, now=TUESDAY)
    return mailbox.to(HEAD)[-1]


def nudge(cast: Cast, mailbox: Mailbox) -> EmailMessage:
    """The midweek nudge, two days after a digest that left on Tuesday."""
    digest(cast, mailbox)
    deliver_network(cast.network.pk, now=dt.datetime(2027, 1, 14, 14, 30, tzinfo=PARIS))
    return mailbox.to(HEAD)[-1]


def speak(cast: Cast, language: str) -> None:
    User.objects.filter(pk=cast.head.user_id).update(language=language)


def links(message: EmailMessage) -> set[str]:
    in_text = set(re.findall(r"https?://[^\s<>\"]+", text_of(message)))
    return in_text | set(re.findall(r'href="([^"]+)"', html_of(message)))


def test_headers_name_the_message_and_the_way_out(cast: Cast, mailbox: Mailbox) -> None:
    mail = digest(cast, mailbox)

    with networks(cast.network.pk):
        key = Reminder.objects.get(
            enrolment=cast.enrolment, occurrence="2027-W02", kind="weekly_digest"
        ).dedupe_key
    assert mail["Message-ID"] == f"<{key}@localhost>"
    assert mail["X-Reminder-Key"] == key
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://127\.0\.0\.1:8000/mail/unsubscribe/[^/>]+/>", str(mail["List-Unsubscribe"]))
    assert mail["Date"]


def test_digest_resumes_at_the_exact_step_with_its_minutes(cast: Cast, mailbox: Mailbox) -> None:
    mail = digest(cast, mailbox)

    with networks(cast.network.pk):
        done = set(cast.enrolment.completions.values_list("address", flat=True))
    step_links = [link for link in links(mail) if re.search(r"/n/rivages/learn/w0-accueil/[\w-]+/$", link)]
    assert step_links
    assert not any(link.rstrip("/").endswith(tuple(done)) for link in step_links)
    assert re.search(r"Il reste \d+ minutes?\s", text_of(mail).replace("\u00a0", " "))


def test_each_module_of_a_digest_leads_to_its_first_step_not_done(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        complete_step(cast.enrolment, "communiquer-c-est-relier/affiche-comptoir-mot", {}, now=TUESDAY)
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(activated_at=ACTIVE)

    deliver_network(cast.network.pk, now=TUESDAY)

    lessons = {link for link in links(mailbox.to(HEAD)[-1]) if "/learn/" in link}
    assert {link.partition("/n/rivages/learn/")[2] for link in lessons} == {
        "w0-accueil/qui-lit-quoi/",
        "communiquer-c-est-relier/une-question-en-public/",
        "v1-mes-valeurs/direction-pas-slogan/",
    }


def test_digest_lists_what_the_week_holds_and_the_next_session(cast: Cast, mailbox: Mailbox) -> None:
    mail = digest(cast, mailbox)

    text = text_of(mail)
    assert text.count("/n/rivages/learn/") >= 3
    assert "Semaine 1 sur" in html_of(mail).replace("\u00a0", " ")
    with networks(cast.network.pk):
        session = cast.cohort.sessions.coming(TUESDAY).first()
    assert session is not None
    assert (session.starts_at - TUESDAY).days < 8
    assert session.title_fr.split(" ")[0] in text


def test_subject_is_short_and_french_typography_is_kept(cast: Cast, mailbox: Mailbox) -> None:
    subject = str(digest(cast, mailbox)["Subject"])

    assert subject.startswith("Votre semaine 1")
    assert "\u00a0: " in subject
    assert len(subject) < 78


def test_english_reader_gets_an_english_mail(cast: Cast, mailbox: Mailbox) -> None:
    speak(cast, "en")

    mail = digest(cast, mailbox)

    version = cast.cohort.programme_version
    from coaching.programmes.runtime import outline_of

    week = outline_of(version).weeks[1]
    assert mail["Content-Language"] == "en"
    assert '<html lang="en"' in html_of(mail)
    assert week.title.in_language("en") in text_of(mail)
    assert week.title.in_language("fr") not in text_of(mail)


def test_person_without_a_choice_reads_the_networks_language(cast: Cast, mailbox: Mailbox) -> None:
    cast.network.default_language = "en"
    cast.network.save()

    assert digest(cast, mailbox)["Content-Language"] == "en"


def test_session_is_given_in_the_readers_own_hours(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        cast.agencies[0].time_zone = "Indian/Reunion"
        cast.agencies[0].save()
        session = cast.cohort.sessions.coming(TUESDAY).first()

    mail = digest(cast, mailbox)

    assert session is not None
    local_hour = (session.starts_at.astimezone(dt.UTC) + dt.timedelta(hours=4)).hour
    assert f"{local_hour}\u00a0h" in text_of(mail)


@pytest.mark.parametrize("write", [digest, nudge])
def test_nothing_private_is_in_a_mail(cast: Cast, mailbox: Mailbox, write: Any) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        for address in ("v1-mes-valeurs/scene", "w0-accueil/mon-quand-alors"):
            Answer.objects.create(
                enrolment=cast.enrolment,
                author_id=cast.head.user_id,
                address=address,
                content={"text": CANARY},
            )

    mail = write(cast, mailbox)

    assert CANARY not in mail.as_string()
    assert CANARY not in text_of(mail) + html_of(mail)


@pytest.mark.parametrize("write", [digest, nudge])
def test_mail_loads_nothing_and_leads_only_to_this_site(cast: Cast, mailbox: Mailbox, write: Any) -> None:
    mail = write(cast, mailbox)

    html = html_of(mail)
    assert "<img" not in html
    assert "url(" not in html
    assert "<script" not in html
    assert all(link.startswith("http://127.0.0.1:8000/") for link in links(mail))


def test_links_of_a_mail_open_for_the_reader(cast: Cast, mailbox: Mailbox, client: Client) -> None:
    mail = digest(cast, mailbox)
    client.force_login(User.objects.get(pk=cast.head.user_id))

    for link in links(mail):
        path = link.removeprefix("http://127.0.0.1:8000")
        if path != "/who-sees-what/":  # another app's page
            assert client.get(path).status_code in (200, 302), path


def test_nudge_offers_a_pause(cast: Cast, mailbox: Mailbox) -> None:
    mail = nudge(cast, mailbox)

    with networks(cast.network.pk):
        assert (
            Reminder.objects.get(enrolment=cast.enrolment, kind="midweek_nudge", occurrence="2027-W02").state
            == "sent"
        )
    assert "/mail/pause/" in text_of(mail)
    assert re.match(r"\d+\s(minute|minutes), quand vous voulez", str(mail["Subject"]))


def test_invitation_names_programme_and_coach_and_carries_no_private_data(
    cast: Cast, mailbox: Mailbox
) -> None:
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)
    deliver_network(cast.network.pk, now=MONDAY)

    mail = mailbox.to(HEAD)[0]

    assert str(mail["Subject"]) == "Rivages vous ouvre une place"
    assert "Présence & valeurs" in text_of(mail)
    assert "\n\n\n" not in text_of(mail)
    assert str(cast.coach.user) in text_of(mail)
    assert "/invitation/" in html_of(mail)


def test_line_breaks_in_a_name_reach_no_header(cast: Cast, mailbox: Mailbox) -> None:
    User.objects.filter(pk=cast.head.user_id).update(name="Hélène\r\nBcc: victim@example.com")
    cast.network.name = "Rivages\nX-Evil: 1"
    cast.network.save()

    mail = digest(cast, mailbox)

    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert [str(each["To"]) for each in mailbox.received if each["To"] == HEAD]


def test_markup_in_a_name_is_text(cast: Cast, mailbox: Mailbox) -> None:
    User.objects.filter(pk=cast.head.user_id).update(name="<b>Hélène</b>")

    html = html_of(digest(cast, mailbox))

    assert "<b>Hélène" not in html
    assert "&lt;b&gt;Hélène" in html


def test_digest_of_somebody_who_has_done_everything_asks_for_nothing(cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        complete_step(cast.enrolment, "w0-accueil/qui-lit-quoi", {}, now=ACTIVE)
        enrolment = Enrolment.objects.get(pk=cast.enrolment.pk)
        from coaching.learning.models import StepCompletion
        from coaching.programmes.runtime import outline_of

        steps = [
            step
            for step in outline_of(cast.cohort.programme_version).steps_for_sector("insurance")
            if step.week_number <= 1 and step.address != "w0-accueil/qui-lit-quoi"
        ]
        StepCompletion.objects.bulk_create(
            StepCompletion(
                enrolment=enrolment,
                address=step.address,
                week_number=step.week_number,
                minutes=step.minutes,
                completed_at=ACTIVE,
            )
            for step in steps
        )
    deliver_network(cast.network.pk, now=TUESDAY)

    assert "Vous avez tout fait" in text_of(mailbox.to(HEAD)[-1])


def test_whoever_has_joined_is_told_of_one_more_cohort_without_a_key(cast: Cast, mailbox: Mailbox) -> None:
    deliver_network(cast.network.pk, now=MONDAY)

    mail = mailbox.to(HEAD)[-1]
    text = text_of(mail)
    assert mail["Subject"] == "Une nouvelle promotion vous attend"
    assert "Hiver 2027" in text
    assert "/invitation/" not in text
    assert "quatorze jours" not in text


# --- what a coach answered -------------------------------------------------------------------------

PRACTICE = "p2-post-valeur/ecrire-un-post"
MARCH_2 = dt.datetime(2027, 3, 2, 9, 30, tzinfo=PARIS)  # a Tuesday, in week 8


def answer_practice(cast: Cast, at: dt.datetime) -> None:
    """The first person hands a practice in, and their coach answers it then."""
    submission = hand_in(cast, at=at - dt.timedelta(days=1))
    words = Words(dict.fromkeys(CRITERIA, 2), CANARY)
    with networks(cast.network.pk, user_id=cast.coach.user_id):
        grid = Grid(tuple(Criterion(name, name, 0, ("", "", "")) for name in CRITERIA), 5)
        send_review(
            submission,
            cast.coach,
            grid,
            words,
            gives_back=False,
            version=submission.revision,
            edition=0,
            now=at,
        )


def test_digest_tells_that_a_practice_was_answered_and_not_a_word_of_it(cast: Cast, mailbox: Mailbox) -> None:
    answer_practice(cast, MARCH_2 - dt.timedelta(hours=3))

    deliver_network(cast.network.pk, now=MARCH_2)

    mail = mailbox.to(HEAD)[-1]
    sentence = "Claire Aubert a relu « Un post, une valeur »"
    assert sentence in text_of(mail).replace("\u00a0", " ")
    assert sentence in html_of(mail).replace("\u00a0", " ")
    assert any(link.endswith(f"/n/rivages/learn/{PRACTICE}/") for link in links(mail))
    assert CANARY not in str(mail)


def test_answer_is_told_once_and_not_after_it_was_opened(cast: Cast, mailbox: Mailbox) -> None:
    answer_practice(cast, MARCH_2 - dt.timedelta(days=1))
    with networks(cast.network.pk):
        PracticeReview.objects.update(opened_at=MARCH_2 - dt.timedelta(hours=1))

    deliver_network(cast.network.pk, now=MARCH_2)

    assert "a relu" not in text_of(mailbox.to(HEAD)[-1])


def test_answer_that_its_coach_may_still_take_back_is_not_told(cast: Cast, mailbox: Mailbox) -> None:
    answer_practice(cast, MARCH_2 - dt.timedelta(minutes=14))

    deliver_network(cast.network.pk, now=MARCH_2)

    assert "a relu" not in text_of(mailbox.to(HEAD)[-1])
    assert rules.STANDS_AFTER == UNDO_FOR


# --- two slots, and the foot of a digest -------------------------------------------------------------


def plain(message: EmailMessage) -> str:
    return text_of(message).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2027-01-14", "Jeudi 14 janvier, 8 h 45 ou 13 h 30, 1 h."),
        ("2027-01-15", "Jeudi 14 janvier, 8 h 45, ou vendredi 15 janvier, 13 h 30. 1 h."),
    ],
)
def test_digest_offers_both_slots_of_a_session_until_one_is_chosen(
    cast: Cast, mailbox: Mailbox, day: str, sentence: str
) -> None:
    with time_machine.travel(ACTIVE, tick=False):
        slot = Live(cast).second_slot(day=day)
    both = digest(cast, mailbox)
    with networks(cast.network.pk, user_id=cast.heads[1].user_id):
        complete_step(cast.enrolments[1], "w0-accueil/qui-lit-quoi", {}, now=ACTIVE)
        choose_slot(cast.enrolments[1], slot, now=ACTIVE)
    deliver_network(cast.network.pk, now=TUESDAY)
    chosen = mailbox.to("head2@example.com")[-1]

    assert sentence in plain(both)
    assert "Choisir mon créneau" in html_of(both)
    assert any(link.endswith("/n/rivages/together/") for link in links(both))
    assert "8 h 45" not in plain(chosen)
    assert "13 h 30" in plain(chosen)
    assert "Choisir mon créneau" not in html_of(chosen)


def test_foot_of_a_digest_leads_to_its_day_to_itself_alone_and_to_a_pause(
    cast: Cast, mailbox: Mailbox
) -> None:
    html = html_of(digest(cast, mailbox))
    set_mail_mode_of(cast, "digest_only")
    deliver_network(cast.network.pk, now=TUESDAY + dt.timedelta(days=7))
    alone = html_of(mailbox.to(HEAD)[-1])

    assert re.search(r'href="[^"]+/n/rivages/messages/"[^>]*>Changer de jour<', html)
    assert re.search(r'href="[^"]+/mail/unsubscribe/[^"]+"[^>]*>Garder ce récapitulatif seul<', html)
    assert re.search(r'href="[^"]+/mail/pause/[^"]+"[^>]*>Mettre en pause', html)
    assert "Semaine 2 sur" in alone.replace("\u00a0", " ")
    assert "Garder ce récapitulatif seul" not in alone


def set_mail_mode_of(cast: Cast, mode: str) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(mail_mode=mode)
