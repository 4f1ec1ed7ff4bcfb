"""Preparing a cohort, step by step: each page saves, says what is wrong, and keeps strangers out."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import Cohort
from tests.cohorts.drafting import NO_PAUSES, _frozen, coach, draft_of, page, reload
from tests.factories import Cast, make_agency, make_member, starter_version

__all__ = ["_frozen", "coach"]

pytestmark = pytest.mark.django_db


def test_first_step_saves_a_draft_with_its_coach_and_goes_to_the_dates(coach: Client, cast: Cast) -> None:
    answer = {"programme_version": starter_version().public_id, "name": "Printemps 2027"}

    response = coach.post(page("create"), answer)

    with networks(cast.network.pk):
        draft = Cohort.objects.get(name="Printemps 2027")
        assert draft.status == Cohort.Status.DRAFT
        assert list(draft.coaches.values_list("membership_id", flat=True)) == [cast.coach.pk]
    assert draft.starts_on == dt.date(2026, 12, 29)
    assert response.headers["Location"] == page("dates", draft.public_id)


def test_first_step_without_a_name_answers_422_and_saves_nothing(coach: Client, cast: Cast) -> None:
    answer = {"programme_version": starter_version().public_id, "name": ""}

    response = coach.post(page("create"), answer)

    assert response.status_code == 422
    assert "errsum" in response.content.decode()
    with networks(cast.network.pk):
        assert Cohort.objects.filter(status=Cohort.Status.DRAFT).count() == 0


def test_version_that_is_not_installed_here_is_refused(coach: Client) -> None:
    response = coach.post(page("create"), {"programme_version": "inconnue1234", "name": "Printemps"})

    assert response.status_code == 422


def test_dates_offer_tuesdays_only_and_refuse_other_days(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    answer = {"starts_on": "2027-04-07", "session_weekday": "4", "session_time": "08:45", "session_url": ""}

    response = coach.post(page("dates", draft.public_id), answer)

    assert response.status_code == 422
    assert reload(cast, draft).starts_on == dt.date(2027, 4, 6)


def test_dates_are_saved_with_the_session_link(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    answer = {
        "starts_on": "2027-05-04",
        "session_weekday": "3",
        "session_time": "13:30",
        "session_url": "visio.example/rivages",
    }

    response = coach.post(page("dates", draft.public_id), answer)

    saved = reload(cast, draft)
    assert response.headers["Location"] == page("pauses", draft.public_id)
    assert (saved.starts_on, saved.session_weekday) == (dt.date(2027, 5, 4), 3)
    assert (saved.session_time, saved.session_url) == (dt.time(13, 30), "https://visio.example/rivages")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("session_time", "03:00"),
        ("session_time", "tard"),
        ("session_url", "javascript:alert(1)"),
        ("session_weekday", "7"),
    ],
)
def test_dates_refuse_night_hours_and_strange_links(
    coach: Client, cast: Cast, field: str, value: str
) -> None:
    draft = draft_of(cast.coach)
    answer = {"starts_on": "2027-05-04", "session_weekday": "4", "session_time": "08:45", "session_url": ""}

    response = coach.post(page("dates", draft.public_id), answer | {field: value})

    assert response.status_code == 422
    assert f"id_{field}_error" in response.content.decode()


def test_a_wrong_link_is_told_once(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    answer = {"starts_on": "2027-05-04", "session_weekday": "4", "session_time": "08:45"}

    response = coach.post(page("dates", draft.public_id), answer | {"session_url": "pas un lien"})

    assert "1 point à corriger" in response.content.decode()


def test_members_are_to_be_ticked_when_nobody_is(coach: Client, cast: Cast) -> None:
    shown = coach.get(page("members", draft_of(cast.coach).public_id)).content.decode()

    assert "Cochez celles qui suivront" in shown
    assert "Décochez" not in shown


def test_a_cohort_that_has_not_begun_is_not_called_running(coach: Client, cast: Cast) -> None:
    shown = coach.get(page("list")).content.decode().replace("\u00a0", " ")

    assert "Lancées, à venir" in shown
    assert "Départ le mardi 12 janvier 2027." in shown
    assert ">En cours<" not in shown


def test_summer_break_is_suggested_and_saved_when_ticked(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach, starts_on=dt.date(2027, 6, 15))

    shown = coach.get(page("pauses", draft.public_id)).content.decode()
    response = coach.post(page("pauses", draft.public_id), NO_PAUSES | {"chosen": ["summer_break-20270801"]})

    assert 'value="summer_break-20270801"' in shown
    assert response.status_code == 302
    pauses = [(row.starts_on, row.ends_on) for row in reload(cast, draft).blackouts.all()]
    assert pauses == [(dt.date(2027, 8, 1), dt.date(2027, 8, 21))]


def test_school_holidays_appear_once_a_zone_is_chosen(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach, starts_on=dt.date(2027, 3, 2))

    without = coach.get(page("pauses", draft.public_id)).content.decode()
    with_zone = coach.get(page("pauses", draft.public_id), {"zone": "B"}).content.decode()

    assert "spring_break" not in without
    assert "spring_break" in with_zone


def test_looking_at_another_zone_keeps_what_is_typed_and_ticked(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach, starts_on=dt.date(2027, 3, 2))
    zone_a = [key for key in keys_of(coach, draft, "A") if key.startswith("spring_break")]
    typed = {
        "own-TOTAL_FORMS": "2",
        "own-INITIAL_FORMS": "0",
        "own-1-starts_on": "2027-05-13",
        "own-1-label": "Congrès",
        "chosen": zone_a,
        "zone": "B",
        "look": "1",
    }

    response = coach.post(page("pauses", draft.public_id) + "?zone=A", typed)

    shown = BeautifulSoup(response.content, "html.parser")
    values = {field["name"]: field.get("value") for field in shown.select("#pauses input[name^=own-]")}
    assert response.status_code == 200
    assert (values["own-0-starts_on"], values["own-0-label"]) == ("2027-05-13", "Congrès")
    assert values["own-1-starts_on"] == "2027-04-10"  # zone A's holidays, ticked a moment ago
    assert shown.select_one("select[name=zone] option[selected]")["value"] == "B"  # type: ignore[index]
    assert shown.select_one("#pauses")["action"].endswith("?zone=B")  # type: ignore[index, union-attr]
    assert not shown.select(".errsum")
    assert not reload(cast, draft).blackouts.all()


def keys_of(coach: Client, draft: Cohort, zone: str) -> list[str]:
    shown = coach.get(page("pauses", draft.public_id), {"zone": zone}).content
    return [str(box["value"]) for box in BeautifulSoup(shown, "html.parser").select("input[name=chosen]")]


def test_own_pause_is_saved_and_shown_again(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    own = {
        "own-TOTAL_FORMS": "1",
        "own-INITIAL_FORMS": "0",
        "own-0-starts_on": "2027-05-13",
        "own-0-ends_on": "2027-05-17",
        "own-0-label": "Congrès",
    }

    coach.post(page("pauses", draft.public_id), own)
    shown = coach.get(page("pauses", draft.public_id)).content.decode()

    assert 'value="2027-05-13"' in shown
    assert "Congrès" in shown


@pytest.mark.parametrize(
    ("first", "last"),
    [("2027-05-17", "2027-05-13"), ("2027-05-17", ""), ("", "2027-05-17"), ("2027-01-01", "2027-12-31")],
)
def test_pause_without_a_sensible_end_is_refused(coach: Client, cast: Cast, first: str, last: str) -> None:
    draft = draft_of(cast.coach)
    own = {"own-TOTAL_FORMS": "1", "own-INITIAL_FORMS": "0", "own-0-starts_on": first, "own-0-ends_on": last}

    response = coach.post(page("pauses", draft.public_id), own)

    assert response.status_code == 422
    assert "errsum" in response.content.decode()


def test_pauses_without_their_form_counts_are_refused_not_an_error(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)

    response = coach.post(page("pauses", draft.public_id), {})

    assert response.status_code == 422


def test_members_are_all_free_heads_at_first(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Quimper")
        free = make_member(cast.network, "quimper@example.com", "agency_head", agency, name="Élise Fournier")
        make_agency(cast.network, "Brest")

    shown = coach.get(page("members", draft.public_id)).content.decode()

    assert f'value="{free.public_id}" checked' in shown
    assert f'value="{cast.head.public_id}" checked' not in shown
    assert "Hiver 2027" in shown
    assert "Brest" in shown


def test_members_are_saved_and_the_manager_may_learn_too(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    chosen = [cast.head.public_id, cast.manager.public_id]

    response = coach.post(page("members", draft.public_id), {"people": chosen})

    saved = {row.membership_id for row in reload(cast, draft).enrolments.all()}
    assert response.headers["Location"] == page("preview", draft.public_id)
    assert saved == {cast.head.pk, cast.manager.pk}


def test_one_head_of_two_agencies_is_one_line(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    with networks(cast.network.pk):
        second = make_agency(cast.network, "Zuydcoote")
        make_member(cast.network, cast.head.user.email, "agency_head", second)

    shown = coach.get(page("members", draft.public_id)).content.decode()

    assert shown.count(f"<span>{cast.head.user}") == 1
    assert "Agence 001, Zuydcoote" in shown


@pytest.mark.parametrize("people", [[], ["inconnue1234"]])
def test_nobody_or_a_stranger_is_refused(coach: Client, cast: Cast, people: list[str]) -> None:
    draft = draft_of(cast.coach)

    response = coach.post(page("members", draft.public_id), {"people": people})

    assert response.status_code == 422


def test_head_who_left_is_not_offered(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    with networks(cast.network.pk):
        end_membership(cast.peer)

    shown = coach.get(page("members", draft.public_id)).content.decode()

    assert cast.peer.public_id not in shown


def test_head_who_left_a_running_cohort_for_another_agency_is_free_again(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)
    with networks(cast.network.pk):
        end_membership(cast.peer)
        make_member(cast.network, cast.peer.user.email, "agency_head", make_agency(cast.network, "Pornic"))

    shown = coach.get(page("members", draft.public_id)).content.decode()

    assert shown.count("déjà dans") == 1  # the other head of the cast


def test_draft_is_deleted_after_asking(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach)

    asked = coach.get(page("delete", draft.public_id))
    coach.post(page("delete", draft.public_id))

    assert asked.status_code == 200
    with networks(cast.network.pk):
        assert not Cohort.objects.filter(pk=draft.pk).exists()


def test_what_the_bar_of_the_phone_has_no_room_for_is_reached_from_the_list_of_cohorts(
    coach: Client, cast: Cast
) -> None:
    shown = BeautifulSoup(coach.get(page("list")).content, "html.parser")
    in_bar = {str(link["href"]) for link in shown.select(".tabbar a")}
    in_page = {str(link["href"]) for link in shown.select(".band__body a, main a")}

    missing = {str(link["href"]) for link in shown.select(".topbar .nav a")} - in_bar

    assert missing == {reverse("agencies:import", args=["rivages"])}
    assert missing <= in_page


def test_pauses_say_by_which_pauses_their_consequences_are_counted(coach: Client, cast: Cast) -> None:
    draft = draft_of(cast.coach, starts_on=dt.date(2027, 6, 15))

    shown = coach.get(page("pauses", draft.public_id)).content.decode()

    assert "se compte avec les pauses déjà enregistrées" in shown


STEPS = ["programme", "dates", "pauses", "members", "preview", "delete"]


@pytest.mark.parametrize("step", STEPS)
def test_launched_cohort_leads_to_its_page_and_stays_as_it_is(coach: Client, cast: Cast, step: str) -> None:
    response = coach.get(page(step, cast.cohort.public_id))

    assert response.status_code == 302
    assert response.headers["Location"] == reverse(
        "adoption:cohort_detail", args=["rivages", cast.cohort.public_id]
    )


@pytest.mark.parametrize("step", STEPS)
def test_cohort_of_another_coach_is_a_404(client: Client, cast: Cast, step: str) -> None:
    draft = draft_of(cast.coach)
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")
    client.force_login(colleague.user)

    response = client.get(page(step, draft.public_id))

    assert response.status_code == 404


@pytest.mark.parametrize("step", STEPS)
def test_cohort_of_another_network_is_a_404(coach: Client, cast: Cast, step: str) -> None:
    draft = draft_of(cast.coach)

    response = coach.get(page(step, draft.public_id, slug="toits"))

    assert response.status_code == 404


@pytest.mark.parametrize("who", ["manager", "head"])
def test_managers_and_heads_may_not_prepare_cohorts(client: Client, cast: Cast, who: str) -> None:
    draft = draft_of(cast.coach)
    client.force_login(getattr(cast, who).user)

    answers = [client.get(page("list")), client.get(page("create"))]
    answers += [client.get(page(step, draft.public_id)) for step in STEPS]

    assert {answer.status_code for answer in answers} == {403}


def test_list_shows_own_cohorts_by_state(coach: Client, cast: Cast) -> None:
    draft_of(cast.coach, name="Printemps 2027")
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")
    draft_of(colleague, name="Promotion d’une collègue")

    shown = coach.get(page("list")).content.decode()

    assert "Printemps 2027" in shown
    assert "Hiver 2027" in shown
    assert "Promotion d’une collègue" not in shown


@pytest.mark.parametrize("drafts", [1, 3])
def test_list_costs_the_same_whatever_the_number_of_cohorts(coach: Client, cast: Cast, drafts: int) -> None:
    for number in range(drafts):
        draft_of(cast.coach, name=f"Promotion {number}")
    coach.get(page("list"))

    with CaptureQueriesContext(connection) as queries:
        coach.get(page("list"))

    assert len(queries) == LIST_QUERIES, [query["sql"] for query in queries]


LIST_QUERIES = 10


@pytest.mark.parametrize("heads", [1, 3])
def test_members_page_costs_the_same_whatever_the_number_of_people(
    coach: Client, cast: Cast, heads: int
) -> None:
    draft = draft_of(cast.coach)
    with networks(cast.network.pk):
        for number in range(heads):
            agency = make_agency(cast.network, f"Bourg {number}")
            make_member(cast.network, f"bourg{number}@example.com", "agency_head", agency)
    coach.get(page("members", draft.public_id))

    with CaptureQueriesContext(connection) as queries:
        coach.get(page("members", draft.public_id))

    assert len(queries) == MEMBERS_QUERIES, [query["sql"] for query in queries]


MEMBERS_QUERIES = 15
