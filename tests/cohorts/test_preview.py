"""The last page before a launch says what will happen, and launching does exactly that, once."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agencies.addresses import address_hash
from agencies.models import Agency, Membership
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.calendar import Period
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import create_cohort, set_members
from tests.factories import PARIS, Cast, make_agency, starter_version
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 12, 8, 9, 0, tzinfo=PARIS)
TUESDAY = dt.date(2027, 4, 6)


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coach(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coach.user)
    return client


def page(name: str, draft: Cohort) -> str:
    return reverse(f"cohorts:{name}", args=["rivages", draft.public_id])


def draft_of(cast: Cast, people: list[Membership] | None = None, **fields: Any) -> Cohort:
    fields = {"starts_on": TUESDAY} | fields
    with networks(cast.network.pk):
        draft = create_cohort(cast.coach, name="Printemps 2027", version=starter_version(), **fields)
        if people is None:
            people = [cast.head, cast.peer]
        if people:
            set_members(draft, people)
    return draft


def reload(cast: Cast, draft: Cohort) -> Cohort:
    with networks(cast.network.pk):
        return Cohort.objects.prefetch_related("weeks", "sessions", "enrolments").get(pk=draft.pk)


def test_preview_shows_weeks_sessions_and_the_days_of_the_calendar(coach: Client, cast: Cast) -> None:
    shown = coach.get(page("preview", draft_of(cast))).content.decode()

    assert shown.count("d--open") == 9 + 1  # nine Tuesdays and the legend
    assert shown.count("d--live") == 4 + 1
    assert "Avril 2027" in shown
    assert "On ne savait pas qu’on pouvait" in shown
    assert "Entretiens de 20" in shown


def test_preview_names_people_who_follow_another_cohort(coach: Client, cast: Cast) -> None:
    shown = coach.get(page("preview", draft_of(cast, [cast.head]))).content.decode()

    shown = shown.replace("\u00a0", " ")
    assert "1 personne suit déjà une autre promotion" in shown
    assert f"{cast.head.user}, « Hiver 2027 »" in shown


def test_addresses_that_refused_mail_before_are_told_where_people_are_chosen_and_before_the_launch(
    coach: Client, cast: Cast
) -> None:
    draft = draft_of(cast, [cast.head])
    refused = address_hash(cast.network.pk, cast.head.user.email)
    with networks(cast.network.pk):
        Enrolment.objects.filter(membership=cast.head).exclude(cohort=draft).update(refused_address=refused)

    people = coach.get(page("members", draft)).content.decode()
    preview = coach.get(page("preview", draft)).content.decode().replace("\u00a0", " ")

    assert people.count("son adresse a refusé un courriel") == 1
    assert "1 adresse a déjà refusé un courriel" in preview
    assert f"{cast.head.shown_name} : rien n’y arrivera" in preview

    with networks(cast.network.pk):
        User.objects.filter(pk=cast.head.user_id).update(email="corrigee@example.com")
    assert "a refusé un courriel" not in coach.get(page("members", draft)).content.decode()
    assert "a déjà refusé un courriel" not in coach.get(page("preview", draft)).content.decode()


def test_preview_says_what_a_pause_moves(coach: Client, cast: Cast) -> None:
    pause = Period(dt.date(2027, 4, 12), dt.date(2027, 4, 16), "Congrès")

    shown = (
        coach.get(page("preview", draft_of(cast, blackouts=[pause]))).content.decode().replace("\u00a0", " ")
    )

    assert "Congrès" in shown
    assert "d--off" in shown
    assert "La semaine 2 s’ouvre le mardi 20 avril au lieu du mardi 13 avril" in shown


def test_preview_tells_public_holidays_and_moved_sessions(coach: Client, cast: Cast) -> None:
    # The Thursday of week 5 is Ascension day, 6 May 2027; week 6's is 20 May, an ordinary day.
    shown = coach.get(page("preview", draft_of(cast, starts_on=dt.date(2027, 4, 20)))).content.decode()

    assert "d--hol" in shown
    assert "jour férié (Ascension)" in shown


IN_DECEMBER = dt.date(2026, 12, 15)  # weeks 2 and 3 and a session then lie between 21 December and 1 January
CHRISTMAS = Period(dt.date(2026, 12, 21), dt.date(2027, 1, 1), "Noël")


def test_preview_names_what_falls_at_the_end_of_the_year_without_a_pause(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast, starts_on=IN_DECEMBER)

    shown = coach.get(page("preview", draft)).content.decode().replace("\u00a0", " ")

    assert "La pause proposée « Fêtes de fin d’année » n’est pas prise" in shown
    assert "Ouverture de la semaine 2 le mardi 22 décembre, ouverture de la semaine 3" in shown
    assert "séance « Des mots à moi » le jeudi 31 décembre." in shown
    assert page("pauses", draft) in shown
    assert page("launch", draft) in shown  # said, not forbidden


def test_preview_names_it_in_english(coach: Client, cast: Cast) -> None:
    cast.coach.user.language = "en"
    cast.coach.user.save()

    shown = coach.get(page("preview", draft_of(cast, starts_on=IN_DECEMBER))).content.decode()

    assert "The suggested break “Christmas and New Year” is not taken" in shown
    assert "Week 2 opens on Tuesday 22 December" in shown


def test_preview_says_nothing_of_a_pause_that_is_taken_or_touches_no_date(coach: Client, cast: Cast) -> None:
    taken = draft_of(cast, starts_on=IN_DECEMBER, blackouts=[CHRISTMAS])
    untouched = draft_of(cast)

    for draft in (taken, untouched):
        assert "n’est pas prise" not in coach.get(page("preview", draft)).content.decode()


def test_pauses_step_says_what_falls_in_each_suggestion_that_is_not_taken(coach: Client, cast: Cast) -> None:
    without = draft_of(cast, starts_on=IN_DECEMBER)
    taken = draft_of(cast, starts_on=IN_DECEMBER, blackouts=[CHRISTMAS])

    shown = [
        coach.get(page("pauses", each)).content.decode().replace("\u00a0", " ") for each in (without, taken)
    ]

    assert "Sans cette pause : ouverture de la semaine 2 le mardi 22 décembre" in shown[0]
    assert "Sans cette pause" not in shown[1]


def test_preview_names_the_agencies_closed_on_a_due_day_or_a_session(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        Agency.objects.filter(pk=cast.head.agency_id).update(open_days=[2, 3, 4, 5, 6])
        Agency.objects.filter(pk=cast.peer.agency_id).update(open_days=[1, 2, 3, 5])

    shown = coach.get(page("preview", draft_of(cast))).content.decode().replace("\u00a0", " ")

    assert "Jours où des agences sont fermées" in shown
    # Week 6 is due on Whit Monday, when every agency rests.
    assert "Échéances des semaines 0, 1, 2, 3, 4, 5, 7 et 8 : 1 agence fermée (Agence 001)." in shown
    assert "Échéance de la semaine 6, lundi 17 mai : 2 agences fermées (Agence 001, Agence 002)." in shown
    assert "Séance « On ne savait pas qu’on pouvait », jeudi 8 avril : 1 agence fermée (Agence 002)." in shown


def test_preview_says_nothing_of_closed_agencies_where_none_is(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        Agency.objects.exclude(pk=cast.head.agency_id).update(open_days=[2, 3, 4, 5, 6])
    draft = draft_of(cast, [cast.head], starts_on=dt.date(2027, 8, 24))

    shown = coach.get(page("preview", draft)).content.decode()

    assert "Jours où des agences sont fermées" not in shown


def test_preview_lists_agencies_without_a_head(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast)
    with networks(cast.network.pk):
        make_agency(cast.network, "Brest")

    shown = coach.get(page("preview", draft)).content.decode()

    assert "1 agence sans direction" in shown
    assert "Brest" in shown


def test_preview_without_people_has_no_launch_button(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast, people=[])

    shown = coach.get(page("preview", draft)).content.decode()

    assert "Personne n’est encore inscrit" in shown
    assert page("launch", draft) not in shown


def test_preview_names_the_first_messages_on_open_days(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast)

    with time_machine.travel(dt.datetime(2026, 12, 24, 19, 0, tzinfo=PARIS), tick=False):
        coach.force_login(cast.coach.user)
        shown = coach.get(page("preview", draft)).content.decode()

    days = BeautifulSoup(shown, "html.parser").select("#rehearsal .day")
    first, second, *_later = dict.fromkeys(day.text for day in days)
    assert (first, second) == ("28déc.", "31déc.")  # after Christmas and a weekend; three working days later


def test_preview_writes_nothing(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast)

    coach.get(page("preview", draft))

    assert (reload(cast, draft).status, reload(cast, draft).weeks.count()) == ("draft", 0)


def test_launch_freezes_the_calendar_and_opens_the_enrolments(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast)

    response = coach.post(page("launch", draft), {"confirm": "on"})

    launched = reload(cast, draft)
    assert response.headers["Location"] == reverse(
        "adoption:cohort_detail", args=["rivages", draft.public_id]
    )
    assert launched.status == Cohort.Status.RUNNING
    assert (len(launched.weeks.all()), len(launched.sessions.all())) == (9, 4)
    assert {row.next_check_at for row in launched.enrolments.all()} == {NOW}


def test_whose_mandate_ended_while_the_draft_waited_is_named_and_not_invited(
    coach: Client, cast: Cast
) -> None:
    draft = draft_of(cast)
    with networks(cast.network.pk):
        end_membership(cast.peer)

    shown = coach.get(page("preview", draft)).content.decode()
    answer = coach.post(page("launch", draft), {"confirm": "on"}, follow=True).content.decode()

    assert "1 personne choisie a quitté sa fonction" in shown.replace("\u00a0", " ")
    assert "Sans invitation" in shown
    assert "1 invitation partira" in answer.replace("\u00a0", " ")
    with networks(cast.network.pk):
        assert [row.membership_id for row in reload(cast, draft).enrolments.all()] == [cast.head.pk]


def test_launch_without_the_box_ticked_answers_422_and_changes_nothing(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast)

    response = coach.post(page("launch", draft), {})

    assert response.status_code == 422
    assert "Cochez la case" in response.content.decode()
    assert reload(cast, draft).status == Cohort.Status.DRAFT


def test_launch_after_its_tuesday_is_refused_with_the_reason(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast)

    with time_machine.travel(dt.datetime(2027, 4, 7, 9, 0, tzinfo=PARIS), tick=False):
        coach.force_login(cast.coach.user)
        response = coach.post(page("launch", draft), {"confirm": "on"})

    assert response.status_code == 422
    assert "Le premier mardi est passé" in response.content.decode()
    assert reload(cast, draft).status == Cohort.Status.DRAFT


def test_launching_twice_launches_once(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast)
    coach.post(page("launch", draft), {"confirm": "on"})
    launched_at = reload(cast, draft).launched_at

    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        response = coach.post(page("launch", draft), {"confirm": "on"})

    assert response.status_code == 302
    assert reload(cast, draft).launched_at == launched_at
    assert len(reload(cast, draft).weeks.all()) == 9


def test_launch_opened_as_a_page_leads_to_the_preview_and_launches_nothing(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast)

    response = coach.get(page("launch", draft), follow=True)

    assert response.redirect_chain == [(page("preview", draft), 302)]
    assert "Rien n’a changé" in response.content.decode()
    assert reload(cast, draft).status == Cohort.Status.DRAFT


@pytest.mark.parametrize("who", ["manager", "head"])
def test_only_coaches_may_launch(client: Client, cast: Cast, who: str) -> None:
    draft = draft_of(cast)
    client.force_login(getattr(cast, who).user)

    response = client.post(page("launch", draft), {"confirm": "on"})

    assert response.status_code == 403
    assert reload(cast, draft).status == Cohort.Status.DRAFT


@pytest.mark.parametrize("people", [1, 2])
def test_preview_costs_the_same_whatever_the_number_of_people(coach: Client, cast: Cast, people: int) -> None:
    draft = draft_of(cast, people=[cast.head, cast.peer][:people])
    coach.get(page("preview", draft))

    queries = queries_in_scope(coach, page("preview", draft))

    assert len(queries) == 28, queries


def test_launch_of_what_was_not_read_is_refused_and_the_page_shows_what_is_there_now(
    coach: Client, cast: Cast
) -> None:
    draft = draft_of(cast)
    shown = coach.get(page("preview", draft)).content.decode()
    mark = re.search(r'name="read" value="(\w{16})"', shown)
    assert mark is not None
    with networks(cast.network.pk):
        set_members(draft, [cast.head])  # in another window

    refused = coach.post(page("launch", draft), {"confirm": "on", "read": mark[1]})
    again = re.search(r'name="read" value="(\w{16})"', refused.content.decode())
    assert again is not None
    coach.post(page("launch", draft), {"confirm": "on", "read": again[1]})

    assert refused.status_code == 422
    assert "a changé dans une autre fenêtre" in refused.content.decode()
    assert again[1] != mark[1]
    assert reload(cast, draft).status == "running"
    assert len(reload(cast, draft).enrolments.all()) == 1
