"""The agency sheet that a manager opens before a visit."""

import datetime as dt

import pytest
import time_machine

from agencies.models import Network
from agencies.scope import networks
from tests.adoption.people import climb_ladder, take_weeks
from tests.adoption.test_overview import signed_in, words
from tests.factories import PARIS, Cast, make_agency, make_cast
from tests.queries import queries_in_scope

WEEK_5 = dt.datetime(2027, 2, 10, 10, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def at_week_5():
    with time_machine.travel(WEEK_5, tick=False):
        yield


def url_of(cast: Cast, place: int = 0) -> str:
    return f"/n/{cast.network.slug}/agencies/{cast.agencies[place].public_id}/"


def read(cast: Cast, place: int = 0) -> str:
    response = signed_in(cast.manager).get(url_of(cast, place))
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def test_sheet_says_stage_progress_bucket_and_what_comes_next(cast: Cast):
    take_weeks(cast, 1, weeks=2, last_at=dt.datetime(2027, 2, 9, 9, 0, tzinfo=PARIS))

    html = read(cast)

    assert "Étape du parcours Semaine 2 sur 8" in words(html)
    assert '<li aria-current="true">Cette semaine</li>' in html
    assert "La suite" in html


def test_sheet_suggests_a_coffee_and_no_reproach_after_the_ladder(cast: Cast):
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
    climb_ladder(cast)

    text = words(read(cast))

    assert "À épauler Le coach a déjà pris contact." in text
    assert "Sinon, juste le café." in text


def test_index_is_explained_line_by_line_with_what_has_not_begun_left_out(cast: Cast):
    before_the_first_practice = dt.datetime(2027, 2, 3, 10, 0, tzinfo=PARIS)
    take_weeks(cast, 1, weeks=5, last_at=before_the_first_practice - dt.timedelta(days=1))

    with time_machine.travel(before_the_first_practice, tick=False):
        text = words(read(cast))

    assert "Démarrage Compte ouvert, première étape faite oui 15 / 15" in text
    assert "Mises en pratique Pas encore commencé" in text
    assert "ramenés sur 100" in text


def test_an_agency_without_anybody_says_so_and_whom_to_ask(cast: Cast):
    with networks(cast.network.pk):
        cast.agencies.append(make_agency(cast.network, "Pornic"))

    text = words(read(cast, -1))

    assert "Direction vacante" in text
    assert "Personne n’y suit cette promotion." in text


@pytest.mark.parametrize("mode", ["bands_only", "aggregate_only"])
def test_there_is_no_sheet_where_the_network_names_no_agency(cast: Cast, mode: str):
    Network.objects.filter(pk=cast.network.pk).update(manager_view=mode)

    assert signed_in(cast.manager).get(url_of(cast)).status_code == 403


@pytest.mark.parametrize(("role", "status"), [("head", 403), ("coach", 403), ("outsider", 404)])
def test_only_the_manager_opens_a_sheet(cast: Cast, role: str, status: int):
    assert signed_in(getattr(cast, role)).get(url_of(cast)).status_code == status


def test_an_agency_of_another_network_is_not_found(cast: Cast):
    with networks(cast.other_network.pk):
        foreign = make_agency(cast.other_network, "Clisson")

    response = signed_in(cast.manager).get(f"/n/rivages/agencies/{foreign.public_id}/")

    assert response.status_code == 404


@pytest.mark.parametrize("public_id", ["ABCDEFGHJKLM", "%00", "..", "é"])
def test_an_address_that_is_no_agency_is_not_found(cast: Cast, public_id: str):
    assert signed_in(cast.manager).get(f"/n/rivages/agencies/{public_id}/").status_code == 404


@pytest.mark.parametrize("agencies", [1, 3])
def test_sheet_asks_the_same_few_questions_whatever_the_network(db, agencies: int):
    cast = make_cast(agencies)
    client = signed_in(cast.manager)
    client.get(url_of(cast))

    assert len(queries_in_scope(client, url_of(cast))) == 7
