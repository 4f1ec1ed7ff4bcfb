"""Beside the queue: invitations that need a hand, what was said, and fourteen days of every network."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from agencies.addresses import address_hash
from agencies.models import Membership
from agencies.scope import networks
from agencies.services import issue_invitation
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.cohorts.services import add_second_slot, choose_slot, create_cohort
from coaching.learning.models import HelpRequest
from coaching.reminders.services import deliver_network
from tests.adoption.people import queue_row, signed_in
from tests.factories import LAUNCHED_AT, PARIS, Cast, starter_version
from tests.reminders.conftest import Mailbox, mailbox

__all__ = ["mailbox"]

pytestmark = pytest.mark.django_db

HOME = "/coach/"
NOW = dt.datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def read(membership: Membership) -> str:
    response = signed_in(membership).get(HOME)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def not_joined(cast: Cast, **fields: Any) -> None:
    """The first head has not opened the invitation that left on the day of the launch."""
    with networks(cast.network.pk):
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(**fields)
        with time_machine.travel(NOW - dt.timedelta(days=9), tick=False):
            issue_invitation(cast.head)


def of_invitations(shown: str) -> str:
    return shown.partition('id="invitations"')[2].partition("</section>")[0]


def test_refused_address_is_among_the_invitations_to_mend_and_not_among_the_people_to_call(
    cast: Cast,
) -> None:
    not_joined(cast, refused_address=address_hash(cast.network.pk, cast.head.user.email))

    shown = read(cast.coach)

    assert "Adresse refusée par sa messagerie" in of_invitations(shown)
    assert "Corriger" in of_invitations(shown)
    assert f'id="q-{cast.enrolment.public_id}"' not in shown


def test_corrected_address_is_refused_no_more(cast: Cast) -> None:
    not_joined(cast, refused_address=address_hash(cast.network.pk, "ancienne@example.com"))

    shown = read(cast.coach)

    assert "Adresse refusée" not in shown
    assert f'id="q-{cast.enrolment.public_id}"' in shown


def test_mailbox_that_refuses_leaves_its_mark_on_the_person(cast: Cast, mailbox: Mailbox) -> None:
    not_joined(cast)
    mailbox.at_rcpt = lambda _address: "550 No such user"
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(next_check_at=NOW)

    deliver_network(cast.network.pk, now=NOW)

    assert "Adresse refusée par sa messagerie" in of_invitations(read(cast.coach))


def test_invitation_unopened_after_all_that_leaves_by_itself_is_shown_with_its_age(cast: Cast) -> None:
    not_joined(cast)
    with networks(cast.network.pk):
        CoachContact.objects.create(
            enrolment=cast.enrolment, coach=cast.coach, kind="call", happened_at=NOW - dt.timedelta(days=1)
        )

    shown = of_invitations(read(cast.coach))

    assert "invitation d’il y a 12 jours ouvrés" in shown
    assert "Renvoyer" in shown
    assert "Rivages" in shown


@pytest.mark.parametrize(("day", "is_shown"), [(12, False), (13, True)])
def test_unopened_invitation_is_left_alone_until_the_seventh_working_day(
    cast: Cast, day: int, is_shown: bool
) -> None:
    not_joined(cast)
    at = dt.datetime(2027, 1, day, 9, 0, tzinfo=PARIS)
    with networks(cast.network.pk):
        CoachContact.objects.create(
            enrolment=cast.enrolment, coach=cast.coach, kind="call", happened_at=at - dt.timedelta(days=1)
        )

    with time_machine.travel(at, tick=False):
        shown = of_invitations(read(cast.coach))

    assert ("invitation d’il y a 7 jours ouvrés" in shown) is is_shown
    assert bool(shown) is is_shown


def test_who_is_to_be_called_is_not_listed_twice(cast: Cast) -> None:
    not_joined(cast)

    shown = read(cast.coach)

    assert f'id="q-{cast.enrolment.public_id}"' in shown
    assert of_invitations(shown) == ""


def test_expired_invitation_can_be_sent_again_from_here(cast: Cast) -> None:
    not_joined(cast)

    with time_machine.travel(LAUNCHED_AT + dt.timedelta(days=40), tick=False):
        shown = of_invitations(read(cast.coach))

    assert "Lien expiré" in shown
    assert 'name="back" value="coach"' in shown


def test_last_exchanges_unfold_in_the_row(cast: Cast) -> None:
    with networks(cast.network.pk):
        for days, note in ((30, "Le plus ancien"), (25, "Vacances"), (20, "Deux collègues absents")):
            CoachContact.objects.create(
                enrolment=cast.enrolment,
                coach=cast.coach,
                kind="call",
                note=note,
                happened_at=NOW - dt.timedelta(days=days),
            )

    shown = read(cast.coach)

    row = queue_row(shown, cast.enrolment)
    assert "Dernier échange : appel, jeudi 31 décembre, « Deux collègues absents »" in row
    assert row.index("Deux collègues") < row.index("Vacances") < row.index("Le plus ancien")


def test_fourteen_days_hold_openings_sessions_and_departures_of_every_network(cast: Cast) -> None:
    with networks(cast.other_network.pk):
        create_cohort(
            cast.other_coach, name="Rive Sud", version=starter_version(), starts_on=dt.date(2027, 2, 2)
        )

    coming = read(cast.coach).partition('id="coming"')[2].partition("</section>")[0]

    assert "Semaine 3, Hiver 2027" in coming  # opens on 26 January
    assert "Des mots à moi" in coming  # a session, on 28 January
    assert "Départ envisagé, Rive Sud" in coming
    assert "Semaine 5" not in coming  # 9 February
    assert coming.index("Semaine 3") < coming.index("Des mots à moi") < coming.index("Rive Sud")
    assert coming.count("Toits") >= 1


def test_each_of_two_slots_says_how_many_come_to_it(cast: Cast) -> None:
    with networks(cast.network.pk):
        session = cast.cohort.sessions.coming(NOW).get(title_fr="Des mots à moi")
        other = add_second_slot(session, starts_at=session.starts_at + dt.timedelta(hours=9), now=NOW)
        choose_slot(cast.enrolment, other, now=NOW)
        everybody = cast.cohort.enrolments.live().count()

    coming = read(cast.coach).partition('id="coming"')[2].partition("</section>")[0]

    first, second = coming.split("Des mots à moi")[1:3]
    assert f"{everybody - 1} personne" in first
    assert "1 personne<" in second


def test_room_is_opened_from_today_and_not_from_days_ahead(cast: Cast) -> None:
    with networks(cast.network.pk):
        session = cast.cohort.sessions.coming(NOW).get(title_fr="Des mots à moi")
        cast.cohort.sessions.update(join_url="https://visio.example/salle")

    ahead = read(cast.coach)
    with time_machine.travel(session.starts_at - dt.timedelta(hours=1), tick=False):
        today = read(cast.coach)

    assert "https://visio.example/salle" not in ahead
    assert "https://visio.example/salle" in today.partition('id="today"')[2].partition("</section>")[0]


@pytest.mark.parametrize(("day", "is_shown"), [(25, False), (26, True)])
def test_days_to_come_are_fourteen_from_tomorrow_on(cast: Cast, day: int, is_shown: bool) -> None:
    with time_machine.travel(dt.datetime(2027, 1, day, 9, 0, tzinfo=PARIS), tick=False):
        coming = read(cast.coach).partition('id="coming"')[2].partition("</section>")[0]

    assert ("Semaine 5" in coming) is is_shown  # opens on Tuesday 9 February


def test_end_of_a_cohort_is_announced(cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2027, 3, 3, 9, 0, tzinfo=PARIS), tick=False):
        shown = read(cast.coach)

    assert "Dernière semaine, Hiver 2027" in shown


def test_asking_for_a_hand_is_no_warning(cast: Cast) -> None:
    with networks(cast.network.pk):
        HelpRequest.objects.create(enrolment=cast.enrolment, text="canary", asked_at=NOW)

    shown = read(cast.coach)

    assert '<span class="tag tag--info">A demandé un coup de main</span>' in shown
    assert "canary" not in shown


def test_network_is_named_on_every_line_of_the_days_to_come(cast: Cast) -> None:
    coming = read(cast.coach).partition('id="coming"')[2].partition("</section>")[0]

    assert coming.count("<li>") >= 2
    assert coming.count('class="netname"') == coming.count("<li>")
