"""The read-only API: same doors as the pages, JSON in the reader's language, pages by key."""

import datetime as dt
import json

import pytest
import time_machine
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.api import MeView
from accounts.models import User
from agencies.models import Agency, Membership, Network
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, Enrolment
from config.api import schema_in
from tests.adoption.people import take_weeks
from tests.factories import PARIS, Cast, launch_cohort, make_cast, make_member
from tests.queries import queries_in_scope

NOW = dt.datetime(2027, 1, 27, 10, 0, tzinfo=PARIS)
LISTS = ("agencies", "cohorts", "enrolments")


@pytest.fixture(autouse=True)
def at_week_3():
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def read(membership: Membership, path: str, status: int = 200):
    response = client_of(membership).get(f"/api/v1/{path}")
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    return response.json()


def results(membership: Membership, name: str) -> list[dict]:
    return read(membership, f"n/rivages/{name}")["results"]


# — who one is —————————————————————————————————————————————————————————————————


def test_me_is_the_signed_in_person(cast: Cast):
    me = read(cast.coach, "me")

    assert me == {
        "email": "coach@example.com",
        "name": "Claire Aubert",
        "language": "",
        "time_zone": "Europe/Paris",
    }


def test_networks_are_those_of_the_person_with_the_roles_there(cast: Cast):
    found = read(cast.coach, "networks")

    assert [(row["slug"], row["roles"]) for row in found] == [("rivages", ["coach"]), ("toits", ["coach"])]
    assert read(cast.outsider, "networks")[0]["slug"] == "toits"


def test_links_of_a_network_lead_to_its_lists(cast: Cast):
    links = read(cast.manager, "networks")[0]

    for name in LISTS:
        assert client_of(cast.manager).get(links[name]).status_code == 200


# — lists by role ——————————————————————————————————————————————————————————————


def test_manager_reads_a_bucket_and_no_dates(cast: Cast):
    take_weeks(cast, 1, weeks=2, last_at=dt.datetime(2027, 1, 26, 9, 0, tzinfo=PARIS))

    rows = {row["id"]: row for row in results(cast.manager, "enrolments")}

    mine = rows[cast.enrolment.public_id]
    assert mine["recency"] == "this_week"
    assert mine["weeks"][:3] == ["done", "done", "todo"]
    assert mine["dates"] is None
    assert mine["needs_support"] is False


def test_coach_reads_dates_in_utc_and_no_manager_list(cast: Cast):
    take_weeks(cast, 1, weeks=2, last_at=dt.datetime(2027, 1, 26, 9, 0, tzinfo=PARIS))

    rows = {row["id"]: row for row in results(cast.coach, "enrolments")}

    mine = rows[cast.enrolment.public_id]
    assert mine["dates"]["last_activity_at"] == "2027-01-26T08:00:00Z"
    assert mine["needs_support"] is None


def test_a_head_reads_their_own_enrolment_and_agency_only(cast: Cast):
    enrolments, agencies = results(cast.head, "enrolments"), results(cast.head, "agencies")

    assert [row["id"] for row in enrolments] == [cast.enrolment.public_id]
    assert enrolments[0]["dates"] is not None
    assert [row["name"] for row in agencies] == ["Agence 001"]


def test_a_coach_reads_only_the_cohorts_they_run(cast: Cast):
    with networks(cast.network.pk):
        other = make_member(cast.network, "other.coach@example.com", "coach")

    assert results(other, "cohorts") == []
    assert results(other, "enrolments") == []
    assert len(results(cast.coach, "cohorts")) == 1


def test_a_draft_is_read_by_its_coach_only(cast: Cast):
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(status="draft")

    assert results(cast.manager, "cohorts") == []
    assert results(cast.head, "cohorts") == []
    assert len(results(cast.coach, "cohorts")) == 1


@pytest.mark.parametrize("mode", ["bands_only", "aggregate_only"])
def test_manager_reads_no_person_where_the_network_names_none(cast: Cast, mode: str):
    Network.objects.filter(pk=cast.network.pk).update(manager_view=mode)

    error = read(cast.manager, "n/rivages/enrolments", status=403)

    assert error["error"]["code"] == "not_allowed"


def test_enrolments_of_one_cohort_can_be_asked_for(cast: Cast):
    with networks(cast.network.pk):
        draft_members = [make_member(cast.network, "late@example.com", "agency_head", cast.agencies[0])]
        other, (enrolment,) = launch_cohort(
            cast.coach,
            cast.cohort.programme_version,
            draft_members,
            name="Printemps",
            start=dt.date(2027, 3, 2),
            launched_at=NOW,
        )

    rows = results(cast.coach, f"enrolments?cohort={other.public_id}")

    assert [row["id"] for row in rows] == [enrolment.public_id]


@pytest.mark.parametrize("roles", [("coach", "regional_manager"), ("coach", "agency_head"), ("agency_head",)])
def test_every_cohort_that_is_listed_can_be_asked_for(cast: Cast, roles: tuple[str, ...]):
    with networks(cast.network.pk):
        person = [
            make_member(
                cast.network, "both@example.com", role, cast.agencies[0] if role == "agency_head" else None
            )
            for role in roles
        ]
        if person[-1].is_head:
            cohorts.add_late_joiner(cast.cohort, person[-1], NOW)

    listed = [row["id"] for row in results(person[0], "cohorts")]

    assert listed == [cast.cohort.public_id]
    assert isinstance(results(person[0], f"enrolments?cohort={listed[0]}"), list)


# — refusals ———————————————————————————————————————————————————————————————————


@pytest.mark.parametrize("name", LISTS)
def test_a_foreign_network_answers_as_one_that_does_not_exist(cast: Cast, name: str):
    client = client_of(cast.outsider)

    foreign, unknown = client.get(f"/api/v1/n/rivages/{name}"), client.get(f"/api/v1/n/nowhere/{name}")
    nothing = client.get("/api/v1/nothing")

    assert foreign.status_code == unknown.status_code == nothing.status_code == 404
    assert foreign.content == unknown.content == nothing.content
    assert dict(foreign.headers) == dict(unknown.headers)


def test_a_foreign_or_unknown_cohort_answers_the_same_404(cast: Cast):
    with networks(cast.other_network.pk):
        foreign, _people = launch_cohort(
            cast.other_coach,
            cast.cohort.programme_version,
            [cast.outsider],
            start=dt.date(2027, 3, 2),
            launched_at=NOW,
        )
    client = client_of(cast.manager)

    answers = [
        client.get(f"/api/v1/n/rivages/enrolments?cohort={public_id}")
        for public_id in (foreign.public_id, "ABCDEFGHJKLM", "\x00")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    ("language", "message"),
    [("fr", "Connectez-vous pour lire ces données."), ("en", None)],
)
@pytest.mark.parametrize("path", ["me", "networks", "n/rivages/agencies", "nothing"])
def test_without_a_session_the_answer_is_401_in_json(
    cast: Cast, path: str, language: str, message: str | None
):
    response = Client().get(f"/api/v1/{path}", headers={"accept-language": language})

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_signed_in"
    assert message is None or response.json()["error"]["message"] == message


def test_nobody_is_told_whether_a_network_exists_before_the_notice_is_read(cast: Cast):
    with networks(cast.network.pk):
        waiting = make_member(
            cast.network, "waiting@example.com", "agency_head", cast.agencies[0], joined_at=None
        )

    assert read(waiting, "n/rivages/agencies", status=404)["error"]["code"] == "not_found"
    assert read(waiting, "networks") == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(cast: Cast, method: str):
    client = client_of(cast.manager)

    response = getattr(client, method)("/api/v1/n/rivages/agencies", "{}", content_type="application/json")

    assert response.status_code == 405
    assert response.json()["error"]["code"] == "read_only"


def test_too_many_requests_are_answered_in_json(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    class Once(SimpleRateThrottle):
        rate = "1/minute"
        scope = "once"

        def get_cache_key(self, request: Request, view: APIView) -> str:
            return "once"

    monkeypatch.setattr(MeView, "throttle_classes", [Once])
    read(cast.head, "me")

    refusal = read(cast.head, "me", status=429)

    assert refusal["error"]["code"] == "slow_down"


@pytest.mark.parametrize("after", ["x", "ABCDEFGHJKL0", "ABCDEFGHJKLMN", "'; --", "\x00"])
def test_a_bad_place_to_continue_from_is_named(cast: Cast, after: str):
    response = client_of(cast.manager).get("/api/v1/n/rivages/agencies", {"after": after})

    assert response.status_code == 400
    assert "after" in response.json()["error"]["message"]


# — pages by key ———————————————————————————————————————————————————————————————


def test_pages_of_fifty_follow_each_other_without_loss_or_double(cast: Cast):
    with networks(cast.network.pk):
        Agency.objects.bulk_create(
            Agency(network=cast.network, code=f"A{number}", name=f"Agence {number}") for number in range(118)
        )
        everybody = set(Agency.objects.values_list("public_id", flat=True))
    client, url, seen, sizes = client_of(cast.manager), "/api/v1/n/rivages/agencies", [], []

    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        sizes.append(len(page["results"]))
        url = page["next"]

    assert sizes == [50, 50, 20]
    assert len(seen) == len(set(seen))
    assert set(seen) == everybody


@pytest.mark.parametrize(("name", "queries"), [("agencies", 2), ("cohorts", 2), ("enrolments", 2)])
@pytest.mark.parametrize("heads", [1, 3, 60])
def test_a_list_asks_the_same_few_questions_whatever_its_length(db, name: str, queries: int, heads: int):
    cast = make_cast(heads)
    client = client_of(cast.manager)
    client.get(f"/api/v1/n/rivages/{name}")  # the programme's outline is read once per process

    asked = queries_in_scope(client, f"/api/v1/n/rivages/{name}")

    assert len(asked) == queries
    assert not any("COUNT(" in sql for sql in asked)


# — the description ————————————————————————————————————————————————————————————


def test_schema_is_generated_without_a_warning_and_names_every_address():
    schema_in.cache_clear()
    reset_generator_stats()

    schema = schema_in("en")

    assert not GENERATOR_STATS
    assert set(schema["paths"]) == {
        "/api/v1/me",
        "/api/v1/networks",
        "/api/v1/n/{slug}/agencies",
        "/api/v1/n/{slug}/cohorts",
        "/api/v1/n/{slug}/enrolments",
    }


def test_answers_hold_exactly_the_properties_of_the_schema(cast: Cast):
    schemas = schema_in("fr")["components"]["schemas"]

    for name, schema in (("agencies", "Agency"), ("cohorts", "Cohort"), ("enrolments", "Enrolment")):
        assert set(results(cast.manager, name)[0]) == set(schemas[schema]["properties"])


def test_schema_is_served_as_json_and_needs_no_account(db):
    response = Client().get("/api/schema/")

    assert response.status_code == 200
    assert json.loads(response.content)["openapi"].startswith("3.")


def test_the_page_for_people_lists_every_address_without_script_from_elsewhere(cast: Cast):
    html = Client().get("/api/docs/").content.decode()

    assert html.count("GET /api/v1/") == 5
    assert "progress_ratio" in html
    assert "https://" not in html.replace("https://cairn.example", "")
    assert "style=" not in html


def test_a_language_of_ones_own_is_the_language_of_refusals(cast: Cast):
    User.objects.filter(pk=cast.outsider.user.pk).update(language="en")
    client = client_of(cast.outsider)

    response = client.get("/api/v1/nothing", headers={"accept-language": "fr"})

    assert response.headers["Content-Language"] == "en"


def test_enrolments_of_people_who_left_are_not_the_managers(cast: Cast):
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(status="withdrawn")

    ids = [row["id"] for row in results(cast.manager, "enrolments")]

    assert cast.enrolment.public_id not in ids


def test_a_manager_who_learns_is_nobody_elses_business(cast: Cast):
    with networks(cast.network.pk):
        other = make_member(cast.network, "second@example.com", "regional_manager")
        _cohort, (learning,) = launch_cohort(
            cast.coach, cast.cohort.programme_version, [cast.manager], name="Managers"
        )

    seen = {who: [row["id"] for row in results(who, "enrolments")] for who in (other, cast.manager)}

    assert learning.public_id not in seen[other]
    assert learning.public_id in seen[cast.manager]
