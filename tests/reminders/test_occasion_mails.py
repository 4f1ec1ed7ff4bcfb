"""The mails of the person's own days, from the rows to the mailbox: what they say, where they lead."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage

import pytest
import time_machine

from accounts.models import User
from agencies.scope import networks
from coaching.cohorts.ending import end_finished_cohorts
from coaching.cohorts.models import Cohort, Enrolment, Exemption, LiveSession
from coaching.learning.models import StepCompletion
from coaching.learning.services import complete_step
from coaching.reminders.loading import load
from coaching.reminders.services import deliver_network
from tests.adoption.people import signed_in
from tests.adoption.reviewing import hand_in
from tests.factories import PARIS, Cast
from tests.reminders.conftest import Mailbox, html_of, text_of

pytestmark = pytest.mark.django_db

HEAD = "head1@example.com"
PROFILE = "p1-profil/reecrire-mon-profil"


def at(month: int, day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2027, month, day, hour, minute, tzinfo=PARIS)


def begin(cast: Cast, now: dt.datetime) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        complete_step(cast.enrolment, "w0-accueil/qui-lit-quoi", {}, now=now)


def active_until(cast: Cast, now: dt.datetime) -> None:
    """Their last step is of this moment, whatever it was."""
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(last_activity_at=now, next_check_at=now)


def deliver(cast: Cast, *moments: dt.datetime) -> None:
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            deliver_network(cast.network.pk, now=moment)


def last(mailbox: Mailbox) -> EmailMessage:
    return mailbox.to(HEAD)[-1]


def subject(mail: EmailMessage) -> str:
    return plain(str(mail["Subject"]))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def both(mail: EmailMessage) -> list[str]:
    """The two versions as they are read, without typography and tags."""
    return [plain(text_of(mail)), re.sub(r"<[^>]+>", "", plain(html_of(mail)))]


def speak(cast: Cast, language: str) -> None:
    User.objects.filter(pk=cast.head.user_id).update(language=language)


# --- sessions ---------------------------------------------------------------------------------


@pytest.fixture
def friday_session(cast: Cast) -> Cast:
    """The second session is on Friday 29 January at two; the head was active on the Friday before."""
    begin(cast, at(1, 22, 9))
    with networks(cast.network.pk):
        second = LiveSession.objects.order_by("starts_at")[1]
        LiveSession.objects.filter(pk=second.pk).update(
            starts_at=at(1, 29, 14), title_fr="Choisir un lieu", title_en="Choosing a place"
        )
    return cast


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [
        ("fr", "Vendredi 29 janvier : Choisir un lieu", "On se retrouve bientôt."),
        ("en", "Friday 29 January: Choosing a place", "See you soon."),
    ],
)
def test_session_mail_names_it_in_its_subject_and_says_when(
    friday_session: Cast, mailbox: Mailbox, language: str, title: str, said: str
) -> None:
    speak(friday_session, language)

    deliver(friday_session, at(1, 22, 10), at(1, 26, 9, 30), at(1, 28, 10))

    mail = last(mailbox)
    assert subject(mail) == title
    assert all(said in text for text in both(mail))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


# --- practices --------------------------------------------------------------------------------


@pytest.fixture
def practising(cast: Cast, mailbox: Mailbox) -> Cast:
    """Week 4 is open, its digest has left; the first practice is due on Monday 8 February."""
    begin(cast, at(1, 29, 9))
    deliver(cast, at(1, 29, 10), at(2, 2, 9))
    return cast


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "D’ici lundi 8 février"), ("en", "By Monday 8 February")],
)
def test_practice_mail_says_which_by_when_and_leads_to_it(
    practising: Cast, mailbox: Mailbox, language: str, words: str
) -> None:
    speak(practising, language)

    deliver(practising, at(2, 4, 10))

    mail = last(mailbox)
    assert subject(mail).startswith(words)
    assert f"/learn/{PROFILE}/" in text_of(mail)
    assert f"/learn/{PROFILE}/" in html_of(mail)


def test_practice_handed_in_or_exempt_is_not_asked_for(practising: Cast, mailbox: Mailbox) -> None:
    with networks(practising.network.pk):
        ids = [practising.enrolment.pk]
        asked = {each.address for each in load(ids, at(2, 3, 9))[ids[0]].facts.practices}
        Exemption.objects.create(
            enrolment=practising.enrolment,
            address="p2-post-valeur/ecrire-un-post",
            given_by=practising.coach,
            given_at=at(2, 3, 9),
        )
    hand_in(practising, address=PROFILE, at=at(2, 3, 9))

    with networks(practising.network.pk):
        left = {each.address for each in load(ids, at(2, 3, 10))[ids[0]].facts.practices}

    assert asked - left == {PROFILE, "p2-post-valeur/ecrire-un-post"}
    deliver(practising, at(2, 4, 10))
    assert not any("8 février" in plain(each) for each in mailbox.subjects)


def test_practice_is_due_on_the_persons_own_date(practising: Cast) -> None:
    with networks(practising.network.pk):
        practising.enrolment.own_dates.create(week_number=4, days=7, set_by=practising.coach)
        ids = [practising.enrolment.pk]
        practices = load(ids, at(2, 3, 9))[ids[0]].facts.practices

    assert next(each for each in practices if each.address == PROFILE).due_at == at(2, 15, 18)


# --- silence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "hand"),
    [
        ("fr", "Un coup de main pour reprendre ?", "Votre coach peut vous donner un coup de main."),
        ("en", "A hand to get going again?", "Your coach can give you a hand."),
    ],
)
def test_second_comeback_offers_the_coachs_hand_on_the_day_the_coach_has_the_person_on_their_list(
    cast: Cast, mailbox: Mailbox, language: str, title: str, hand: str
) -> None:
    begin(cast, at(1, 8, 9))
    speak(cast, language)

    deliver(cast, at(1, 8, 10), at(1, 12, 9), at(1, 19, 9))
    with_digest = last(mailbox)
    deliver(cast, at(1, 22, 14))

    mail = last(mailbox)
    assert subject(mail) == title
    assert all(hand in text for text in both(mail))
    assert "/learn/help/" in text_of(mail)
    assert "/mail/pause/" in text_of(mail)
    assert hand not in both(with_digest)[0]
    with time_machine.travel(at(1, 22, 14), tick=False):
        home = plain(signed_in(cast.coach).get("/coach/").content.decode())
    assert f"q-{cast.enrolment.public_id}" in home
    assert "10 jours ouvrés sans étape" in home
    assert "Prenez des nouvelles d’abord" in home


def test_first_comeback_rides_with_the_digest_and_names_the_next_step(cast: Cast, mailbox: Mailbox) -> None:
    begin(cast, at(1, 8, 9))

    deliver(cast, at(1, 8, 10), at(1, 12, 9), at(1, 19, 9))

    assert subject(last(mailbox)).startswith("Votre semaine 2")
    assert all(
        re.search(r"La prochaine étape, « .+ », tient en \d+ minutes?\.", text)
        for text in both(last(mailbox))
    )
    assert "Pas le moment" not in both(last(mailbox))[0]  # the digest offers its break by itself


def test_activity_and_what_is_settled_leave_no_comeback(cast: Cast, mailbox: Mailbox) -> None:
    begin(cast, at(1, 8, 9))
    deliver(cast, at(1, 8, 10), at(1, 12, 9), at(1, 19, 9))

    with time_machine.travel(at(1, 21, 9), tick=False):
        url = f"/n/rivages/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/contact/"
        response = signed_in(cast.coach).post(url, {"kind": "handled", "note": ""})
    deliver(cast, at(1, 22, 14))

    assert response.status_code == 302
    assert "Un coup de main pour reprendre ?" not in map(plain, mailbox.subjects)


# --- after the end ----------------------------------------------------------------------------


@pytest.fixture
def ended(cast: Cast) -> Cast:
    """The cohort is over; the head has begun and not finished, the peer never came."""
    begin(cast, at(1, 22, 9))
    with time_machine.travel(at(3, 31, 9), tick=False):
        assert end_finished_cohorts(cast.network.pk, at(3, 31, 9)) == 1
    return cast


def opening_of(cast: Cast, weeks: int) -> dt.datetime:
    with networks(cast.network.pk):
        at = Cohort.objects.get(pk=cast.cohort.pk).booster_opens_at(weeks)
    assert at is not None
    return at.astimezone(PARIS)


@pytest.mark.parametrize(
    ("language", "title"),
    [("fr", "4 semaines après : Le brouillon retrouvé"), ("en", "4 weeks on: The draft that turned up")],
)
def test_four_weeks_after_the_end_a_mail_leads_to_what_has_opened(
    ended: Cast, mailbox: Mailbox, language: str, title: str
) -> None:
    speak(ended, language)
    opens_at = opening_of(ended, 4)

    deliver(ended, at(3, 31, 10), opens_at.replace(hour=9, minute=30))

    mail = last(mailbox)
    assert subject(mail) == title
    address = re.search(r"/n/rivages/learn/le-brouillon-retrouve/[\w-]+/", text_of(mail))
    assert address is not None
    assert address[0] in html_of(mail)
    assert "/mail/pause/" not in text_of(mail) + html_of(mail)
    with time_machine.travel(opens_at.replace(hour=10), tick=False):
        assert signed_in(ended.head).get(address[0]).status_code == 200


def test_twelve_weeks_after_the_end_the_mail_carries_the_survey_and_is_the_last(
    ended: Cast, mailbox: Mailbox
) -> None:
    moments = [opening_of(ended, weeks).replace(hour=9, minute=30) for weeks in (4, 8, 12)]
    year_after = [moments[-1] + dt.timedelta(days=days) for days in (7, 60, 300)]

    deliver(ended, at(3, 31, 10), *moments, *year_after)

    found = [each for each in map(plain, mailbox.subjects) if "semaines après" in each]
    assert [each.partition(" ")[0] for each in found] == ["4", "8", "12"]
    mail = last(mailbox)
    assert "/learn/enquete-a-froid/avec-le-recul/" in text_of(mail)
    assert "C’est notre dernier message" in both(mail)[0]


def test_nothing_follows_for_who_never_came_or_has_done_it_already(ended: Cast, mailbox: Mailbox) -> None:
    with networks(ended.network.pk):
        booster = load([ended.enrolment.pk], at(4, 1, 9))[ended.enrolment.pk].outline.boosters[0]
        for step in booster.modules[0].steps:
            StepCompletion.objects.create(
                enrolment=ended.enrolment,
                address=step.address,
                week_number=step.week_number,
                minutes=step.minutes,
                completed_at=at(4, 1, 9),
            )

    deliver(ended, at(3, 31, 10), opening_of(ended, 4).replace(hour=9, minute=30))

    assert not any("semaines après" in plain(each) for each in mailbox.subjects)
